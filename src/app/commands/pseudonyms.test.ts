import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { consoleActor } from '../../core/console-actor.ts';
import { pseudonymsOf } from '../../core/shown.ts';
import { openSecret } from '../../state/secret.ts';
import { openState } from '../../state/state.ts';
import { pseudonymsCommand } from './pseudonyms.ts';

const dir = mkdtempSync(join(tmpdir(), 'scadawatch-pseudonyms-'));
afterEach(() => vi.restoreAllMocks());
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const run = (data: string): string[] => {
  const lines: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => lines.push(line));
  const program = new Command();
  pseudonymsCommand(program);
  program.parse(['pseudonyms', '--data', data, '--reason', 'case 7'], { from: 'user' });
  return lines;
};

it('lists current and removed users with their pseudonyms, and audits the listing', () => {
  {
    using state = openState(dir);
    state.users.add({ name: 'kim', role: 'viewer', passphraseHash: 'h', createdAt: 1, disabled: false });
    state.audit.append({ time: 1, role: 'operator', user: 'lee', action: 'lab.started', object: 'x' });
  }
  const pseudonymOf = pseudonymsOf(openSecret(dir).key);
  expect(run(dir)).toEqual([`${pseudonymOf('kim')}  kim`, `${pseudonymOf('lee')}  lee`]);
  using state = openState(dir);
  expect(state.audit.read({ limit: 1 })).toMatchObject([
    { action: 'pseudonyms.listed', role: 'console', user: consoleActor().user, reason: 'case 7' },
  ]);
});

it('refuses a folder that is not a data directory', () => {
  expect(() => run(join(dir, 'missing'))).toThrow('is not a data directory of a monitor');
});
