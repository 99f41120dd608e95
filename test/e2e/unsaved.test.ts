import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { startModbusServer } from '../../simulators/servers/modbus/index.ts';
import { registry } from '../../src/app/registry.ts';
import { serve } from '../../src/app/serve.ts';
import { loadConfig } from '../../src/config/load.ts';
import { systemClock } from '../../src/core/clock.ts';
import { silentLogger } from '../../src/core/plugin.ts';
import { requirePeer } from '../support/peers.ts';
import { TinyPlant, testContext } from '../support/tiny-plant.ts';
import { launchBrowser, signIn } from './browser.ts';

const plant = (port: number): string => `
site: {name: Tank}
areas: [{id: a, name: Reservoir, equipment: [{id: T, name: Tank}], indicators: [LEVEL]}]
devices: {plc1: {type: modbus, host: 127.0.0.1, port: ${port}, unit: 1, identity: false, pauseMs: 5}}
scanClasses: {normal: 250ms}
tags:
  LEVEL: {device: plc1, address: {table: holding, register: 0, type: float32}, area: a, equipment: T, description: Level, unit: m, range: [0, 10], scan: normal, limits: {high: 8, priority: 1, response: Close the inlet}}
dashboard: {port: 0}
`;

it('an alarm that is acknowledged while state.db cannot be written has the mark "not saved" until it is saved', async (test) => {
  requirePeer('chromium', test);
  await using cleanup = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), 'unsaved-page-'));
  cleanup.defer(() => rm(dir, { recursive: true }));
  const tank = new TinyPlant();
  tank.set('SP', 5);
  const server = cleanup.use(await startModbusServer({ plant: tank, controller: 'plc1', unit: 1 }, testContext()));
  await writeFile(join(dir, 'plant.yaml'), plant(server.port));
  const config = await loadConfig(join(dir, 'plant.yaml'), { registry, environment: {} });
  const dataDir = join(dir, 'data');
  const { dashboard } = cleanup.use(await serve({ config, dataDir, clock: systemClock, logger: silentLogger, seed: 1 }));
  const browser = await launchBrowser();
  cleanup.defer(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1366, height: 768 } });
  page.setDefaultTimeout(120_000);
  await signIn(page, dashboard.address, { token: dashboard.setupLink?.split('#setup=')[1] ?? '' });
  await page.goto(`${dashboard.address}/#/alarms/active`);
  tank.set('SP', 9);
  const row = page.locator('tr[data-row]').filter({ hasText: 'LEVEL' });
  await row.getByText('New', { exact: true }).waitFor();

  using other = new DatabaseSync(join(dataDir, 'state.db'));
  other.exec('BEGIN IMMEDIATE');
  await row.click();
  await page.keyboard.press('a');
  await row.getByText('Acknowledged, not saved', { exact: true }).waitFor();
  const stripe = page.getByRole('status').filter({ hasText: 'NOT SAVED' });
  await stripe.waitFor();
  // SHOOT
  for (const place of ['#/alarms/history', '#/tag/LEVEL']) {
    await page.goto(`${dashboard.address}/${place}`);
    await page
      .locator('main')
      .getByText(/not saved/)
      .first()
      .waitFor();
    // SHOOT
  }
  await page.goto(`${dashboard.address}/#/alarms/active`);
  other.exec('ROLLBACK');
  await expect.poll(() => row.textContent(), { timeout: 60_000 }).not.toMatch(/not saved/);
  await stripe.waitFor({ state: 'detached' });
  expect(await row.textContent()).toMatch(/Acknowledged$/);
}, 300_000);
