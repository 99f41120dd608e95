import type { DatabaseSync } from 'node:sqlite';
import { ScadaError } from '../core/errors.ts';
import type { DisplayStore, WallDisplay } from '../core/state.ts';

/** Wall displays. Their tokens are only stored as hashes. */
export function displayStore(database: DatabaseSync): DisplayStore {
  const select = database.prepare(
    'SELECT name, token_hash AS tokenHash, created_at AS createdAt FROM wall_display ORDER BY name',
  );
  const insert = database.prepare(
    'INSERT INTO wall_display (name, token_hash, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const drop = database.prepare('DELETE FROM wall_display WHERE name = ?');
  return {
    list: () => select.all().map((row) => ({ ...row }) as unknown as WallDisplay),
    add: ({ name, tokenHash, createdAt }) => {
      if (insert.run(name, tokenHash, createdAt).changes === 1) return;
      throw new ScadaError('config', 'INPUT_INVALID', `there is a wall display ${name} already`, { hint: 'Take another name.' });
    },
    remove: (name) => {
      drop.run(name);
    },
  };
}
