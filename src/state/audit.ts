import type { DatabaseSync } from 'node:sqlite';
import type { AuditEntry, AuditLog } from '../core/state.ts';

/** The audit trail: append-only, also against SQL. */
export function auditLog(database: DatabaseSync): AuditLog {
  const insert = database.prepare(
    'INSERT INTO audit (time, role, session, action, object, before, after, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const select = database.prepare(`
    SELECT time, role, session, action, object, before, after, reason FROM audit
    WHERE time >= :from AND time < :to AND (:action IS NULL OR action = :action)
    ORDER BY id DESC LIMIT :limit`);
  return {
    append: ({ time, role, session, action, object, before, after, reason }) => {
      insert.run(time, role, session, action, object, before ?? null, after ?? null, reason ?? null);
    },
    read: ({ from = -Infinity, to = Infinity, action = null, limit }) => select.all({ from, to, action, limit }).map(entryOf),
  };
}

function entryOf(row: Record<string, unknown>): AuditEntry {
  const { before, after, reason, ...rest } = row as unknown as Record<keyof AuditEntry, never>;
  return {
    ...rest,
    ...(before === null ? {} : { before }),
    ...(after === null ? {} : { after }),
    ...(reason === null ? {} : { reason }),
  };
}
