import type { BatchMessage } from '../../core/batch.ts';
import type { Damage } from '../../core/damage.ts';
import type { HistorianStats, HistoryRange, Series } from '../../core/historian.ts';

/** Start data of the process. */
export interface StoreOptions {
  readonly dir: string;
  readonly memoryLimitMb: number;
  readonly retentionDays: number;
  /** Names and devices of the run's tags, by index. */
  readonly names: readonly string[];
  readonly devices: readonly string[];
}

/** Request for a part of a scan: all samples from `from` on, over a span that the process derives from `expectMs`. */
export interface SliceRequest {
  readonly range: HistoryRange;
  readonly from: number;
  readonly expectMs: number;
}

export interface Slice {
  /** Samples by source time. Samples of equal time are grouped by device. */
  readonly samples: BatchMessage | undefined;
  /** Start of the next slice; undefined at the end of the range. */
  readonly next: number | undefined;
  readonly expectMs: number;
}

/** Result of maintenance. */
export interface Maintenance {
  readonly written: readonly string[];
  readonly deleted: readonly string[];
}

/** Calls of the process: arguments and result of each. */
export interface Calls {
  /** Answered as soon as the event loop of the process runs. */
  alive: { readonly args: undefined; readonly result: undefined };
  /** First call. `now` is ms UTC, here and below: the process has no clock. */
  open: { readonly args: { readonly options: StoreOptions; readonly now: number }; readonly result: readonly Damage[] };
  /** Reads the days of a failed read completely, and moves damaged files aside. */
  examine: {
    readonly args: { readonly now: number; readonly from: number; readonly to: number };
    readonly result: readonly Damage[];
  };
  write: { readonly args: BatchMessage; readonly result: undefined };
  query: { readonly args: HistoryRange; readonly result: Series[] };
  slice: { readonly args: SliceRequest; readonly result: Slice };
  stats: { readonly args: undefined; readonly result: HistorianStats };
  /** At a time, ms UTC. */
  maintain: { readonly args: number; readonly result: Maintenance };
  close: { readonly args: undefined; readonly result: undefined };
}
