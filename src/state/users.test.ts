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

it('an account has an id from its creation on, and open sessions are kept as hashes', () => {
  const folder = join(dir, 'ids');
  const user = { id: 'a1', name: 'kim', role: 'viewer', passphraseHash: 'h', createdAt: 1, disabled: false } as const;
  const session = {
    secretHash: 'hash',
    id: 's-1',
    user: 'kim',
    person: 'account a1',
    role: 'viewer',
    address: '::1',
    openedAt: 1,
    endsAt: 9,
    activeAt: 1,
  } as const;
  {
    using state = openState(folder);
    state.users.add(user);
    state.sessions.add(session);
    state.sessions.add({ ...session, secretHash: 'other', provider: 'p' });
    state.sessions.touch('hash', 5);
    state.sessions.remove('other');
  }
  using state = openState(folder);
  expect(state.users.list()).toEqual([user]);
  expect(state.sessions.list()).toEqual([{ ...session, activeAt: 5 }]);
});
