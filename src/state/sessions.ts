import type { DatabaseSync } from 'node:sqlite';
import { decodeJson, encodeJson } from '../core/json.ts';
import type { SessionStore, StoredSession } from '../core/state.ts';

/** Open sessions of browsers. Their secrets are only stored as hashes. */
export function sessionStore(database: DatabaseSync): SessionStore {
  const select = database.prepare('SELECT content, active_at AS activeAt FROM session ORDER BY number');
  const insert = database.prepare('INSERT INTO session (secret_hash, content, active_at) VALUES (?, ?, ?)');
  const update = database.prepare('UPDATE session SET active_at = ? WHERE secret_hash = ?');
  const drop = database.prepare('DELETE FROM session WHERE secret_hash = ?');
  return {
    list: () =>
      select
        .all()
        .map(({ content, activeAt }) => ({ ...(decodeJson(String(content)) as StoredSession), activeAt: Number(activeAt) })),
    add: ({ activeAt, ...session }) => {
      insert.run(session.secretHash, encodeJson(session), activeAt);
    },
    touch: (secretHash, at) => {
      update.run(at, secretHash);
    },
    remove: (secretHash) => {
      drop.run(secretHash);
    },
  };
}
