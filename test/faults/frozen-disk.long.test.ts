// Long: a monitor must report a disk that hangs within 15 s, end and start under it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Browser } from '../../dashboard/server/testing/browser.ts';
import type { Alert } from '../../src/core/alert.ts';
import { systemClock } from '../../src/core/clock.ts';
import { canFreeze, FrozenDisk } from '../support/frozen-disk.ts';
import { startReadModbusServer } from '../support/modbus-simulator.ts';
import { RunProcess, tankConfig } from '../support/run-process.ts';
import { TinyPlant } from '../support/tiny-plant.ts';

const patience = { timeout: 40_000, interval: 200 };
/** Time for the alarm of a disk that hangs, and for the end of the process, with that of the test itself, ms. */
const soon = { timeout: 17_000, interval: 200 };

/** Open alerts, as a client without a websocket gets them: from memory. */
async function openAlerts(browser: Browser): Promise<readonly Alert[]> {
  return (await browser.call('GET /api/events/next', {})).body.snapshot ?? [];
}
const titles = async (browser: Browser): Promise<string> => (await openAlerts(browser)).map(({ title }) => title).join('\n');

async function ends(monitor: RunProcess): Promise<unknown> {
  return await Promise.race([monitor.end('SIGTERM'), systemClock.sleep(11_000).then(() => 'not ended')]);
}

describe.skipIf(!canFreeze())('a monitor on a file system that is frozen', () => {
  it('goes on, raises an alarm, ends within 10 s of SIGTERM, and starts with what can be read', async () => {
    await using cleanup = new AsyncDisposableStack();
    const dir = mkdtempSync(join(tmpdir(), 'scadawatch-freeze-'));
    cleanup.defer(() => rmSync(dir, { recursive: true, force: true }));
    const disk = cleanup.use(new FrozenDisk(96));
    const data = join(disk.path, 'data');
    const plant = new TinyPlant();
    plant.set('LEVEL', 2);
    const server = cleanup.use(await startReadModbusServer({ plant }));
    const config = tankConfig(dir, server.port);

    const monitor = cleanup.use(await RunProcess.start(config, data));
    const browser = await monitor.signIn();
    await expect.poll(async () => (await browser.call('GET /api/alerts', {})).status, patience).toBe(200);

    disk.freeze();
    await expect.poll(() => titles(browser), soon).toContain('data is not kept on disk');
    const alarm = (await openAlerts(browser)).find(({ title }) => title.includes('data is not kept'));
    expect(alarm?.explanation.sentence).toMatch(/^Not kept since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d: /);
    plant.set('LEVEL', 4.5);
    await expect.poll(() => titles(browser), soon).toMatch(/LEVEL|Level/);
    const level = (await openAlerts(browser)).find(({ title }) => /LEVEL|Level/.test(title));
    const acknowledged = await browser.call('POST /api/alerts/acknowledge', { ids: [level?.id ?? ''] });
    expect(acknowledged.body).toMatchObject({ acknowledged: [level?.id], notSaved: true });
    const past = await browser.call('GET /api/alerts', {});
    expect([past.status, past.text]).toEqual([503, expect.stringContaining('state.db')]);
    await monitor.signIn();
    expect(await ends(monitor)).not.toBe('not ended');
    expect(monitor.output).toMatch(new RegExp(`not saved: alert ${level?.id} acknowledged by admin`));

    disk.unfreeze();
    disk.freeze();
    const next = cleanup.use(await RunProcess.start(config, data));
    // a frozen disk can be read: accounts are known
    const again = await next.signIn();
    await expect.poll(() => titles(again), soon).toContain('Data directory cannot be written');
    await expect.poll(() => titles(again), patience).toMatch(/LEVEL|Level/);
    expect(await ends(next)).not.toBe('not ended');

    disk.unfreeze();
    plant.set('LEVEL', 2);
    const last = cleanup.use(await RunProcess.start(config, data));
    await expect.poll(async () => (await (await last.signIn()).call('GET /api/alerts', {})).status, patience).toBe(200);
    expect(await ends(last)).not.toBe('not ended');
  });
});
