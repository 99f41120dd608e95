import type { DatabaseSync } from 'node:sqlite';
import { workerData } from 'node:worker_threads';
import { RpcServer } from '../core/rpc-server.ts';
import { starterPort } from '../core/rpc-ports.ts';
import { openDatabase, transaction } from './database.ts';
import { storesOn } from './state.ts';
import type { WriterCalls, WriterOptions } from './writer/messages.ts';
import { type Operation, perform, type Stores } from './writer/operation.ts';
import { stateUnavailable } from './writer/unavailable.ts';

/** The only writer of state.db while the monitor runs. A lock or a slow sync blocks only this thread. */
const { dir, written } = workerData as WriterOptions;
/** Wait for a lock, ms. The queue retries by the clock: a long wait here would only delay the end of the process. */
const busyMs = 100;

let database: DatabaseSync | undefined;
let stores: Stores | undefined;

function write(operations: readonly Operation[]): void {
  database ??= openDatabase(dir, { busyMs });
  const into = (stores ??= storesOn(database));
  try {
    transaction(database, () => {
      for (const operation of operations) perform(into, operation);
    });
  } catch (error) {
    // stores may have cached rows that were rolled back
    stores = undefined;
    throw error;
  }
}

/** SQLite's reason, also from a wrapped error. */
function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.cause instanceof Error ? thrown.cause.message : thrown.message;
}

new RpcServer<WriterCalls>(starterPort(), {
  write: ({ id, operations }) => {
    try {
      write(operations);
    } catch (thrown) {
      throw stateUnavailable(reasonOf(thrown));
    }
    Atomics.store(written, 0, id);
  },
  close: () => database?.close(),
});
