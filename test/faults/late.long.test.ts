// Long: the lab runs at 10× and 60×, and its processes stop for longer than three requests wait for an answer.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Browser } from '../../dashboard/server/testing/browser.ts';
import { LabProcess } from '../support/lab-process.ts';

const patience = { timeout: 120_000, interval: 250 };
/** Longer than three timeouts of a controller, ms. */
const stallMs = 4_000;

/** Suspends a process for a while, as a busy machine does. */
async function stall(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  await sleep(stallMs);
  process.kill(pid, 'SIGCONT');
}

const devicesOf = async (browser: Browser) => (await browser.call('GET /api/health', {})).body.devices;
const alertsOf = async (browser: Browser) => (await browser.call('GET /api/alerts', { limit: 100 })).body.alerts;
/** Device and title of each alert that is not about the monitor itself. */
const deviceAlertsOf = async (browser: Browser) =>
  (await alertsOf(browser)).flatMap(({ device = '', title }) => (device === 'monitor' ? [] : [{ device, title }]));
const statementsOf = async (browser: Browser) =>
  (await browser.call('GET /api/journal', { limit: 1_000 })).body.entries
    .filter(({ device, text }) => device === 'monitor' && text.startsWith('monitor late'))
    .reduce((sum, { count }) => sum + count, 0);
const allUp = async (browser: Browser) =>
  expect.poll(async () => (await devicesOf(browser)).every(({ state }) => state === 'up'), patience).toBe(true);

test('a delay of simulator or monitor is stated as such and blamed on no device', async () => {
  const data = mkdtempSync(join(tmpdir(), 'scadawatch-late-'));
  {
    await using lab = await LabProcess.start({ data, args: ['--learn-days', '0', '--speed', '10'] });
    const browser = await lab.signIn();
    await allUp(browser);
    for (const pid of [lab.simulatorPid, lab.pid]) {
      const before = await statementsOf(browser);
      // under load the monitor may be late already, and a stall is then no new statement
      const stalled = async (): Promise<number> => {
        await stall(pid);
        return statementsOf(browser);
      };
      await expect.poll(stalled, patience).toBeGreaterThan(before);
      await allUp(browser);
      expect(await deviceAlertsOf(browser)).toEqual([]);
    }
    await lab.end('SIGTERM');
  }
  rmSync(data, { recursive: true, force: true });
}, 300_000);

test('devices that die during the delay of the monitor are found', async () => {
  const data = mkdtempSync(join(tmpdir(), 'scadawatch-late-'));
  {
    await using lab = await LabProcess.start({ data, args: ['--learn-days', '0', '--speed', '60'] });
    const browser = await lab.signIn();
    await allUp(browser);
    const simulator = lab.simulatorPid;
    const stalled = stall(lab.pid);
    process.kill(simulator, 'SIGKILL');
    await stalled;
    const found = async () => new Set((await deviceAlertsOf(browser)).map(({ device }) => device));
    await expect.poll(found, patience).toEqual(new Set(['plc1', 'rtu2', 'tap', 'ua1']));
    expect(await statementsOf(browser)).toBeGreaterThan(0);
    await lab.end('SIGTERM');
  }
  rmSync(data, { recursive: true, force: true });
}, 300_000);
