import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { migrations } from './migrations.ts';
import { openState } from './state.ts';

const dir = mkdtempSync(join(tmpdir(), 'scadawatch-users-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

it('users of the first version keep name, role and passphrase, and may sign in', () => {
  const old = new DatabaseSync(join(dir, 'state.db'));
  for (const step of migrations.slice(0, 2)) old.exec(step);
  old.exec(`PRAGMA user_version = 2; INSERT INTO store (id) VALUES ('s')`);
  const insert = old.prepare('INSERT INTO user (name, role, passphrase_hash, created_at) VALUES (?, ?, ?, ?)');
  const roles = ['admin', 'engineer', 'operator', 'viewer'] as const;
  for (const role of roles) insert.run(role, role, `hash of ${role}`, 7);
  old.close();
  using state = openState(dir);
  expect(state.users.list()).toEqual(
    roles.map((role) => ({ name: role, role, passphraseHash: `hash of ${role}`, createdAt: 7, disabled: false })),
  );
});
