import { copyFile, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../core/clock.ts';
import { openInstance, withConnection } from './engine.ts';

/** Headers of a database: its main header and two more, of which a checkpoint writes one in turn. */
const headerBytes = 3 * 4_096;
/** A copy that a checkpoint has met is made again so many times. */
const mostAttempts = 10;
/** A copy that DuckDB cannot read is made again once. */
const mostFailures = 2;
const pauseMs = 500;
/** Enough to read the log of a copy and to move it into the database, MB. */
const memoryMb = 512;

/**
 * Copies the running day of a historian that another process writes to. Between two checkpoints DuckDB only appends to its write-ahead
 * log and writes to blocks that no earlier commit uses. The log first and the database after it are therefore as a crash would leave them, if
 * no checkpoint came in between; DuckDB then reads back every commit. The copy is opened once, so that it is known to be sound.
 * @param dir folder of the historian
 * @param into an empty folder
 * @returns false where there is nothing to copy
 * @throws Error where checkpoints come too often, and what DuckDB throws for a copy that it cannot read
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

/** Undefined where there is no database. */
async function stateOf(dir: string): Promise<State | undefined> {
  const names = (await readdir(dir).catch(ignoreMissing)) ?? [];
  if (!names.includes('hot.duckdb')) return undefined;
  await using file = await open(join(dir, 'hot.duckdb'), 'r');
  const { buffer } = await file.read(Buffer.alloc(headerBytes), 0, headerBytes, 0);
  return { headers: buffer.toString('latin1'), isQuiet: !names.some((name) => name.startsWith('hot.duckdb.wal.')) };
}

/** Reads the log of a copy into its database. */
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
