import type { Rows } from './rows.ts';

/** Rows of numbers with a name and a time each: what a file of process data comes down to. */
export interface Table {
  /** Where it came from, for messages. */
  readonly name: string;
  readonly columns: readonly string[];
  /** ms UTC of each row, never stepping back. */
  readonly times: readonly number[];
  /** Row by row, NaN where a value is missing. */
  readonly rows: Rows;
  /** 1 for each row that its label calls anomalous, where the table has a column of labels. */
  readonly labels?: Uint8Array;
  /** What of the file may not be as the user thinks. */
  readonly file?: FileFacts;
}

export interface FileFacts {
  /** Names of all columns, tags or not. */
  readonly header: readonly string[];
  /** Rows that are older than the one before, and rows that have its time. */
  readonly back: number;
  readonly equal: number;
  /** False where its rows have no time. */
  readonly timed: boolean;
  /** True if its times name their zone, undefined where it has none that could. */
  readonly zoned?: boolean | undefined;
  /** Rows with nothing in the column of labels: taken as normal. */
  readonly unlabelled: number;
}

export interface TableOptions {
  /** Name or 0-based index of the time column, or of several that make a time together, such as date and time of day. */
  readonly time?: string | readonly string[] | undefined;
  readonly timeFormat?: string | undefined;
  /** Between rows, ms, where no time column says it. */
  readonly periodMs?: number | undefined;
  /** Names or 0-based indices of columns that are no tags; a table may be without them. */
  readonly ignore: readonly string[];
  /** Name of the column that says whether a row is anomalous; a table may be without it. */
  readonly labels?: string | undefined;
  /** What means anomalous in it, if not the usual. */
  readonly anomalous?: readonly string[] | undefined;
  /** Lines before the header. */
  readonly skipLines?: number | undefined;
  /** Of so many rows only the first is taken. */
  readonly every?: number | undefined;
}
