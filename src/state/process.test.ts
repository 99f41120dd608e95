import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ChildProcesses } from '../../test/support/child-processes.ts';
import { alertOf, changeOf } from '../../test/support/stored-alerts.ts';
import { VirtualClock } from '../core/clock.ts';
import { silentLogger } from '../core/plugin.ts';
import { openQueuedState } from './queued.ts';
import { openState } from './state.ts';

const patience = { timeout: 60_000, interval: 20 };

let dir: string;
let children: ChildProcesses;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-owner-'));
  children = new ChildProcesses();
});
afterEach(() => {
  children[Symbol.dispose]();
  rmSync(dir, { recursive: true, force: true });
});

const owners = (): readonly ChildProcess[] => children.of('state/state-process');
const owner = (): ChildProcess => owners().at(-1) as ChildProcess;

async function open(clock = new VirtualClock(0)) {
  const lines: string[] = [];
  const state = await openQueuedState(dir, { clock, logger: silentLogger, report: (line) => lines.push(line) });
  return { clock, state, lines };
}

it('goes on in memory while its process is stopped, ends it after 10 s, and writes everything once with the next one', async () => {
  const { clock, state } = await open();
  state.alerts.append(changeOf(1, alertOf('ALT-1')));
  expect(await state.saving.settled()).toBe(true);
  owner().kill('SIGSTOP');
  state.alerts.append(changeOf(2, alertOf('ALT-2')));
  const asked = expect(state.alerts.find({ limit: 9 })).rejects.toMatchObject({
    code: 'STATE_UNAVAILABLE',
    message: expect.stringContaining('state.db has not answered for 5 s') as string,
  });
  await clock.advance(1_500);
  expect(state.saving.status()).toMatchObject({ state: 'failing', pending: 1 });
  // what judging and pages need is in memory
  expect(state.alerts.open().alerts.map(({ id }) => id)).toEqual(['ALT-1', 'ALT-2']);
  expect(await state.alerts.get('ALT-2')).toMatchObject({ id: 'ALT-2' });
  await clock.advance(6_000);
  await asked;
  await clock.advance(4_000);
  await expect.poll(owners, patience).toHaveLength(1);
  await expect
    .poll(async () => {
      await clock.advance(1_000);
      return state.saving.status();
    }, patience)
    .toMatchObject({ state: 'ok', pending: 0 });
  expect(owners().length).toBeGreaterThan(1);
  expect((await state.alerts.find({ limit: 9 })).map(({ id }) => id)).toEqual(['ALT-2', 'ALT-1']);
  await state[Symbol.asyncDispose]();
  using disk = openState(dir);
  expect(disk.alerts.changesAfter(0, 9).map(({ sequence }) => sequence)).toEqual([1, 2]);
});

it('writes a request once whose process has ended before its answer, wherever it ended', async () => {
  const { clock, state } = await open();
  let sequence = 0;
  for (let round = 0; round < 5; round++) {
    for (let n = 0; n < 20; n++) state.alerts.append(changeOf(++sequence, alertOf(`ALT-${sequence}`)));
    // while the request is on its way, being written, or answered
    if (round > 0) await new Promise((resolve) => setImmediate(resolve));
    owner().kill('SIGKILL');
    await expect
      .poll(async () => {
        await clock.advance(1_000);
        return state.saving.status();
      }, patience)
      .toMatchObject({ state: 'ok', pending: 0 });
  }
  await state[Symbol.asyncDispose]();
  using disk = openState(dir);
  expect(disk.alerts.changesAfter(0, 999).map((change) => change.sequence)).toEqual(
    Array.from({ length: sequence }, (_, i) => i + 1),
  );
  expect(disk.audit.read({ limit: 999 })).toHaveLength(sequence);
});

it('ends in its time while its process is stopped, names what is not saved, and leaves no process', async () => {
  const { clock, state, lines } = await open();
  const { pid } = owner();
  owner().kill('SIGSTOP');
  state.users.add({ name: 'kim', role: 'viewer', passphraseHash: 'h', createdAt: 1, disabled: false });
  const ended = state[Symbol.asyncDispose]();
  await clock.advance(8_000);
  await ended;
  expect(lines.join('\n')).toMatch(/not saved: user kim add/);
  await expect.poll(() => isRunning(pid), patience).toBe(false);
});

it('a process of an earlier run that still waits for the disk cannot write any more', async () => {
  const { clock, state: former } = await open();
  former.alerts.append(changeOf(1, alertOf('ALT-1')));
  expect(await former.saving.settled()).toBe(true);
  const { state } = await open();
  state.alerts.append(changeOf(2, alertOf('ALT-2')));
  expect(await state.saving.settled()).toBe(true);
  former.alerts.append(changeOf(2, alertOf('ALT-X')));
  await expect.poll(() => former.saving.status().reason, patience).toBe('another monitor has opened the same data directory');
  const ended = former[Symbol.asyncDispose]();
  await clock.advance(8_000);
  await ended;
  await state[Symbol.asyncDispose]();
  using disk = openState(dir);
  expect(disk.alerts.find({ limit: 9 }).map(({ id }) => id)).toEqual(['ALT-2', 'ALT-1']);
});

function isRunning(pid: number | undefined): boolean {
  try {
    return process.kill(pid as number, 0);
  } catch {
    return false;
  }
}
