import type { DatabaseSync } from 'node:sqlite';
import type { AuditEntry, AuditLog } from '../core/state.ts';

/** The audit trail. It is append-only, also for SQL. */
export function auditLog(database: DatabaseSync): AuditLog {
  const insert = database.prepare(`
    INSERT INTO audit (time, role, session, user, address, action, object, before, after, reason)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const select = database.prepare(`
    SELECT time, role, session, user, address, action, object, before, after, reason FROM audit
    WHERE time >= :from AND time < :to AND (:action IS NULL OR action = :action)
    ORDER BY id DESC LIMIT :limit`);
  return {
    append: ({ time, role, session = '', user = null, address = null, action, object, before, after, reason }) => {
      insert.run(time, role, session, user, address, action, object, before ?? null, after ?? null, reason ?? null);
    },
    read: ({ from = -Infinity, to = Infinity, action = null, limit }) => select.all({ from, to, action, limit }).map(entryOf),
  };
}

/** An entry without empty keys. */
function entryOf(row: Record<string, unknown>): AuditEntry {
  const kept = Object.entries(row).filter(([key, value]) => value !== null && !(key === 'session' && value === ''));
  return Object.fromEntries(kept) as unknown as AuditEntry;
}
