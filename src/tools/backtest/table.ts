import { memoryLeft } from '../../learning/job/memory-limit.ts';
import { type Reading, recordsOf } from './records.ts';
import type { Rows } from './rows.ts';
import { TableBuilder } from './table-builder.ts';
import { invalid } from './text.ts';

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

/**
 * Reads a CSV file, plain or gzipped, with one header line, separated by comma, semicolon, tab, bar or blanks.
 * @param left bytes of memory that may still be taken
 * @throws ScadaError INPUT_INVALID with line and column, or where it does not fit in memory
 */
export async function readTable(path: string, options: TableOptions, reading: Reading = {}, left = memoryLeft): Promise<Table> {
  const { skipLines = 0, every = 1 } = options;
  let builder: TableBuilder | undefined;
  let row = 0;
  const onProgress = (done: number): void => {
    checkMemory(path, builder?.bytes ?? 0, done, left());
    reading.onProgress?.(done);
  };
  for await (const record of recordsOf(path, skipLines, { ...reading, onProgress })) {
    if (builder === undefined) builder = new TableBuilder(path, record, options);
    else if (row++ % every === 0) builder.add(record);
  }
  if (builder === undefined) throw invalid(path, 'it is empty');
  return builder.table();
}

/** What learning and judging take beside the numbers of tables, bytes. */
const workBytes = 2 ** 29;
/** Of less of a file nobody can tell how much memory all of it takes. */
const leastDone = 0.02;

/** Ends a reading that will not fit in memory, before the system ends the process without a word. */
function checkMemory(path: string, bytes: number, done: number, left: number): void {
  const total = bytes / done;
  const short = left < workBytes || (done >= leastDone && total - bytes + workBytes > left);
  if (bytes === 0 || !short) return;
  const gigabytes = (of: number): string => `${(of / 2 ** 30).toFixed(1)} GB`;
  throw invalid(
    path,
    `it takes about ${gigabytes(total)} of memory, and ${gigabytes(Math.max(0, left + bytes - workBytes))} are left for it`,
    {
      hint: 'a number takes 8 bytes: leave columns out with --ignore, take every tenth row with --every 10, or use a machine with more memory',
    },
  );
}
