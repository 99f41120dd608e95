import type { Rows } from './rows.ts';

/** Rows of numbers, each with a time: process data of a file. */
export interface Table {
  /** Source, for messages. */
  readonly name: string;
  readonly columns: readonly string[];
  /** ms UTC of each row, ascending or equal. */
  readonly times: readonly number[];
  /** Rows of values; NaN for a missing value. */
  readonly rows: Rows;
  /** 1 for each row that is labelled anomalous, if the table has labels. */
  readonly labels?: Uint8Array;
  /** Facts about the file that may surprise the user. */
  readonly file?: FileFacts;
}

export interface FileFacts {
  /** Names of all columns, tags or not. */
  readonly header: readonly string[];
  /** Rows older than the previous row, and rows with the same time as it. */
  readonly back: number;
  readonly equal: number;
  /** False if rows have no time. */
  readonly timed: boolean;
  /** True if times name their zone; undefined if the format has no zone. */
  readonly zoned?: boolean | undefined;
  /** Rows without a label, taken as normal. */
  readonly unlabelled: number;
}

export interface TableOptions {
  /** Name or 0-based index of the time column, or of several that form a time, such as date and time of day. */
  readonly time?: string | readonly string[] | undefined;
  readonly timeFormat?: string | undefined;
  /** Time between rows, ms, if there is no time column. */
  readonly periodMs?: number | undefined;
  /** Names or 0-based indices of columns that are not tags; they may be missing. */
  readonly ignore: readonly string[];
  /** Name of the label column; it may be missing. */
  readonly labels?: string | undefined;
  /** Labels that mean anomalous, if not the usual ones. */
  readonly anomalous?: readonly string[] | undefined;
  /** Lines before the header. */
  readonly skipLines?: number | undefined;
  /** Only the first of this many rows is read. */
  readonly every?: number | undefined;
}
