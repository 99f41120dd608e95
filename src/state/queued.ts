import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../core/clock.ts';
import { toScadaError, ScadaError } from '../core/errors.ts';
import type { Logger } from '../core/plugin.ts';
import type { BaselineStore, DirectStateStore, StateSaving } from '../core/state.ts';
import { openDatabase } from './database.ts';
import { migrations } from './migrations.ts';
import { queuedAlerts } from './queued-alerts.ts';
import { queuedAudit, WaitingEntries } from './queued-audit.ts';
import { queuedMinor } from './queued-minor.ts';
import { queuedShift } from './queued-shift.ts';
import { storeId, storesOn } from './state.ts';
import { type Operation, operationsOf, perform, type StoreName, type Stores, writes } from './writer/operation.ts';
import { WriteQueue } from './writer/queue.ts';
import { type Writer, WriterThread } from './writer/thread.ts';

/** Tables that are small enough to be kept in memory too, so that reads never use the disk. */
const mirroredTables = [
  'user',
  'session',
  'wall_display',
  'api_token',
  'maintenance',
  'maintenance_plan',
  'alarm_record',
  'approval',
  'annotation',
  'trend_pens',
] as const;

export interface QueuedStateOptions {
  /** The machine's clock. */
  readonly clock: Clock;
  readonly logger: Logger;
  /** Receives one line for each write that was not saved at the end; for stderr. */
  readonly report: (line: string) => void;
  /** Reason why all writes are lost at the end of the run; undefined if they are kept. */
  readonly temporary?: string | undefined;
  /** Default: a writer in a separate thread. */
  readonly writer?: Writer;
}

/**
 * Opens `state.db` for a running monitor: no method waits for the disk. A write takes effect in memory at once and goes into a
 * queue, which a separate thread writes in order. `saving` reports the progress. Reads include waiting writes.
 * @throws ScadaError STATE_CORRUPT
 */
export function openQueuedState(dir: string, options: QueuedStateOptions): DirectStateStore & AsyncDisposable {
  const database = openDatabase(dir);
  // this connection is read-only from here on: readers of WAL never wait
  database.exec('PRAGMA busy_timeout = 0; PRAGMA query_only = ON');
  const disk = readable(storesOn(database));
  const memory = memoryCopy(dir);
  const small = storesOn(memory);
  const { writer = new WriterThread(dir) } = options;
  const queue = new WriteQueue({ ...options, writer, savedSequence: disk.alerts.open().sequence });
  const entries = new WaitingEntries();
  const dispose = (): void => {
    if (database.isOpen) database.close();
    if (memory.isOpen) memory.close();
  };
  return {
    id: storeId(database),
    alerts: queuedAlerts(disk.alerts, queue, entries),
    audit: queuedAudit(disk.audit, queue, entries),
    users: mirrored('users', small.users, queue),
    sessions: mirrored('sessions', small.sessions, queue),
    displays: mirrored('displays', small.displays, queue),
    apiTokens: mirrored('apiTokens', small.apiTokens, queue),
    baselines: queuedBaselines(disk.baselines, queue),
    maintenance: mirrored('maintenance', small.maintenance, queue),
    minor: queuedMinor(disk.minor, queue),
    shifts: queuedShift(disk.shifts, queue),
    alarmRecords: mirrored('alarmRecords', small.alarmRecords, queue),
    approvals: mirrored('approvals', small.approvals, queue),
    annotations: mirrored('annotations', small.annotations, queue),
    pens: mirrored('pens', small.pens, queue),
    keep: async (act) => {
      const operations = operationsOf(act);
      await queue.keep(operations, () => {
        for (const operation of operations) if (isMirrored(operation)) perform(small, operation);
      });
    },
    saving: options.temporary === undefined ? queue : lostAtEnd(queue, options.temporary, options.clock.now()),
    [Symbol.dispose]: dispose,
    [Symbol.asyncDispose]: async () => {
      // the writer closes last and moves the WAL into the database, outside of this thread
      if (database.isOpen) database.close();
      await queue[Symbol.asyncDispose]();
      dispose();
    },
  };
}

/** True unless the store is read from disk. */
const isMirrored = ({ store }: Operation): boolean => store !== 'audit' && store !== 'baselines';

/** Writes to a temporary copy never count as saved. */
function lostAtEnd(queue: WriteQueue, reason: string, since: number): StateSaving {
  return {
    savedSequence: queue.savedSequence,
    status: () => {
      const status = queue.status();
      return status.state === 'failing' ? status : { ...status, state: 'temporary', since, reason };
    },
    settled: async () => {
      await queue.settled();
      return false;
    },
    subscribe: (listener) => queue.subscribe(listener),
  };
}

/** Wraps stores so that failing reads throw an error with a hint. */
function readable(stores: Stores): Stores {
  const guarded = Object.entries(stores).map(([name, store]) => {
    const methods = Object.entries(store as unknown as Record<string, (...args: unknown[]) => unknown>).map(([method, call]) => [
      method,
      (...args: unknown[]): unknown => {
        try {
          return call(...args);
        } catch (cause) {
          throw new ScadaError('retryable', 'STATE_UNAVAILABLE', `state.db cannot be read: ${toScadaError(cause).message}`, {
            hint: 'try again; if it lasts, check the disk of the data directory',
            cause,
          });
        }
      },
    ]);
    return [name, Object.fromEntries(methods)];
  });
  return Object.fromEntries(guarded) as Stores;
}

/** A copy of the small tables in memory, with the same schema. */
function memoryCopy(dir: string): DatabaseSync {
  const memory = new DatabaseSync(':memory:');
  for (const step of migrations) memory.exec(step);
  memory.prepare('ATTACH ? AS disk').run(join(dir, 'state.db'));
  for (const table of mirroredTables) memory.exec(`INSERT INTO ${table} SELECT * FROM disk.${table}`);
  memory.exec('DETACH disk');
  return memory;
}

/** A store that reads from memory. Writes are applied there first, so that invalid ones are refused as on disk. */
function mirrored<Name extends StoreName>(name: Name, memory: Stores[Name], queue: WriteQueue): Stores[Name] {
  const calls = memory as unknown as Record<string, (...args: unknown[]) => unknown>;
  const queued = (writes[name] as readonly string[]).map((method) => [
    method,
    (...args: unknown[]): unknown => {
      queue.admit('act');
      const result = calls[method]?.(...args);
      queue.put({ store: name, method, args } as unknown as Operation, 'act');
      return result;
    },
  ]);
  return { ...memory, ...Object.fromEntries(queued) } as Stores[Name];
}

function queuedBaselines(disk: BaselineStore, queue: WriteQueue): BaselineStore {
  const latest: BaselineStore['latest'] = (name) => {
    const waiting = [...queue.pending()].flatMap((operation) =>
      operation.store === 'baselines' && operation.args[0].name === name ? [operation.args[0]] : [],
    );
    const stored = disk.latest(name);
    const last = waiting.at(-1);
    if (last === undefined) return stored;
    // the writer may already have written some of them
    const written = waiting.findIndex(({ createdAt }) => createdAt === stored?.createdAt);
    return { ...last, version: (stored?.version ?? 0) + waiting.length - 1 - written };
  };
  return {
    latest,
    add: (baseline) => {
      queue.admit('baseline');
      const version = (latest(baseline.name)?.version ?? 0) + 1;
      queue.put({ store: 'baselines', method: 'add', args: [baseline] }, 'baseline');
      return version;
    },
  };
}
