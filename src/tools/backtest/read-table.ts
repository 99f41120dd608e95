import { memoryLeft } from '../../learning/job/memory-limit.ts';
import { type Reading, recordsOf } from './records.ts';
import { TableBuilder } from './table-builder.ts';
import type { Table, TableOptions } from './table.ts';
import { invalid } from './text.ts';

/**
 * Reads a CSV file, plain or gzipped, with one header line, separated by comma, semicolon, tab, bar or blanks.
 * @param left bytes of memory that are still available
 * @throws ScadaError INPUT_INVALID with line and column, or if the file does not fit in memory
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

/** Memory of learning and judging beside the numbers of tables, bytes. */
const workBytes = 2 ** 29;
/** Share of a file from which its memory can be estimated. */
const leastDone = 0.02;

/** Aborts a read that will not fit in memory, before the system kills the process. */
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
