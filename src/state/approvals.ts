import type { DatabaseSync } from 'node:sqlite';
import type { ApprovalRequest } from '../core/approvals.ts';
import { decodeJson, encodeJson } from '../core/json.ts';
import type { ApprovalStore } from '../core/state.ts';

/** Requests that wait for a second person. What was decided is in the audit trail only. */
export function approvalStore(database: DatabaseSync): ApprovalStore {
  const insert = database.prepare('INSERT INTO approval (id, at, content) VALUES (?, ?, ?)');
  const drop = database.prepare('DELETE FROM approval WHERE id = ?');
  const select = database.prepare('SELECT content FROM approval ORDER BY at, id');
  return {
    add: (request) => {
      insert.run(request.id, request.at, encodeJson(request));
    },
    remove: (id) => {
      drop.run(id);
    },
    list: () => select.all().map(({ content }) => decodeJson(String(content)) as ApprovalRequest),
  };
}
