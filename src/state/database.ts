import { randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ScadaError } from '../core/errors.ts';
import { hasRunBefore, markAccounts } from './accounts-mark.ts';
import { migrations } from './migrations.ts';

export interface OpenOptions {
  /** Time that a statement waits for a lock of another process, ms. Its thread is blocked meanwhile. */
  readonly busyMs?: number;
}

/**
 * Opens the database of a data directory and migrates its schema. WAL with `synchronous=FULL`: a commit is on disk when it
 * returns, so that it survives power loss and kill -9 (https://sqlite.org/pragma.html#pragma_synchronous).
 * @throws ScadaError STATE_CORRUPT if the file is no database, is damaged, or is of a later version
 */
export function openDatabase(dir: string, { busyMs = 5_000 }: OpenOptions = {}): DatabaseSync {
  const file = join(dir, 'state.db');
  mkdirSync(dir, { recursive: true });
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
    throw new ScadaError('fatal', 'STATE_CORRUPT', `${file} cannot be opened: ${(cause as Error).message}`, {
      hint: 'Type `scadawatch restore BACKUP` with this --data, or start the monitor: it moves the damaged file aside.',
      cause,
    });
  }
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
