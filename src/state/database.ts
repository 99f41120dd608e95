import { randomUUID } from 'node:crypto';
import { closeSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ScadaError } from '../core/errors.ts';
import { makeFolder } from '../core/folder.ts';
import { hasRunBefore, markAccounts } from './accounts-mark.ts';
import { migrations } from './migrations.ts';

/** Primary result codes of SQLite with causes outside of the file: busy, locked, no memory, read-only, I/O, full, no access. */
const passingCodes = [5, 6, 7, 8, 10, 13, 14, 23];
/** Those of them with which another process holds the file. */
const heldCodes = [5, 6];
const fullCode = 13;
/** Extended result code: the file ends before the requested page. */
const shortRead = 522;

export interface OpenOptions {
  /** Time that a statement waits for a lock of another process, ms. Its thread is blocked meanwhile. */
  readonly busyMs?: number;
}

/**
 * Opens the database of a data directory and migrates its schema. WAL with `synchronous=FULL`: a commit is on disk when it
 * returns, so that it survives power loss and kill -9 (https://sqlite.org/pragma.html#pragma_synchronous).
 * @throws ScadaError STATE_CORRUPT if the file is no database, is damaged, or is of a later version; STATE_UNAVAILABLE if it is intact as
 *   far as is known, but locked, or its disk is full or cannot be written
 */
export function openDatabase(dir: string, { busyMs = 5_000 }: OpenOptions = {}): DatabaseSync {
  const file = join(dir, 'state.db');
  makeFolder(dir);
  // a command on a data directory with an emptied database must not make it look like a first start
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) === 0 && hasRunBefore(dir)) markAccounts(dir);
  // the database contains passphrase hashes; SQLite gives the -wal and -shm files the same mode
  closeSync(openSync(file, 'a', 0o600));
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: busyMs });
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON',
    );
    migrate(database, file);
    return database;
  } catch (cause) {
    database?.close();
    if (cause instanceof ScadaError) throw cause;
    const message = `${file} cannot be opened: ${(cause as Error).message}`;
    if (isPassing(cause)) throw new ScadaError('fatal', 'STATE_UNAVAILABLE', message, { hint: hintOf(cause), cause });
    throw new ScadaError('fatal', 'STATE_CORRUPT', message, {
      hint: 'Type `scadawatch restore BACKUP` with this --data, or start the monitor: it moves the damaged file aside.',
      cause,
    });
  }
}

/** True for an error of SQLite whose cause is outside of the file: the file is not damaged by it. */
export function isPassing(cause: unknown): boolean {
  const code = resultOf(cause);
  return code !== undefined && code !== shortRead && passingCodes.includes(code & 0xff);
}

function hintOf(cause: unknown): string {
  const code = (resultOf(cause) ?? 0) & 0xff;
  if (heldCodes.includes(code)) return 'another process holds it, such as a backup or an SQLite shell: end that, and try again';
  if (code === fullCode) return 'free space on its disk, and try again';
  return 'check its disk, and that this user may write to it and its folder; then try again';
}

/** Extended result code of an error of SQLite. */
function resultOf(cause: unknown): number | undefined {
  const code = (cause as { errcode?: unknown } | undefined)?.errcode;
  return typeof code === 'number' ? code : undefined;
}

/** Runs `work` as a transaction, or as a part of an enclosing one. */
export function transaction(database: DatabaseSync, work: () => void): void {
  if (database.isTransaction) {
    work();
    return;
  }
  database.exec('BEGIN IMMEDIATE');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function migrate(database: DatabaseSync, file: string): void {
  // inside the lock, so that two processes that open a new folder at once do not both migrate it
  transaction(database, () => {
    const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
    if (version > migrations.length) {
      throw new ScadaError('fatal', 'STATE_CORRUPT', `${file} has schema ${version}, this version knows ${migrations.length}`, {
        hint: 'it was written by a later version: install that one',
      });
    }
    for (const step of migrations.slice(version)) database.exec(step);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
    if (version === 0) database.prepare('INSERT INTO store (id) VALUES (?)').run(randomUUID());
  });
}
