import type { Alert, AlertChange } from '../core/alert.ts';
import type { AuditEntry, AuditLog } from '../core/state.ts';
import { auditOf } from './alerts.ts';
import type { Operation } from './writer/operation.ts';
import type { WriteQueue } from './writer/queue.ts';

/** Audit entries that the writer will add with the alert changes that wait. */
export class WaitingEntries {
  readonly #ofChange = new WeakMap<AlertChange, AuditEntry>();

  /** @param get the alert as it was before the change */
  note(change: AlertChange, get: (id: string) => Alert | undefined): void {
    if (change.kind === 'updated') return;
    let before: Alert | undefined;
    try {
      before = get(change.alert.id);
    } catch {
      // a disk that cannot be read does not stop an alert; the writer reads it again
    }
    this.#ofChange.set(change, defined(auditOf(change, before)));
  }

  /** Entries of operations, in order. */
  of(operations: Iterable<Operation>): AuditEntry[] {
    return [...operations].flatMap((operation) => {
      if (operation.store === 'audit') return [defined(operation.args[0])];
      if (operation.store !== 'alerts') return [];
      return this.#ofChange.get(operation.args[0]) ?? [];
    });
  }
}

/** The audit trail of a running monitor. An alert change that waits has its entry in it already. */
export function queuedAudit(disk: AuditLog, queue: WriteQueue, entries: WaitingEntries): AuditLog {
  return {
    append: (entry) => {
      queue.admit('audit');
      queue.put({ store: 'audit', method: 'append', args: [entry] }, 'audit');
    },
    read: ({ from = -Infinity, to = Infinity, action, limit }) => {
      const rows = disk.read({ from, to, limit, ...(action === undefined ? {} : { action }) });
      const writing = entries.of(queue.inFlight());
      const isWritten =
        writing.length > 0 && JSON.stringify(disk.read({ limit: writing.length })) === JSON.stringify(writing.toReversed());
      const waiting = entries
        .of(queue.pending())
        .slice(isWritten ? writing.length : 0)
        .filter((entry) => entry.time >= from && entry.time < to && (action === undefined || entry.action === action));
      return [...waiting.toReversed(), ...rows].slice(0, limit);
    },
  };
}

/** Without the keys that hold nothing and in the order of the disk, as the disk gives it back. */
function defined({ time, role, session, user, address, action, object, before, after, reason }: AuditEntry): AuditEntry {
  return {
    time,
    role,
    ...(session === undefined ? {} : { session }),
    ...(user === undefined ? {} : { user }),
    ...(address === undefined ? {} : { address }),
    action,
    object,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    ...(reason === undefined ? {} : { reason }),
  };
}
