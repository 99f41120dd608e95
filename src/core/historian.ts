import type { Batch } from './batch.ts';
import type { Metric } from './metrics.ts';
import type { Plugin, PluginContext } from './plugin.ts';
import type { TagTable } from './tag.ts';

/** Samples that a historian has stored. */
export const samplesStored: Metric = {
  type: 'counter',
  name: 'scadawatch_historian_samples_total',
  help: 'Samples that the historian has stored.',
};

export interface HistoryRange {
  /** Tag names. */
  readonly tags: readonly string[];
  /** ms UTC, inclusive. */
  readonly from: number;
  /** ms UTC, exclusive. */
  readonly to: number;
  /** If set, longer results are reduced to the lowest and highest value of equal spans, at most this many points per tag. */
  readonly maxPoints?: number | undefined;
}

/**
 * Samples of one tag by source time. `low` and `high` equal `value` unless `spanMs` > 0; then `value` is the mean of good
 * samples.
 */
export interface Series {
  readonly tag: string;
  /** 0 for stored samples, otherwise the length of the spans, ms. */
  readonly spanMs: number;
  readonly time: Float64Array;
  readonly value: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Worst quality in a span. */
  readonly quality: Uint32Array;
}

export interface HistorianStats {
  readonly samples: number;
  readonly bytes: number;
  /** Oldest sample, ms UTC; NaN if empty. */
  readonly oldest: number;
}

/** Stores samples. A sample is acknowledged when the promise of its `write` has resolved; from then on it survives kill -9. */
export interface Historian extends AsyncDisposable {
  /** @throws ScadaError `retryable` if the store is unavailable; the same batch may then be written again */
  write(batch: Batch, signal: AbortSignal): Promise<void>;
  query(range: HistoryRange, signal: AbortSignal): Promise<Series[]>;
  /** All samples of the range as batches in the order of source time, for calibration, backtests and evidence. */
  scan(range: HistoryRange, signal: AbortSignal): AsyncIterable<Batch>;
  stats(signal: AbortSignal): Promise<HistorianStats>;
}

export interface HistorianTarget {
  readonly tags: TagTable;
  /** Own folder of the historian. */
  readonly dataDir: string;
}

/** One sample of a file. */
export interface StoredSample {
  /** Name of its tag. */
  readonly tag: string;
  /** ms UTC */
  readonly sourceTime: number;
  /** ms UTC */
  readonly receiveTime: number;
  readonly value: number;
  readonly quality: number;
  readonly text: string | undefined;
}

/** A file of a historian, opened for reading; the opener disposes of it. */
export interface StoredFile extends AsyncDisposable {
  /** Names of the tags in it, sorted. */
  readonly tags: readonly string[];
  /** The samples of some tags in the order in which they were received, some thousand at once; of one time by source time and tag. */
  samples(tags: readonly string[], signal: AbortSignal): AsyncGenerator<readonly StoredSample[], void, void>;
}

/** Files of a historian that are read wherever they lie, without the store that wrote them. */
export interface HistorianFiles {
  /** True for the usual name of such a file. */
  isNamed(file: string): boolean;
  /** @throws ScadaError INPUT_INVALID for another file */
  open(file: string, signal: AbortSignal): Promise<StoredFile>;
  /**
   * Writes the rows of a CSV file with one header line as a file of this format; an empty cell is a missing value.
   * @param types of all columns, in order
   */
  fromCsv(csv: string, file: string, types: readonly ColumnType[]): Promise<void>;
}

/** Type of a column of a table; a time is ISO 8601 in UTC. */
export type ColumnType = 'time' | 'text' | 'number' | 'count';

export interface HistorianPlugin<Config = unknown> extends Plugin<Config> {
  /** Opens the store. An unavailable store is no error here. */
  create(config: Config, target: HistorianTarget, context: PluginContext): Promise<Historian>;
  /**
   * Copies files to which the historian of another process writes, with every sample that is acknowledged at the time of the
   * call. Absent if the historian has no such files.
   * @param dataDir folder of the historian
   * @param into an empty folder
   * @returns false if there is nothing to copy
   */
  copyRunning?(dataDir: string, into: string): Promise<boolean>;
  /** Absent if a historian has no movable files. */
  readonly files?: HistorianFiles | undefined;
}
