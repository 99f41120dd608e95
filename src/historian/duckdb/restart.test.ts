import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ChildProcesses } from '../../../test/support/child-processes.ts';
import { batchOf, contextOf, tableOf } from '../../../test/support/samples.ts';
import { type Clock, systemClock, VirtualClock } from '../../core/clock.ts';
import { mostUntilAlarmMs } from '../../core/part-deadlines.ts';
import { silentLogger } from '../../core/plugin.ts';
import { Random } from '../../core/random.ts';
import { Supervisor } from '../../core/supervisor.ts';
import { createSpool, type Spool } from '../../storage/spool/index.ts';
import { DuckdbHistorian } from './historian.ts';

const start = Date.UTC(2026, 10, 24);
const tags = tableOf({ plc: ['A'] });
const { signal } = new AbortController();
const patience = { timeout: 60_000, interval: 5 };

let dir: string;
let children: ChildProcesses;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-duckdb-restart-'));
  children = new ChildProcesses();
});
afterEach(() => {
  children[Symbol.dispose]();
  rmSync(dir, { recursive: true, force: true });
});

const processes = (): readonly ChildProcess[] => children.of('duckdb/store-process');

async function open(machine: Clock): Promise<{ readonly spool: Spool; readonly supervisor: Supervisor }> {
  const supervisor = new Supervisor({ clock: systemClock, random: new Random(1), logger: silentLogger });
  const context = { ...contextOf(systemClock), parts: supervisor };
  const config = { memoryLimitMb: 256, retentionDays: 90 };
  const historian = await DuckdbHistorian.open(config, { tags, dataDir: join(dir, 'history') }, context, machine);
  return { spool: await createSpool({ historian, tags, dir: join(dir, 'spool'), context, clock: machine }), supervisor };
}

const writeTo = (spool: Spool, second: number): Promise<void> =>
  spool.write(batchOf(tags, 'plc', [{ tag: 'A', time: start + 1_000 * second, value: second }]), signal);

async function expectStored(spool: Spool, count: number): Promise<void> {
  const [series] = await spool.query({ tags: ['A'], from: start, to: start + 3_600_000 }, signal);
  expect([...(series?.value ?? [])]).toEqual(Array.from({ length: count }, (_, second) => second));
}

it('restarts its process after a kill or a crash, reports it, and keeps every acknowledged sample once', async () => {
  const { spool, supervisor } = await open(systemClock);
  await using _ = spool;
  expect(supervisor.states()).toMatchObject([{ name: 'historian', state: 'running', restarts: 0 }]);
  for (const [index, cause] of (['SIGKILL', 'SIGSEGV'] as const).entries()) {
    for (let second = 20 * index; second < 20 * index + 10; second++) await writeTo(spool, second);
    processes().at(-1)?.kill(cause);
    for (let second = 20 * index + 10; second < 20 * index + 20; second++) await writeTo(spool, second);
    await expect.poll(() => spool.queue().used, patience).toBe(0);
    await expect.poll(() => supervisor.states(), patience).toMatchObject([{ state: 'running', restarts: index + 1 }]);
    expect(supervisor.states()[0]?.lastError).toBe(`the process of the embedded store has ended (${cause})`);
  }
  expect(processes()).toHaveLength(3);
  await expectStored(spool, 40);
}, 120_000);

