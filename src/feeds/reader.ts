import { basename, join } from 'node:path';
import type { FeedSettings, FeedStatus, RefusedIndicator } from '../core/feed.ts';
import { formatDuration } from '../core/format.ts';
import type { Indicator } from './indicator.ts';
import { IndicatorSet } from './indicator-set.ts';
import { keptName } from './kept.ts';
import { feedLimits } from './limits.ts';
import { type FeedRead, readApart } from './read.ts';

/** Indicators of one feed. After a failed read, or a restart, the earlier ones stay in use. */
export class Feed {
  readonly settings: FeedSettings;
  readonly #kept: string;
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
  #unkept: string | undefined;
  hits = 0;
  /** True while recorded traffic is searched for its indicators. */
  isSearching = false;

  /**
   * @param keptDir folder that keeps the content of the last good read for the next start
   * @param own addresses of the plant's devices, which are no indicators
   * @param silenceChanged called when the thread that reads does not answer any more, and when it answers again
   */
  constructor(settings: FeedSettings, keptDir: string, own: readonly string[], silenceChanged: () => void = () => {}) {
    this.settings = settings;
    this.#kept = join(keptDir, keptName(settings));
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

  /** Reason why the content of the last read is not kept for the next start; undefined if it is. */
  get unkept(): string | undefined {
    return this.#unkept;
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
      const read = await this.#readApart(now, signal, room, false);
      if (read === undefined) throw new Error('it has no content');
      await this.#use(read, pause);
      this.#failure = undefined;
      this.#unkept = read.unkept;
      return true;
    } catch (thrown) {
      signal.throwIfAborted();
      this.#failure = (thrown as Error).message;
      return false;
    }
  }

  /**
   * Uses the indicators of the last good read of an earlier run, if there are any. Arguments as of `read`.
   * @throws Error if what was kept is damaged
   */
  async restore(
    now: number,
    signal: AbortSignal,
    pause: () => Promise<void>,
    room: number = feedLimits.indicators,
  ): Promise<void> {
    const read = await this.#readApart(now, signal, room, true);
    if (read !== undefined) await this.#use(read, pause);
  }

  async #readApart(now: number, signal: AbortSignal, room: number, isFromKept: boolean): Promise<FeedRead | undefined> {
    if (this.#isReading) throw new Error('the disk or the server has not answered the last read yet');
    const silent = (isSilent: boolean): void => {
      this.#isSilent = isSilent;
      this.#silenceChanged();
    };
    const ended = (end: Promise<unknown>): void => this.#watch(end);
    const options = { settings: this.settings, own: this.#own, now, room, kept: this.#kept, isFromKept };
    return await readApart(options, signal, { silent, ended });
  }

  async #use({ indicators, refused, refusals, readAt, at }: FeedRead, pause: () => Promise<void>): Promise<void> {
    this.#set = await IndicatorSet.of(indicators, pause);
    this.#indicators = indicators;
    this.#refused = refused;
    this.#refusals = refusals;
    this.#readAt = readAt;
    this.#contentAt = at ?? readAt;
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
