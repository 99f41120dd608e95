import type { DatabaseSync } from 'node:sqlite';
import type { AuditEntry, DirectStateStore } from '../core/state.ts';

/** The audit trail. It is append-only, also for SQL. */
export function auditLog(database: DatabaseSync): DirectStateStore['audit'] {
  const insert = database.prepare(`
    INSERT INTO audit (time, role, session, user, person, address, action, object, before, after, reason)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const columns = 'SELECT time, role, session, user, person, address, action, object, before, after, reason FROM audit';
  const selectAll = database.prepare(`${columns} WHERE time >= :from AND time < :to ORDER BY id DESC LIMIT :limit`);
  // a condition that may be absent would keep the index of actions from being used
  const selectAction = database.prepare(`${columns}
    WHERE action = :action AND time >= :from AND time < :to ORDER BY id DESC LIMIT :limit`);
  const selectNumbered = database.prepare(
    `SELECT id, ${columns.slice('SELECT '.length)} WHERE id > :after ORDER BY id LIMIT :limit`,
  );
  const selectNewest = database.prepare(`SELECT id, ${columns.slice('SELECT '.length)} ORDER BY id DESC LIMIT :limit`);
  return {
    append: ({ time, role, session = '', user = null, person = null, address = null, action, object, before, after, reason }) => {
      insert.run(time, role, session, user, person, address, action, object, before ?? null, after ?? null, reason ?? null);
    },
    last: (action) => selectAction.all({ from: -Infinity, to: Infinity, limit: 1, action }).map(entryOf)[0],
    read: ({ from = -Infinity, to = Infinity, action, limit, after }) => {
      if (after !== undefined)
        return (after === 'newest' ? selectNewest.all({ limit }) : selectNumbered.all({ after, limit })).map(entryOf);
      return (action === undefined ? selectAll.all({ from, to, limit }) : selectAction.all({ from, to, limit, action })).map(
        entryOf,
      );
    },
  };
}

/** An entry without empty keys. */
function entryOf(row: Record<string, unknown>): AuditEntry {
  const kept = Object.entries(row).filter(([key, value]) => value !== null && !(key === 'session' && value === ''));
  return Object.fromEntries(kept) as unknown as AuditEntry;
}
