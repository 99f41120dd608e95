import type { HistorianStats, HistoryRange, Series } from '../../core/historian.ts';
import type { Rows } from './rows.ts';

/** Writes and reads of one family of servers. Ranges are whole milliseconds; tags fit in one request. */
export interface Dialect {
  /** Path and query of a write. */
  readonly writePath: string;
  /** Time after its reply in which the server may not have the lines on disk yet, ms. */
  readonly unsyncedMs: number;
  /** True if strings are stored. */
  readonly texts: boolean;
  /**
   * Samples of each tag by time, each source time once.
   * @param limit if there are more samples than this, the result is undefined
   */
  raw(range: HistoryRange, limit: number, signal: AbortSignal): Promise<ReadonlyMap<string, Rows> | undefined>;
  /** Series of a range with `maxPoints`; tags with more samples are reduced. */
  reduced(range: HistoryRange & { readonly maxPoints: number }, signal: AbortSignal): Promise<Series[]>;
  stats(signal: AbortSignal): Promise<HistorianStats>;
}
