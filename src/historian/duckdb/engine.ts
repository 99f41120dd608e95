import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import {
  DuckDBInstance,
  type DuckDBConnection,
  type DuckDBDataChunk,
  type DuckDBValue,
  LIST,
  UINTEGER,
  VARCHAR,
  listValue,
} from '@duckdb/node-api';
import { ScadaError } from '../../core/errors.ts';

/** Parameters of `wanted` in `sql.ts`. */
export interface WantedTags {
  readonly names: readonly string[];
  readonly ids: readonly number[];
}

/**
 * Opens the database with a memory limit, without extensions and without access to files outside of its folder.
 * @throws ScadaError STORE_UNAVAILABLE
 */
export async function openInstance(dir: string, memoryLimitMb: number): Promise<DuckDBInstance> {
  const file = join(dir, 'hot.duckdb');
  try {
    mkdirSync(dir, { recursive: true });
    return await DuckDBInstance.create(file, {
      memory_limit: `${memoryLimitMb}MB`,
      threads: '2',
      temp_directory: join(dir, 'temp'),
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      // a rewritten file must never be served from a cache
      enable_external_file_cache: 'false',
    });
  } catch (cause) {
    const locked = /could not set lock/i.test((cause as Error).message);
    throw new ScadaError(
      locked ? 'retryable' : 'fatal',
      'STORE_UNAVAILABLE',
      `${file} cannot be opened: ${(cause as Error).message}`,
      {
        hint: locked
          ? 'end the program that has it open, or start with another --data'
          : 'move the file away to start with an empty hot table; finished days are in the Parquet files beside it',
        cause,
      },
    );
  }
}

/** Runs `work` on a separate connection, which the signal interrupts. */
export async function withConnection<T>(
  instance: DuckDBInstance,
  signal: AbortSignal,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const connection = await instance.connect();
  const interrupt = (): void => connection.interrupt();
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    return await work(connection);
  } finally {
    signal.removeEventListener('abort', interrupt);
    connection.closeSync();
  }
}

/** Passes the chunks of a result to `take`, in order. */
export async function readChunks(
  connection: DuckDBConnection,
  sql: string,
  tags: WantedTags,
  take: (chunk: DuckDBDataChunk) => void,
): Promise<void> {
  const parameters: Record<string, DuckDBValue> = {
    names: listValue([...tags.names]),
    ids: listValue([...tags.ids]),
  };
  const result = await connection.stream(sql, parameters, { names: LIST(VARCHAR), ids: LIST(UINTEGER) });
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    take(chunk);
  }
}

/** The single number that a statement returns; NaN for NULL. */
export async function numberOf(connection: DuckDBConnection, sql: string): Promise<number> {
  const answer = await connection.runAndReadAll(sql);
  const [[value] = []] = answer.getRowsJS();
  return value === null || value === undefined ? Number.NaN : Number(value);
}

/** Waits until the content of a file or folder is on disk. */
export function syncToDisk(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
