import type { DatabaseSync } from 'node:sqlite';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { openDatabase, transaction } from './database.ts';
import { storesOn } from './state.ts';
import type { WriteAnswer, WriteRequest, WriterOptions } from './writer/messages.ts';
import { type Operation, perform, type Stores } from './writer/operation.ts';

/** The only writer of state.db while the monitor runs: a lock or a slow sync blocks this thread and nothing else. */
const port = parentPort as MessagePort;
const { dir, written } = workerData as WriterOptions;
/** The queue tries again by the clock: a long wait here would only delay the stop of the process, ms. */
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
    // a store may remember rows that were rolled back
    stores = undefined;
    throw error;
  }
}

/** SQLite's reason, also where opening wrapped it. */
function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.cause instanceof Error ? thrown.cause.message : thrown.message;
}

port.on('message', (message: WriteRequest | 'close') => {
  if (message === 'close') {
    database?.close();
    port.close();
    return;
  }
  const { id, operations } = message;
  let error: string | undefined;
  try {
    write(operations);
    Atomics.store(written, 0, id);
  } catch (thrown) {
    error = reasonOf(thrown);
  }
  port.postMessage({ id, error } satisfies WriteAnswer);
});
