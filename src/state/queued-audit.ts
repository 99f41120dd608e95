import type { Alert, AlertChange } from '../core/alert.ts';
import type { AuditEntry, DirectStateStore } from '../core/state.ts';
import { auditOf } from './alerts.ts';
import type { Operation } from './writer/operation.ts';
import type { WriteQueue } from './writer/queue.ts';

/** Audit entries that the writer will add with the waiting alert changes. */
export class WaitingEntries {
  readonly #ofChange = new WeakMap<AlertChange, AuditEntry>();

  /** @param get returns the alert before the change */
  note(change: AlertChange, get: (id: string) => Alert | undefined): void {
    let before: Alert | undefined;
    try {
      before = get(change.alert.id);
    } catch {
      // an unreadable disk does not stop an alert; the writer reads it again
    }
    const entry = auditOf(change, before);
    if (entry !== undefined) this.#ofChange.set(change, defined(entry));
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

/** Audit trail of a running monitor. It already includes the entries of waiting alert changes. */
export function queuedAudit(
  disk: DirectStateStore['audit'],
  queue: WriteQueue,
  entries: WaitingEntries,
): DirectStateStore['audit'] {
  const read: DirectStateStore['audit']['read'] = ({ from = -Infinity, to = Infinity, action, limit }) => {
    const rows = disk.read({ from, to, limit, ...(action === undefined ? {} : { action }) });
    const writing = entries.of(queue.inFlight());
    const isWritten =
      writing.length > 0 && JSON.stringify(disk.read({ limit: writing.length })) === JSON.stringify(writing.toReversed());
    const waiting = entries
      .of(queue.pending(isWritten ? 'in flight' : undefined))
      .filter((entry) => entry.time >= from && entry.time < to && (action === undefined || entry.action === action));
    return [...waiting.toReversed(), ...rows].slice(0, limit);
  };
  return {
    read,
    last: (action) => read({ action, limit: 1 })[0],
    append: (entry) => {
      queue.admit('audit');
      queue.put({ store: 'audit', method: 'append', args: [entry] }, 'audit');
    },
  };
}

/** An entry without empty keys and with the key order of the disk. */
function defined({ time, role, session, user, person, address, action, object, before, after, reason }: AuditEntry): AuditEntry {
  return {
    time,
    role,
    ...(session === undefined ? {} : { session }),
    ...(user === undefined ? {} : { user }),
    ...(person === undefined ? {} : { person }),
    ...(address === undefined ? {} : { address }),
    action,
    object,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    ...(reason === undefined ? {} : { reason }),
  };
}
