import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ScadaError } from '../core/errors.ts';
import { diskRefusal } from './refusal.ts';
import { removeLast } from './files.ts';

/**
 * File of the lock: an empty SQLite database. Nothing else may open it, since closing any handle of a file releases its POSIX
 * locks.
 */
export const lockFile = 'lock.db';
/** Description of the holder, for error messages only: an outdated one refuses nobody. */
export const holderFile = 'lock.json';

/** Wait for the lock, ms. A process that only tests the lock holds it for an instant. */
const patienceMs = 500;
/** SQLite's result codes. */
const busy = 5;
const notDatabase = 26;
const corrupt = 11;

/** References to held databases: the garbage collector would close them and release the lock. */
const held = new Set<DatabaseSync>();

/** The process that holds a lock. */
interface Holder {
  readonly pid: number;
  readonly command: string;
  /** ISO 8601 */
  readonly since: string;
}

/** A held lock; disposal releases it. */
export type DataLock = Disposable;

/**
 * Takes the lock of a data directory for the life of this process. The operating system releases it when the process ends, also
 * after kill -9 or a reboot. Therefore no leftover file can refuse a start.
 * @param command name of this process in the error message of the next one
 * @param now ms UTC
 * @param shown the directory as the error message names it
 * @throws ScadaError DATA_IN_USE if another process holds it; CONFIG_INVALID or STATE_UNAVAILABLE if it cannot be written
 */
export function lockDataDirectory(dir: string, command: string, now: number, shown: string = dir): DataLock {
  const database = hold(dir, shown);
  held.add(database);
  const holder: Holder = { pid: process.pid, command, since: new Date(now).toISOString() };
  try {
    writeFileSync(join(dir, holderFile), `${JSON.stringify(holder)}\n`, { mode: 0o600 });
  } catch {
    // a full disk: the lock is held, but its holder is not named
  }
  return {
    [Symbol.dispose]: () => {
      if (!database.isOpen) return;
      held.delete(database);
      if (!removeLast(join(dir, holderFile))) rmSync(join(dir, holderFile), { force: true });
      database.close();
    },
  };
}

function hold(dir: string, shown: string): DatabaseSync {
  const file = join(dir, lockFile);
  try {
    return lockedDatabase(file);
  } catch (thrown) {
    if (codeOf(thrown) === busy) throw inUse(dir, shown);
    if (codeOf(thrown) !== notDatabase && codeOf(thrown) !== corrupt) throw diskRefusal(dir, thrown) ?? thrown;
  }
  try {
    // the file was overwritten; truncation keeps the file, and with it the lock of an earlier process
    truncateSync(file);
    rmSync(`${file}-journal`, { force: true });
    return lockedDatabase(file);
  } catch (thrown) {
    throw codeOf(thrown) === busy ? inUse(dir, shown) : (diskRefusal(dir, thrown) ?? thrown);
  }
}

function lockedDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: patienceMs });
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return database;
  } catch (thrown) {
    database.close();
    throw thrown;
  }
}

const codeOf = (thrown: unknown): number | undefined => {
  const code = (thrown as { errcode?: unknown }).errcode;
  // the low byte is the primary result code
  return typeof code === 'number' ? code & 0xff : undefined;
};

function inUse(dir: string, shown: string): ScadaError {
  const holder = holderOf(dir);
  const who =
    holder === undefined ? 'another process' : `process ${holder.pid} (scadawatch ${holder.command}, since ${holder.since})`;
  return new ScadaError('config', 'DATA_IN_USE', `the data directory ${shown} is in use by ${who}`, {
    hint: 'Stop that process, or start with another --data.',
  });
}

function holderOf(dir: string): Holder | undefined {
  try {
    const { pid, command, since } = JSON.parse(readFileSync(join(dir, holderFile), 'utf8')) as Partial<Holder>;
    return typeof pid === 'number' && typeof command === 'string' && typeof since === 'string'
      ? { pid, command, since }
      : undefined;
  } catch {
    return undefined;
  }
}
