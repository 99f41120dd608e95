import { basename } from 'node:path';
import type { FeedSettings, FeedStatus, RefusedIndicator } from '../core/feed.ts';
import { formatDuration } from '../core/format.ts';
import type { Indicator } from './indicator.ts';
import { IndicatorSet } from './indicator-set.ts';
import { feedLimits } from './limits.ts';
import { readApart } from './read.ts';

/** Indicators of one feed. After a failed read the earlier ones stay in use. */
export class Feed {
  readonly settings: FeedSettings;
  readonly #own: readonly string[];
  readonly #silenceChanged: () => void;
  #indicators: readonly Indicator[] = [];
  #set = IndicatorSet.empty();
  #refused = 0;
  #refusals: readonly RefusedIndicator[] = [];
  #isReading = false;
  #isSilent = false;
  #failure: string | undefined;
  #readAt = Number.NaN;
  #contentAt = Number.NaN;
  hits = 0;
  /** True while recorded traffic is searched for its indicators. */
  isSearching = false;

  /**
   * @param own addresses of the plant's devices, which are no indicators
   * @param silenceChanged called when the thread that reads does not answer any more, and when it answers again
   */
  constructor(settings: FeedSettings, own: readonly string[], silenceChanged: () => void = () => {}) {
    this.settings = settings;
    this.#own = own;
    this.#silenceChanged = silenceChanged;
  }

  get indicators(): readonly Indicator[] {
    return this.#indicators;
  }

  /** Indicators by what they match. */
  get set(): IndicatorSet {
    return this.#set;
  }

  /**
   * Reads the feed again. Never rejects, except when aborted.
   * @param now ms UTC
   * @param pause lets other work run between parts of a large feed
   * @param room most indicators
   * @returns true if it could be read
   */
  async read(
    now: number,
    signal: AbortSignal,
    pause: () => Promise<void>,
    room: number = feedLimits.indicators,
  ): Promise<boolean> {
    try {
      if (this.#isReading) throw new Error('the disk or the server has not answered the last read yet');
      const silent = (isSilent: boolean): void => {
        this.#isSilent = isSilent;
        this.#silenceChanged();
      };
      const ended = (end: Promise<unknown>): void => this.#watch(end);
      const read = await readApart({ settings: this.settings, own: this.#own, now, room }, signal, { silent, ended });
      this.#set = await IndicatorSet.of(read.indicators, pause);
      this.#indicators = read.indicators;
      this.#refused = read.refused;
      this.#refusals = read.refusals;
      this.#failure = undefined;
      this.#readAt = now;
      this.#contentAt = read.at ?? now;
      return true;
    } catch (thrown) {
      signal.throwIfAborted();
      this.#failure = (thrown as Error).message;
      return false;
    }
  }

  /** A thread that waits in the kernel cannot be ended; there is never more than one of them. */
  #watch(end: Promise<unknown>): void {
    this.#isReading = true;
    void end.finally(() => (this.#isReading = false));
  }

  /** @param now ms UTC */
  status(now: number): FeedStatus {
    const { name, path, url, staleMs } = this.settings;
    const expired = this.#indicators.filter(({ until }) => until <= now).length;
    const age = now - this.#contentAt;
    const isStale = age > staleMs;
    const failure = this.#isSilent ? 'its thread does not answer' : this.#failure;
    const state = failure !== undefined ? 'failed' : Number.isNaN(this.#readAt) ? 'waiting' : isStale ? ('stale' as const) : 'ok';
    return {
      name,
      source: url === undefined ? basename(path ?? '') : new URL(url).origin,
      state,
      reason: failure ?? (isStale ? `its content is ${formatDuration(age)} old` : ''),
      readAt: this.#readAt,
      contentAt: this.#contentAt,
      indicators: this.#indicators.length - expired,
      expired,
      refused: this.#refused,
      refusals: this.#refusals,
      hits: this.hits,
      searching: this.isSearching,
    };
  }
}
