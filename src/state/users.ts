import type { DatabaseSync } from 'node:sqlite';
import { ScadaError } from '../core/errors.ts';
import type { User, UserStore } from '../core/state.ts';

/** Accounts of the dashboard; only a hash of a passphrase is ever stored. */
export function userStore(database: DatabaseSync): UserStore {
  const columns = 'name, role, passphrase_hash AS passphraseHash, created_at AS createdAt';
  const selectAll = database.prepare(`SELECT ${columns} FROM user ORDER BY name`);
  const selectOne = database.prepare(`SELECT ${columns} FROM user WHERE name = ?`);
  const insert = database.prepare(
    'INSERT INTO user (name, role, passphrase_hash, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const drop = database.prepare('DELETE FROM user WHERE name = ?');
  return {
    list: () => selectAll.all().map(userOf),
    find: (name) => {
      const row = selectOne.get(name);
      return row === undefined ? undefined : userOf(row);
    },
    add: ({ name, role, passphraseHash, createdAt }) => {
      if (insert.run(name, role, passphraseHash, createdAt).changes === 1) return;
      throw new ScadaError('config', 'CONFIG_INVALID', `there is a user ${name} already`, { hint: 'take another name' });
    },
    remove: (name) => {
      drop.run(name);
    },
  };
}

const userOf = (row: Record<string, unknown>): User => ({ ...row }) as unknown as User;
