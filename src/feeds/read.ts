import { workApart } from '../core/apart.ts';
import { ScadaError } from '../core/errors.ts';
import type { FeedSettings, RefusedIndicator } from '../core/feed.ts';
import { moduleBeside } from '../core/module.ts';
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
}

/** Indicators that are passed on at once: this thread does other work between two parts. */
const atOnce = 1_000;

/** What was read of a feed. */
export interface FeedRead extends ReadResult {
  readonly indicators: readonly Indicator[];
}

/**
 * Reads a feed in a thread of its own.
 * @param ended receives a promise that resolves when the thread has ended
 * @throws Error whose message is the reason as part of a sentence
 */
export async function readApart(
  options: ReadOptions,
  signal: AbortSignal,
  ended: (end: Promise<unknown>) => void,
): Promise<FeedRead> {
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
      const result = await thread.call('read', options, { signal });
      const indicators: Indicator[] = [];
      for (;;) {
        const part = await thread.call('take', { from: indicators.length, most: atOnce }, { signal });
        if (part.length === 0) return { ...result, indicators };
        for (const one of part) indicators.push(one);
      }
    },
    ended,
  );
}
