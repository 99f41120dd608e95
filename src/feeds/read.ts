import { workApart } from '../core/apart.ts';
import { systemClock } from '../core/clock.ts';
import { ScadaError } from '../core/errors.ts';
import type { FeedSettings, RefusedIndicator } from '../core/feed.ts';
import { HangCounter } from '../core/hang.ts';
import { moduleBeside } from '../core/module.ts';
import { checkEveryMs, partDeadlines } from '../core/part-deadlines.ts';
import type { RpcClient } from '../core/rpc.ts';
import type { Indicator } from './indicator.ts';
import { feedLimits } from './limits.ts';

export interface ReadOptions {
  readonly settings: FeedSettings;
  /** Addresses of the plant's devices, which are no indicators. */
  readonly own: readonly string[];
  /** ms UTC */
  readonly now: number;
  /** Most indicators. */
  readonly room: number;
  /** File that keeps the content for the next start. */
  readonly kept: string;
  /** True to read what the file keeps, in place of the source. */
  readonly isFromKept: boolean;
}

export interface ReadResult {
  /** Time of the read, ms UTC: of kept content, that of the earlier read. */
  readonly readAt: number;
  /** Time of the content as the source states it, ms UTC. */
  readonly at: number | undefined;
  readonly refused: number;
  readonly refusals: readonly RefusedIndicator[];
}

/** Calls of the thread that reads one feed. */
export interface ReadCalls {
  /** @returns undefined if nothing was kept */
  readonly read: { readonly args: ReadOptions; readonly result: ReadResult | undefined };
  /** Passes on a part of the indicators; none when all were passed on. */
  readonly take: { readonly args: { readonly from: number; readonly most: number }; readonly result: readonly Indicator[] };
  /** Keeps what was read for the next start. */
  readonly keep: { readonly args: undefined; readonly result: undefined };
  /** Answered at once, also while a server takes its time. */
  readonly alive: { readonly args: undefined; readonly result: undefined };
}

/** Indicators that are passed on at once: this thread does other work between two parts. */
const atOnce = 1_000;

/** Longest wait for the disk that keeps a feed, ms. What was read is used meanwhile or without it. */
const keepMs = 10_000;

/** What was read of a feed. */
export interface FeedRead extends ReadResult {
  readonly indicators: readonly Indicator[];
  /** Reason why it is not kept for the next start; undefined if it is. */
  readonly unkept: string | undefined;
}

/** What the caller learns about the thread of a read. */
export interface ReadWatch {
  /** Called when the thread does not answer any more, and when it answers again. */
  readonly silent: (isSilent: boolean) => void;
  /** Receives a promise that resolves when the thread has ended. */
  readonly ended: (end: Promise<unknown>) => void;
}

/**
 * Reads a feed in a thread of its own.
 * @returns undefined if the kept content was asked for, and there is none
 * @throws Error whose message is the reason as part of a sentence
 */
export async function readApart(
  options: ReadOptions,
  signal: AbortSignal,
  { silent, ended }: ReadWatch,
): Promise<FeedRead | undefined> {
  return await workApart<ReadCalls, FeedRead | undefined>(
    moduleBeside(import.meta.url, './read-worker'),
    {
      name: `feed ${options.settings.name}`,
      deadlineMs: feedLimits.readMs,
      mostMb: feedLimits.memoryMb,
      fail: (reason, cause) => new ScadaError('retryable', 'INPUT_INVALID', `it ${reason}`, { cause }),
      signal,
    },
    async (thread) => {
      const read = new AbortController();
      void watch(thread, silent, read.signal);
      try {
        const result = await thread.call('read', options, { signal });
        if (result === undefined) return undefined;
        const indicators: Indicator[] = [];
        for (;;) {
          const part = await thread.call('take', { from: indicators.length, most: atOnce }, { signal });
          if (part.length === 0) break;
          for (const one of part) indicators.push(one);
        }
        return { ...result, indicators, unkept: options.isFromKept ? undefined : await keep(thread, signal) };
      } finally {
        read.abort();
      }
    },
    ended,
  );
}

/** @returns the reason why the content is not kept */
async function keep(thread: RpcClient<ReadCalls>, signal: AbortSignal): Promise<string | undefined> {
  const late = AbortSignal.timeout(keepMs);
  try {
    await thread.call('keep', undefined, { signal: AbortSignal.any([signal, late]) });
    return undefined;
  } catch (thrown) {
    signal.throwIfAborted();
    return late.aborted ? 'the disk does not answer' : (thrown as Error).message;
  }
}

/** Reports a thread whose event loop does not run. It is not ended before its deadline: a busy machine is slow as well. */
async function watch(thread: RpcClient<ReadCalls>, silent: ReadWatch['silent'], signal: AbortSignal): Promise<void> {
  const hangs = new HangCounter();
  let isSilent = false;
  while (!signal.aborted) {
    await systemClock.sleep(checkEveryMs, signal).catch(() => {});
    const isNow = !signal.aborted && hangs.check([thread.answered]) >= partDeadlines.unansweredChecks;
    if (isNow !== isSilent) silent((isSilent = isNow));
    if (!signal.aborted) void thread.call('alive', undefined).catch(() => {});
  }
}
