import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { ApiTokens } from '../../../dashboard/accounts/api-tokens.ts';
import { systemClock } from '../../core/clock.ts';
import { consoleActor } from '../../core/console-actor.ts';
import { openState } from '../../state/state.ts';
import { tokensCommand } from './tokens.ts';
import { usersCommand } from './users.ts';

const data = mkdtempSync(join(tmpdir(), 'scadawatch-accounts-'));
afterEach(() => vi.restoreAllMocks());
afterAll(() => rmSync(data, { recursive: true, force: true }));

/** Runs a command on the data directory, and returns the lines that it prints. */
function run(...args: readonly string[]): string[] {
  const lines: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => lines.push(line));
  const program = new Command();
  tokensCommand(program);
  usersCommand(program);
  program.parse([...args, '--data', data], { from: 'user' });
  return lines;
}

it('creates, lists and revokes API tokens, and audits them', () => {
  openState(data)[Symbol.dispose]();
  const [token = '', note] = run('tokens', 'add', 'historian', '--groups', 'alerts, events', '--days', '7');
  expect([token, note]).toEqual([expect.stringMatching(/^scw_[\w-]{43}$/), expect.stringContaining('only now')]);
  {
    using state = openState(data);
    const tokens = new ApiTokens({ store: state.apiTokens, users: state.users, issuer: undefined, wallClock: systemClock });
    expect(tokens.find(token, '')).toMatchObject({
      user: 'token historian',
      role: 'viewer',
      token: { groups: ['alerts', 'events'] },
    });
    expect(JSON.stringify(state.audit.read({ limit: 9 }))).not.toContain(token.slice(4));
  }
  expect(run('tokens', 'list')).toEqual([expect.stringMatching(/^historian: viewer, alerts, events, expires .*, used /)]);
  expect(() => run('tokens', 'add', 'historian', '--groups', 'alerts')).toThrow('already');
  for (const [wrong, message] of [
    [['x', '--groups', 'users'], '--groups must be one of'],
    [['x', '--groups', 'alerts', '--days', '367'], '--days must be'],
    [['a b', '--groups', 'alerts'], 'letters, digits'],
  ] as const)
    expect(() => run('tokens', 'add', ...wrong)).toThrow(message);
  expect(run('tokens', 'revoke', 'historian')).toEqual(['The API token historian is revoked.']);
  expect(run('tokens', 'list')).toEqual([]);
  using state = openState(data);
  expect(state.audit.read({ limit: 2 })).toMatchObject([
    { action: 'token.revoked', object: 'historian' },
    { action: 'token.created', object: 'historian', user: consoleActor().user, after: 'viewer, alerts, events, 7 days' },
  ]);
});

it('resets the second factor of an account, and keeps everything else of it', () => {
  const user = { name: 'kim', role: 'admin', passphraseHash: 'h', createdAt: 1, disabled: false } as const;
  {
    using state = openState(data);
    state.users.add(user);
    state.users.change('kim', { secondFactor: { key: 'k', lastStep: 1, recovery: ['r'] } });
    state.users.change('kim', { role: 'engineer' });
    expect(state.users.find('kim')).toEqual({
      ...user,
      role: 'engineer',
      secondFactor: { key: 'k', lastStep: 1, recovery: ['r'] },
    });
  }
  run('users', 'reset-second-factor', 'kim');
  expect(() => run('users', 'reset-second-factor', 'kim')).toThrow('has no second factor');
  expect(() => run('users', 'reset-second-factor', 'lee')).toThrow('there is no account lee');
  using state = openState(data);
  expect(state.users.find('kim')).toEqual({ ...user, role: 'engineer' });
  expect(state.audit.read({ limit: 1 })).toMatchObject([{ action: 'user.second-factor-reset', object: 'kim' }]);
});
