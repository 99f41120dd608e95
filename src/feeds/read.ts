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
}

export interface ReadResult {
  /** Time of the content as the source states it, ms UTC. */
  readonly at: number | undefined;
  readonly refused: number;
  readonly refusals: readonly RefusedIndicator[];
}

/** Calls of the thread that reads one feed. */
export interface ReadCalls {
  readonly read: { readonly args: ReadOptions; readonly result: ReadResult };
  /** Passes on a part of the indicators; none when all were passed on. */
  readonly take: { readonly args: { readonly from: number; readonly most: number }; readonly result: readonly Indicator[] };
  /** Answered at once, also while a server takes its time. */
  readonly alive: { readonly args: undefined; readonly result: undefined };
}

/** Indicators that are passed on at once: this thread does other work between two parts. */
const atOnce = 1_000;

/** What was read of a feed. */
export interface FeedRead extends ReadResult {
  readonly indicators: readonly Indicator[];
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
 * @throws Error whose message is the reason as part of a sentence
 */
export async function readApart(options: ReadOptions, signal: AbortSignal, { silent, ended }: ReadWatch): Promise<FeedRead> {
  return await workApart<ReadCalls, FeedRead>(
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
        const indicators: Indicator[] = [];
        for (;;) {
          const part = await thread.call('take', { from: indicators.length, most: atOnce }, { signal });
          if (part.length === 0) return { ...result, indicators };
          for (const one of part) indicators.push(one);
        }
      } finally {
        read.abort();
      }
    },
    ended,
  );
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
