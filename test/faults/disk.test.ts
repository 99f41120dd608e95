import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from '../../dashboard/server/testing/browser.ts';
import { type Alert, needsAcknowledgement } from '../../src/core/alert.ts';
import { type DiskFault, FaultyDisk } from '../support/faulty-disk.ts';
import { startReadModbusServer } from '../support/modbus-simulator.ts';
import { findPeer } from '../support/peers.ts';
import { RunProcess, tankConfig } from '../support/run-process.ts';
import { TinyPlant } from '../support/tiny-plant.ts';

/*
 * One monitor in a process of its own, whose disk fails in one way after the other. It takes a minute because a fault must be reported,
 * acted under and ended in each way.
 */
const patience = { timeout: 60_000, interval: 100 };
const notKept = 'Monitor fault: data is not kept on disk';

const cleanup = new AsyncDisposableStack();
const plant = new TinyPlant();
let dir: string;
let data: string;
let config: string;
let disk: FaultyDisk;
let monitor: RunProcess;
let browser: Browser;

const compiler = findPeer('cc')?.path;

beforeAll(async () => {
  if (compiler === undefined) return;
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-disk-'));
  cleanup.defer(() => rmSync(dir, { recursive: true, force: true }));
  data = join(dir, 'data');
  mkdirSync(data);
  plant.set('LEVEL', 2);
  const server = cleanup.use(await startReadModbusServer({ plant }));
  config = tankConfig(dir, server.port);
  disk = cleanup.use(new FaultyDisk(data, dir, compiler));
  monitor = cleanup.use(await RunProcess.start(config, data, disk.environment));
  browser = await monitor.signIn();
}, 120_000);
afterAll(() => cleanup[Symbol.asyncDispose]());

const alerts = async (): Promise<readonly Alert[]> => (await browser.call('GET /api/alerts', {})).body.alerts;
const open = async (title: RegExp): Promise<Alert[]> =>
  (await alerts()).filter(
    ({ findings, ...alert }) => title.test(alert.title) && findings.some(({ endedAt }) => endedAt === undefined),
  );
const saving = async () => (await browser.call('GET /api/health', {})).body.saving;

/** Crosses the limit and waits for the alert, which must be there whatever the disk does. */
async function crossLimit(): Promise<Alert> {
  plant.set('LEVEL', 4.5);
  await expect.poll(() => open(/LEVEL|Level/), patience).toHaveLength(1);
  await expect
    .poll(async () => (await open(/LEVEL|Level/)).some(({ state }) => needsAcknowledgement(state)), patience)
    .toBe(true);
  return (await open(/LEVEL|Level/))[0] as Alert;
}

async function goBack(): Promise<void> {
  plant.set('LEVEL', 2);
  await expect.poll(() => open(/LEVEL|Level/), patience).toHaveLength(0);
}

/** What a fault of the disk must not stop, and that everything is on disk after it. */
async function survive(begin: () => void, end: () => void): Promise<void> {
  begin();
  const alert = await crossLimit();
  const { status, body } = await browser.call('POST /api/alerts/acknowledge', { ids: [alert.id], note: 'seen' });
  expect(status).toBe(200);
  expect(body).toMatchObject({ acknowledged: [alert.id], notSaved: true });
  expect((await alerts()).find(({ id }) => id === alert.id)?.notSaved).toBeGreaterThan(0);
  await expect.poll(() => open(new RegExp(notKept)), patience).toHaveLength(1);
  expect((await open(new RegExp(notKept)))[0]).toMatchObject({
    priority: 1,
    explanation: { sentence: expect.stringContaining('alerts and acts') as string },
  });
  await monitor.signIn();
  await goBack();
  end();
  await expect.poll(saving, patience).toMatchObject({ state: 'ok', pending: 0 });
  await expect.poll(() => open(new RegExp(notKept)), patience).toHaveLength(0);
  expect((await alerts()).every(({ notSaved }) => notSaved === undefined)).toBe(true);
  expect(monitor.isRunning).toBe(true);
}

describe.skipIf(compiler === undefined)('a monitor', () => {
  it('goes on while another program holds state.db locked', async () => {
    using other = new DatabaseSync(join(data, 'state.db'));
    await survive(
      () => other.exec('BEGIN EXCLUSIVE'),
      () => other.exec('ROLLBACK'),
    );
  }, 120_000);

  it.each<DiskFault>(['full', 'read-only', 'broken', 'slow'])(
    'goes on with a disk that is %s',
    async (fault) => {
      await survive(
        () => disk.set(fault),
        () => disk.set('none'),
      );
    },
    120_000,
  );

  it('ends at SIGTERM with a full disk, and names what it could not save', async () => {
    const kept = (await browser.call('GET /api/audit', { limit: 1000 })).body.entries;
    disk.set('full');
    const { id } = await crossLimit();
    expect((await browser.call('POST /api/alerts/acknowledge', { ids: [id] })).body).toMatchObject({ notSaved: true });
    await monitor.end('SIGTERM');
    expect(monitor.output).toMatch(/writes are not saved\n/);
    expect(monitor.output).toMatch(new RegExp(`not saved: alert ${id} acknowledged by admin`));

    disk.set('none');
    monitor = cleanup.use(await RunProcess.start(config, data));
    browser = await monitor.signIn();
    const { entries } = (await browser.call('GET /api/audit', { limit: 1000 })).body;
    expect(entries.slice(-kept.length)).toEqual(kept);
    expect(kept.filter(({ action }) => action === 'alert.acknowledged')).toHaveLength(5);
  }, 120_000);
});
