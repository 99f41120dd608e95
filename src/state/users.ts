import type { DatabaseSync } from 'node:sqlite';
import { ScadaError } from '../core/errors.ts';
import { decodeJson, encodeJson } from '../core/json.ts';
import type { User, UserStore } from '../core/state.ts';

/** Accounts of the dashboard. Passphrases are only stored as hashes. */
export function userStore(database: DatabaseSync): UserStore {
  const columns =
    'id, name, role, passphrase_hash AS passphraseHash, created_at AS createdAt, disabled, second_factor AS secondFactor';
  const selectAll = database.prepare(`SELECT ${columns} FROM user ORDER BY name`);
  const selectOne = database.prepare(`SELECT ${columns} FROM user WHERE name = ?`);
  const insert = database.prepare(
    'INSERT INTO user (id, name, role, passphrase_hash, created_at, disabled) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const update = database.prepare(`
    UPDATE user SET role = coalesce(:role, role), passphrase_hash = coalesce(:hash, passphrase_hash), disabled = coalesce(:disabled, disabled),
      second_factor = CASE WHEN :keep = 1 THEN second_factor ELSE :factor END
    WHERE name = :name`);
  const drop = database.prepare('DELETE FROM user WHERE name = ?');
  const dropPens = database.prepare('DELETE FROM trend_pens WHERE user = ?');
  return {
    list: () => selectAll.all().map(userOf),
    find: (name) => {
      const row = selectOne.get(name);
      return row === undefined ? undefined : userOf(row);
    },
    add: ({ id = null, name, role, passphraseHash, createdAt, disabled }) => {
      if (insert.run(id, name, role, passphraseHash, createdAt, Number(disabled)).changes === 1) return;
      throw new ScadaError('config', 'CONFIG_INVALID', `there is a user ${name} already`, { hint: 'take another name' });
    },
    change: (name, { role = null, passphraseHash = null, disabled, secondFactor }) => {
      const { changes } = update.run({
        name,
        role,
        hash: passphraseHash,
        disabled: disabled === undefined ? null : Number(disabled),
        keep: Number(secondFactor === undefined),
        factor: secondFactor === undefined || secondFactor === null ? null : encodeJson(secondFactor),
      });
      if (changes === 1) return;
      throw new ScadaError('config', 'INPUT_INVALID', `there is no user ${name}`, { hint: 'look at the list of users' });
    },
    remove: (name) => {
      drop.run(name);
      dropPens.run(name);
    },
  };
}

function userOf({ id, secondFactor, disabled, ...row }: Record<string, unknown>): User {
  const factor = typeof secondFactor === 'string' ? { secondFactor: decodeJson(secondFactor) } : {};
  return { ...(typeof id === 'string' ? { id } : {}), ...row, disabled: disabled === 1, ...factor } as unknown as User;
}
