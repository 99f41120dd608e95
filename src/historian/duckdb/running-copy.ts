import { copyFile, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../core/clock.ts';
import { openInstance, withConnection } from './engine.ts';

/** Headers of a database: the main header and two more, of which a checkpoint writes one alternately. */
const headerBytes = 3 * 4_096;
/** Attempts at a copy if checkpoints interfere. */
const mostAttempts = 10;
/** Attempts at a copy that DuckDB cannot read. */
const mostFailures = 2;
const pauseMs = 500;
/** Memory to read the log of a copy and move it into the database, MB. */
const memoryMb = 512;

/**
 * Copies the current day of a historian to which another process writes. Between two checkpoints, DuckDB only appends to its
 * write-ahead log and writes to blocks that no earlier commit uses. A copy of the log and then of the database is therefore in
 * the state of a crash, from which DuckDB recovers every commit. If a checkpoint intervenes, the copy is repeated. The copy is
 * opened once to verify it.
 * @param dir folder of the historian
 * @param into an empty folder
 * @returns false if there is nothing to copy
 * @throws Error if checkpoints come too often, and errors of DuckDB for a copy that it cannot read
 */
export async function copyRunning(dir: string, into: string): Promise<boolean> {
  const [from, to] = [join(dir, 'hot.duckdb'), join(into, 'hot.duckdb')];
  let failures = 0;
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    const before = await stateOf(dir);
    if (before === undefined) return false;
    try {
      await copyFile(`${from}.wal`, `${to}.wal`).catch(ignoreMissing);
      await copyFile(from, to);
      if (before.isQuiet && (await stateOf(dir))?.headers === before.headers) {
        await makeWhole(into);
        return true;
      }
    } catch (thrown) {
      if (++failures === mostFailures) throw thrown;
    }
    for (const name of await readdir(into)) await rm(join(into, name), { recursive: true });
    await systemClock.sleep(pauseMs);
  }
  throw new Error(`${from} was checkpointed during each attempt`);
}

interface State {
  /** Changes with each checkpoint. */
  readonly headers: string;
  /** False during a checkpoint, in which new commits go to a second log. */
  readonly isQuiet: boolean;
}

/** State of the files; undefined if there is no database. */
async function stateOf(dir: string): Promise<State | undefined> {
  const names = (await readdir(dir).catch(ignoreMissing)) ?? [];
  if (!names.includes('hot.duckdb')) return undefined;
  await using file = await open(join(dir, 'hot.duckdb'), 'r');
  const { buffer } = await file.read(Buffer.alloc(headerBytes), 0, headerBytes, 0);
  return { headers: buffer.toString('latin1'), isQuiet: !names.some((name) => name.startsWith('hot.duckdb.wal.')) };
}

/** Moves the log of a copy into its database. */
async function makeWhole(dir: string): Promise<void> {
  const instance = await openInstance(dir, memoryMb);
  try {
    await withConnection(instance, new AbortController().signal, async (connection) => {
      await connection.run('CHECKPOINT');
    });
  } finally {
    instance.closeSync();
  }
}

function ignoreMissing(thrown: NodeJS.ErrnoException): undefined {
  if (thrown.code !== 'ENOENT') throw thrown;
}
