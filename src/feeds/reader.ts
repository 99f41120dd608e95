import { basename } from 'node:path';
import type { FeedSettings, FeedStatus, RefusedIndicator } from '../core/feed.ts';
import { formatDuration } from '../core/format.ts';
import type { Indicator } from './indicator.ts';
import { parseFeed } from './parse.ts';
import { readFeed } from './source.ts';

/** Most indicators of one feed. */
export const mostIndicators = 100_000;
/** Examples of refused indicators in a status. */
const mostRefusals = 20;

/** Indicators of one feed. After a failed read the earlier ones stay in use. */
export class Feed {
  readonly settings: FeedSettings;
  readonly #own: readonly string[];
  #indicators: readonly Indicator[] = [];
  #refused: readonly RefusedIndicator[] = [];
  #failure: string | undefined;
  #readAt = Number.NaN;
  #contentAt = Number.NaN;
  hits = 0;
  /** True while recorded traffic is searched for its indicators. */
  isSearching = false;

  /** @param own addresses of the plant's devices, which are no indicators */
  constructor(settings: FeedSettings, own: readonly string[]) {
    this.settings = settings;
    this.#own = own;
  }

  get indicators(): readonly Indicator[] {
    return this.#indicators;
  }

  /**
   * Reads the feed again. Never rejects, except when aborted.
   * @param now ms UTC
   * @param pause lets other work run between parts of a large feed
   * @returns true if it could be read
   */
  async read(now: number, signal: AbortSignal, pause: () => Promise<void>): Promise<boolean> {
    try {
      const { files, at } = await readFeed(this.settings, signal);
      const indicators: Indicator[] = [];
      const refused: RefusedIndicator[] = [];
      for (const file of files) {
        const parsed = await parseFeed(file, { ...this.settings, own: this.#own }, pause);
        for (const one of parsed.indicators) indicators.push(one);
        for (const one of parsed.refused) refused.push(one);
        if (indicators.length > mostIndicators) throw new Error(`it has more than ${mostIndicators} indicators`);
      }
      this.#indicators = indicators;
      this.#refused = refused;
      this.#failure = undefined;
      this.#readAt = now;
      this.#contentAt = at ?? now;
      return true;
    } catch (thrown) {
      signal.throwIfAborted();
      this.#failure = reasonOf(thrown);
      return false;
    }
  }

  /** @param now ms UTC */
  status(now: number): FeedStatus {
    const { name, path, url, staleMs } = this.settings;
    const expired = this.#indicators.filter(({ until }) => until <= now).length;
    const age = now - this.#contentAt;
    const isStale = age > staleMs;
    const state =
      this.#failure !== undefined ? 'failed' : Number.isNaN(this.#readAt) ? 'waiting' : isStale ? ('stale' as const) : 'ok';
    return {
      name,
      source: url === undefined ? basename(path ?? '') : new URL(url).origin,
      state,
      reason: this.#failure ?? (isStale ? `its content is ${formatDuration(age)} old` : ''),
      readAt: this.#readAt,
      contentAt: this.#contentAt,
      indicators: this.#indicators.length - expired,
      expired,
      refused: this.#refused.length,
      refusals: this.#refused.slice(0, mostRefusals),
      hits: this.hits,
      searching: this.isSearching,
    };
  }
}

/** Reason of a failed read without the address, whose path and query may be secret. */
function reasonOf(thrown: unknown): string {
  const { message, cause, name } = thrown as Error;
  if (thrown instanceof SyntaxError) return 'it is not JSON';
  if (name === 'TimeoutError') return 'the server does not answer';
  const { code } = thrown as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'it does not exist';
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}
