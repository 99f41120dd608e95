import { DatabaseSync } from 'node:sqlite';
import { isOpen } from '../core/alert.ts';
import {
  type AlertStore,
  type AuditEntry,
  type AuditLog,
  type BaselineStore,
  type MinorStore,
  recentChanges,
  type ShiftStore,
  type StateStore,
} from '../core/state.ts';
import { foundAlerts, unsavedAlerts } from './found-alerts.ts';
import { migrations } from './migrations.ts';
import { storesOn } from './state.ts';
import type { StateContents } from './writer/messages.ts';
import { type Operation, type ReadCall, reads, type StoreName, type Stores, writes } from './writer/operation.ts';
import type { WriteQueue } from './writer/queue.ts';

/** Sends a read to the process that owns state.db. */
export type Read = (call: ReadCall) => Promise<unknown>;

type Remote<Name extends keyof typeof reads> = Pick<StateStore[Name], (typeof reads)[Name][number] & keyof StateStore[Name]>;

/** The methods of a store that ask for the disk. */
function remote<Name extends keyof typeof reads>(store: Name, read: Read): Remote<Name> {
  const methods = reads[store].map((method) => [
    method,
    async (...args: readonly unknown[]) => await read({ store, method, args }),
  ]);
  return Object.fromEntries(methods) as Remote<Name>;
}

/** Alerts of a running monitor: open ones and the last changes in memory, earlier ones on disk. */
export function liveAlerts({ alerts: contents }: StateContents, queue: WriteQueue, read: Read): AlertStore {
  const stored = remote('alerts', read);
  const open = new Map(contents.alerts.map((alert) => [alert.id, alert]));
  let { sequence } = contents;
  let recent = [...contents.recent];
  return {
    ...stored,
    open: () => ({
      alerts: [...open.values()].toSorted((a, b) => a.raisedAt - b.raisedAt || (a.id < b.id ? -1 : 1)),
      sequence,
      recent: recent.slice(-recentChanges),
    }),
    get: async (id) => open.get(id) ?? (await stored.get(id)),
    find: async (query) =>
      await foundAlerts(
        query,
        () => unsavedAlerts(queue.unsaved().waiting),
        (id) => open.get(id),
        stored.find,
      ),
    append: (change) => {
      if (change.sequence !== sequence + 1) throw new RangeError(`alert change ${change.sequence} cannot follow ${sequence}`);
      const kind = change.by.role === 'monitor' ? 'change' : 'act';
      queue.admit(kind);
      const { alert } = change;
      sequence = change.sequence;
      recent.push(change);
      if (recent.length > 2 * recentChanges) recent = recent.slice(-recentChanges);
      if (isOpen(alert.state)) open.set(alert.id, alert);
      else open.delete(alert.id);
      queue.put({ store: 'alerts', method: 'append', args: [change] }, kind);
    },
  };
}

/** Minor findings of a running monitor: open ones in memory, ended ones on disk. */
export function liveMinor({ minor }: StateContents, queue: WriteQueue, read: Read): MinorStore {
  const open = new Map(minor.map((finding) => [finding.id, finding]));
  return {
    ...remote('minor', read),
    open: () => [...open.values()].toSorted((a, b) => a.since - b.since || (a.id < b.id ? -1 : 1)),
    save: (finding) => {
      if (!queue.hasRoom('minor')) return;
      if (finding.endedAt === undefined) open.set(finding.id, finding);
      else open.delete(finding.id);
      queue.put({ store: 'minor', method: 'save', args: [finding] }, 'minor');
    },
    trim: (limits) => {
      if (queue.hasRoom('minor')) queue.put({ store: 'minor', method: 'trim', args: [limits] }, 'minor');
    },
  };
}

/** Notes and handovers of a running monitor. They are read from the disk. */
export function liveShifts(queue: WriteQueue, read: Read): ShiftStore {
  const put = (operation: Operation): void => {
    queue.admit('act');
    queue.put(operation, 'act');
  };
  return {
    ...remote('shifts', read),
    addNote: (note) => put({ store: 'shifts', method: 'addNote', args: [note] }),
    addHandover: (handover) => put({ store: 'shifts', method: 'addHandover', args: [handover] }),
    takeOver: (id, incoming) => put({ store: 'shifts', method: 'takeOver', args: [id, incoming] }),
  };
}

/** The audit trail of a running monitor: the newest entry of each action in memory, all on disk. */
export function liveAudit(kept: Pick<AuditLog, 'append' | 'last'>, queue: WriteQueue, read: Read): AuditLog {
  return {
    ...remote('audit', read),
    last: (action) => kept.last(action),
    append: (entry) => {
      queue.admit('audit');
      kept.append(entry);
      queue.put({ store: 'audit', method: 'append', args: [entry] }, 'audit');
    },
  };
}

/** A store that reads from memory. Writes are applied there first, so that invalid ones are refused as on disk. */
export function mirrored<Name extends StoreName>(name: Name, memory: Stores[Name], queue: WriteQueue): Stores[Name] {
  const calls = memory as unknown as Record<string, (...args: unknown[]) => unknown>;
  const kind = name === 'baselines' ? 'baseline' : 'act';
  const queued = (writes[name] as readonly string[]).map((method) => [
    method,
    (...args: unknown[]): unknown => {
      queue.admit(kind);
      const result = calls[method]?.(...args);
      queue.put({ store: name, method, args } as unknown as Operation, kind);
      return result;
    },
  ]);
  return { ...memory, ...Object.fromEntries(queued) } as Stores[Name];
}

/** The small tables in memory, with the schema of the disk. */
export function memoryOf({ rows, lastEntries }: StateContents): Stores & Disposable {
  const memory = new DatabaseSync(':memory:');
  for (const step of migrations) memory.exec(step);
  for (const [table, own] of Object.entries(rows))
    for (const row of own) {
      const columns = Object.keys(row);
      const values = columns.map(() => '?').join();
      memory.prepare(`INSERT INTO ${table} (${columns.join()}) VALUES (${values})`).run(...Object.values(row));
    }
  const stores = storesOn(memory);
  const last = new Map(lastEntries.map((entry) => [entry.action, entry]));
  return {
    ...stores,
    baselines: newestOnly(memory, stores.baselines),
    audit: {
      ...stores.audit,
      last: (action) => last.get(action),
      append: (entry: AuditEntry) => void last.set(entry.action, entry),
    },
    [Symbol.dispose]: () => {
      if (memory.isOpen) memory.close();
    },
  };
}

/** Baselines of which memory holds the newest version alone. */
function newestOnly(memory: DatabaseSync, baselines: BaselineStore): BaselineStore {
  const drop = memory.prepare('DELETE FROM baseline WHERE name = ? AND version < ?');
  return {
    ...baselines,
    add: (baseline) => {
      const version = baselines.add(baseline);
      drop.run(baseline.name, version);
      return version;
    },
  };
}