it('replaces a hanging process, later each time until a write completes; samples wait on disk meanwhile', async () => {
  const machine = new VirtualClock(start);
  const { spool, supervisor } = await open(machine);
  await using _ = spool;
  await writeTo(spool, 0);
  let givenUp = 0;
  supervisor.subscribe(({ state, lastError }) => {
    if (state !== 'running' && lastError === 'the process of the embedded store does not answer') givenUp++;
  });
  const advanced = async <T>(value: () => T): Promise<T> => (await machine.advance(1_000), value());
  /** Time until a stopped process is killed, ms. */
  const untilGivenUp = async (): Promise<number> => {
    const since = machine.monotonic();
    const before = givenUp;
    await expect.poll(() => advanced(() => givenUp), patience).toBe(before + 1);
    return machine.monotonic() - since;
  };
  processes()[0]?.kill('SIGSTOP');
  const waiting = writeTo(spool, 1);
  expect(await untilGivenUp()).toBe(30_000);
  await waiting;
  expect(spool.queue().used).toBeGreaterThan(0);
  await expect.poll(() => processes()[0]?.signalCode, patience).toBe('SIGKILL');
  // the second process hangs after it has opened the database, the third then or while it opens it, which may last longer
  const stopOnce = supervisor.subscribe(({ state }) => {
    if (state === 'running') processes()[1]?.kill('SIGSTOP');
  });
  await expect.poll(() => advanced(() => processes()[1]?.killed), patience).toBe(true);
  stopOnce();
  expect(await untilGivenUp()).toBeGreaterThan(50_000);
  await expect.poll(() => advanced(() => processes().length), patience).toBe(3);
  processes()[2]?.kill('SIGSTOP');
  expect(await untilGivenUp()).toBeGreaterThan(100_000);
  await expect.poll(() => advanced(() => spool.queue().used), patience).toBe(0);
  // this clock goes on while a busy machine starts the last process, which may be replaced once more
  expect(supervisor.states()).toMatchObject([{ state: 'running' }]);
  expect(givenUp).toBeGreaterThanOrEqual(3);
  await expectStored(spool, 2);
}, 120_000);

it('reports a process that does not answer and has nothing to write, refuses reads meanwhile, and replaces it', async () => {
  const machine = new VirtualClock(start);
  const { spool, supervisor } = await open(machine);
  await using _ = spool;
  await writeTo(spool, 0);
  const state = (): string | undefined => supervisor.states()[0]?.state;
  processes()[0]?.kill('SIGSTOP');
  const reading = spool.query({ tags: ['A'], from: start, to: start + 1_000 }, signal);
  const silentSince = machine.now();
  await Promise.all([expect(reading).rejects.toThrow('the historian has not answered since 00:00:0'), machine.advance(7_000)]);
  expect(state()).toBe('running');
  await expect(spool.query({ tags: ['A'], from: start, to: start + 1_000 }, signal)).rejects.toThrow('has not answered since');
  await machine.advance(8_000);
  expect(state()).toBe('restarting');
  expect(machine.now() - silentSince).toBe(mostUntilAlarmMs);
  // it answers again
  processes()[0]?.kill('SIGCONT');
  await expect.poll(async () => (await machine.advance(1_000), state()), patience).toBe('running');
  await expectStored(spool, 1);
  processes()[0]?.kill('SIGSTOP');
  await expect.poll(async () => (await machine.advance(1_000), processes().length), patience).toBe(2);
  await expect.poll(async () => (await machine.advance(1_000), state()), patience).toBe('running');
  await expectStored(spool, 1);
}, 120_000);

it('closes although its process hangs, and leaves no process behind', async () => {
  const machine = new VirtualClock(start);
  const { spool } = await open(machine);
  await writeTo(spool, 0);
  processes()[0]?.kill('SIGSTOP');
  let isClosed = false;
  const closed = spool[Symbol.asyncDispose]().then(() => (isClosed = true));
  await expect.poll(async () => (await machine.advance(1_000), isClosed), patience).toBe(true);
  await closed;
  expect(processes().map(({ signalCode }) => signalCode)).toEqual(['SIGKILL']);
}, 60_000);

it('starts while the process of a monitor that was just killed still has the database', async () => {
  const before = await open(systemClock);
  await writeTo(before.spool, 0);
  const opening = open(systemClock);
  await expect.poll(() => processes().length, patience).toBe(2);
  await before.spool[Symbol.asyncDispose]();
  const { spool } = await opening;
  await expectStored(spool, 1);
  await spool[Symbol.asyncDispose]();
});
