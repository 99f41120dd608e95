import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, LIST, listValue, VARCHAR } from '@duckdb/node-api';
import { ScadaError } from '../../core/errors.ts';
import type { StoredFile, StoredSample } from '../../core/historian.ts';
import { isCalendarTime } from '../../core/time.ts';
import { withConnection } from './engine.ts';
import { quote } from './sql.ts';

/** Memory limit for sorting a large day; more spills to disk. */
const memoryLimit = '256MB';

/**
 * Opens a Parquet file of the historian at any path, in a separate database.
 * @throws ScadaError INPUT_INVALID for any other file
 */
export async function openDayFile(file: string, signal: AbortSignal): Promise<StoredFile> {
  const spill = await mkdtemp(join(tmpdir(), 'scadawatch-day-'));
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: memoryLimit,
    threads: '2',
    temp_directory: spill,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const dispose = async (): Promise<void> => {
    instance.closeSync();
    await rm(spill, { recursive: true, force: true });
  };
  try {
    const tags = await withConnection(instance, signal, async (connection) => {
      const answer = await connection.runAndReadAll(`SELECT DISTINCT tag FROM ${samplesOf(file)} ORDER BY tag`);
      return answer.getRowsJS().flatMap(([tag]) => (typeof tag === 'string' ? [tag] : []));
    });
    return {
      tags,
      samples: (wanted, stop) => read(instance, file, wanted, stop),
      [Symbol.asyncDispose]: dispose,
    };
  } catch (cause) {
    await dispose();
    signal.throwIfAborted();
    throw new ScadaError('config', 'INPUT_INVALID', `${file} is no file of the historian: ${(cause as Error).message}`, {
      hint: 'give a samples-YYYY-MM-DD.parquet of the historian, or any Parquet file with its columns',
      cause,
    });
  }
}

/** Column names and types, so that a file without them is refused before it is read. */
const samplesOf = (file: string): string => `(
  SELECT epoch_us(time) / 1000.0::DOUBLE AS time, epoch_us(receive_time) / 1000.0::DOUBLE AS receive_time, tag::VARCHAR AS tag,
    value::DOUBLE AS value, quality::UINTEGER AS quality, text::VARCHAR AS text
  FROM read_parquet(${quote(file)}))`;

async function* read(
  instance: DuckDBInstance,
  file: string,
  tags: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<readonly StoredSample[], void, void> {
  const connection = await instance.connect();
  try {
    const sql = `SELECT time, receive_time, tag, value, quality, text FROM ${samplesOf(file)}
      WHERE list_contains($tags, tag) ORDER BY receive_time, time, tag`;
    const result = await connection.stream(sql, { tags: listValue([...tags]) }, { tags: LIST(VARCHAR) });
    for (;;) {
      signal.throwIfAborted();
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) return;
      const [time, received, tag, value, quality, text] = Array.from({ length: 6 }, (_, i) => chunk.getColumnVector(i));
      const timeAt = (column: typeof time, row: number, name: string): number => {
        const at = (column?.getItem(row) ?? Number.NaN) as number;
        if (!isCalendarTime(at)) throw unfitTime(file, tag?.getItem(row) as string, name, at);
        return at;
      };
      yield Array.from({ length: chunk.rowCount }, (_, row) => ({
        tag: tag?.getItem(row) as string,
        sourceTime: timeAt(time, row, 'time'),
        receiveTime: timeAt(received, row, 'receive_time'),
        value: (value?.getItem(row) as number | null) ?? Number.NaN,
        quality: quality?.getItem(row) as number,
        text: (text?.getItem(row) as string | null) ?? undefined,
      }));
    }
  } finally {
    connection.closeSync();
  }
}

const unfitTime = (file: string, tag: string, column: string, time: number): ScadaError =>
  new ScadaError(
    'config',
    'INPUT_INVALID',
    `${file}: a sample of ${tag} has ${Number.isNaN(time) ? 'no time' : `a time ${time / 1_000} s after 1970`} in column ${column}`,
    { hint: 'take the sample out, or correct its time; only the years 1 to 9999 are read' },
  );
