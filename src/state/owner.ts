import type { DatabaseSync } from 'node:sqlite';
import type { AuditEntry } from '../core/state.ts';
import { markAccounts } from './accounts-mark.ts';
import { isPassing, openDatabase, transaction } from './database.ts';
import { storeId, storesOn } from './state.ts';
import type { ReadRequest, Row, StateContents, WriteRequest } from './writer/messages.ts';
import { keptTables, perform, readFrom, type Stores } from './writer/operation.ts';
import { stateUnavailable } from './writer/unavailable.ts';

/** Wait for a lock, ms. The queue of the monitor retries by the clock: a long wait here would hold up its reads. */
const busyMs = 100;

/** The newest version of each baseline; a running monitor needs no other. */
const newestBaselines = 'SELECT * FROM baseline AS one WHERE version = (SELECT max(version) FROM baseline WHERE name = one.name)';

/** The only user of state.db while a monitor runs. It waits for the disk, and therefore runs in a process of its own. */
export class DatabaseOwner {
  readonly #dir: string;
  #database: DatabaseSync | undefined;
  #stores: Stores | undefined;
  /** True once this run is recorded in the database: another run that is recorded later has taken over. */
  #isRecorded = false;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Reads what a running monitor keeps in memory, and takes over from earlier runs. @throws ScadaError as `openDatabase` */
  load(run: string): StateContents {
    const database = this.#open();
    this.#takeOver(database, run);
    const { alerts, audit, minor } = this.#on(database);
    const rows = keptTables.map((table): [string, Row[]] => {
      const select = table === 'baseline' ? newestBaselines : `SELECT * FROM ${table}`;
      return [
        table,
        database
          .prepare(select)
          .all()
          .map((row) => ({ ...row })) as Row[],
      ];
    });
    const actions = database.prepare('SELECT DISTINCT action FROM audit').all();
    const lastEntries = actions.flatMap(({ action }): AuditEntry[] => {
      const last = audit.last(String(action));
      return last === undefined ? [] : [last];
    });
    return { id: storeId(database), alerts: alerts.open(), minor: minor.open(), lastEntries, rows: Object.fromEntries(rows) };
  }

  /** Writes a request in one transaction, or nothing of it. @throws ScadaError STATE_UNAVAILABLE */
  write({ run, number, operations }: WriteRequest): void {
    try {
      const database = this.#open();
      const stores = this.#on(database);
      transaction(database, () => {
        const last = this.#record(database, run);
        // the process that wrote it has ended before its answer
        if (last >= number) return;
        for (const operation of operations) perform(stores, operation);
        database.prepare('UPDATE writer SET written = ?').run(number);
      });
      this.#isRecorded = true;
      if (operations.some(({ store, method }) => store === 'users' && method === 'add')) this.#mark();
    } catch (thrown) {
      // stores may have cached rows that were rolled back
      this.#stores = undefined;
      throw stateUnavailable(reasonOf(thrown));
    }
  }

  /** @throws ScadaError STATE_UNAVAILABLE */
  read({ call, waiting, writing, number }: ReadRequest & { readonly number: number }): unknown {
    try {
      const database = this.#open();
      if (waiting.length === 0) return readFrom(this.#on(database), call);
      const written = writing > 0 && this.#last(database).written >= number ? writing : 0;
      // a transaction that is never committed needs no space on the disk
      database.exec('BEGIN IMMEDIATE');
      try {
        const stores = this.#on(database);
        for (const operation of waiting.slice(written)) perform(stores, operation);
        return readFrom(stores, call);
      } finally {
        database.exec('ROLLBACK');
        this.#stores = undefined;
      }
    } catch (thrown) {
      throw stateUnavailable(`state.db cannot be read: ${reasonOf(thrown)}`);
    }
  }

  close(): void {
    if (this.#database?.isOpen === true) this.#database.close();
    this.#database = undefined;
    this.#stores = undefined;
  }

  /** Records outside of the database that it has accounts. */
  #mark(): void {
    try {
      markAccounts(this.#dir);
    } catch {
      // a full disk prevents the mark; the next start on a database with accounts creates it
    }
  }

  #open(): DatabaseSync {
    if (this.#database !== undefined) return this.#database;
    const database = openDatabase(this.#dir, { busyMs });
    // so that reads over waiting writes never write to a full disk
    database.exec('PRAGMA cache_spill = OFF; PRAGMA temp_store = MEMORY');
    this.#database = database;
    return database;
  }

  #on(database: DatabaseSync): Stores {
    return (this.#stores ??= storesOn(database));
  }

  /** Refuses further writes of an earlier run, whose process may still wait for the disk. */
  #takeOver(database: DatabaseSync, run: string): void {
    try {
      transaction(database, () => this.#record(database, run));
      this.#isRecorded = true;
    } catch (thrown) {
      // a full or locked disk: the first write does it
      if (!isPassing(thrown)) throw thrown;
    }
  }

  /** Records the run as the present one. @returns number of its last request on disk */
  #record(database: DatabaseSync, run: string): number {
    const last = this.#last(database);
    if (last.run === run) return last.written;
    if (this.#isRecorded) throw new Error('another monitor has opened the same data directory');
    database.prepare('INSERT OR REPLACE INTO writer (id, run, written) VALUES (1, ?, 0)').run(run);
    return 0;
  }

  #last(database: DatabaseSync): { readonly run: unknown; readonly written: number } {
    const row = database.prepare('SELECT run, written FROM writer').get();
    return { run: row?.['run'], written: Number(row?.['written'] ?? 0) };
  }
}

/** SQLite's reason, also from a wrapped error. */
function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.cause instanceof Error ? thrown.cause.message : thrown.message;
}
