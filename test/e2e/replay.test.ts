import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startModbusServer } from '../../simulators/servers/modbus/index.ts';
import { registry } from '../../src/app/registry.ts';
import { startReplay } from '../../src/app/replay.ts';
import { type Serving, serve } from '../../src/app/serve.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { MonitorConfig } from '../../src/config/resolve.ts';
import { systemClock } from '../../src/core/clock.ts';
import { silentLogger } from '../../src/core/plugin.ts';
import { requirePeer } from '../support/peers.ts';
import { TinyPlant, testContext } from '../support/tiny-plant.ts';
import { canvasSizes, penLevels } from './in-page.ts';
import { launchBrowser, signIn } from './browser.ts';

const plant = (port: number): string => `
site: {name: Recorded}
areas: [{id: a, name: Reservoir, equipment: [{id: T, name: Tank}], indicators: [LEVEL]}]
devices: {plc1: {type: modbus, host: 127.0.0.1, port: ${port}, unit: 1}}
tags:
  LEVEL: {device: plc1, address: {table: holding, register: 0, type: float32}, area: a, equipment: T, description: Level, unit: m, range: [0, 10]}
dashboard: {port: 0}
`;
const places = ['#/plant', '#/unit/a', '#/tag/LEVEL', '#/alarms/active', '#/system/health'];

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'replay-page-'));
});
afterAll(async () => {
  await rm(dir, { recursive: true });
});

async function configOf(port: number): Promise<MonitorConfig> {
  await writeFile(join(dir, 'plant.yaml'), plant(port));
  return await loadConfig(join(dir, 'plant.yaml'), { registry, environment: {} });
}

/** A page of a monitor on which the level has its value. */
async function open(browser: Browser, { dashboard }: Serving, level: string): Promise<Page> {
  const page = await browser.newPage();
  page.setDefaultTimeout(120_000);
  await signIn(page, dashboard.address, { token: dashboard.setupLink?.split('#setup=')[1] ?? '' });
  await page.goto(`${dashboard.address}/#/plant`);
  await page.locator('main .indicator').getByText(level).first().waitFor();
  return page;
}

describe('a page', () => {
  it('of a replay says REPLAY across every place, what is played, and that it has ended; its trend saves as a picture', async (test) => {
    requirePeer('chromium', test);
    const file = join(dir, 'monday.csv');
    const rows = Array.from({ length: 300 }, (_, i) => `${1_700_000_000 + i},${i < 150 ? 2.5 : 7.5}`);
    await writeFile(file, `t,LEVEL\n${rows.join('\n')}\n`);
    await using cleanup = new AsyncDisposableStack();
    const stop = new AbortController();
    const replay = cleanup.use(
      await startReplay(
        {
          config: await configOf(502),
          dataDir: join(dir, 'replayed'),
          files: [file],
          time: 't',
          timeFormat: 'unix',
          ignore: [],
          speed: 60,
          logger: silentLogger,
        },
        stop.signal,
      ),
    );
    const browser = await launchBrowser();
    cleanup.defer(() => browser.close());
    const page = await open(browser, replay.serving, '7.5');
    const watermark = page.locator('.watermark');
    for (const place of places) {
      await page.goto(`${replay.serving.dashboard.address}/${place}`);
      await page.waitForSelector('main');
      await watermark.waitFor({ state: 'visible' });
      expect(await watermark.textContent()).toBe('REPLAY');
      // it covers the page, and passes every click on
      const box = await watermark.boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThan(50);
      await page.locator('main').click({ trial: true });
    }
    await page.getByText(/monday\.csv · recorded, nothing here is live/).waitFor();
    await replay.ended;
    await page.getByText(/nothing here is live · the recording has ended/).waitFor();
    expect(await watermark.isVisible()).toBe(true);
    // the trend of the recording as a picture: two levels, one after the other
    const held = Promise.withResolvers<undefined>();
    await page.route('**/api/history?*', async (route) => {
      await held.promise;
      await route.continue();
    });
    await page.goto(`${replay.serving.dashboard.address}/#/tag/LEVEL`);
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByText('The picture can be saved when all lines of the trend are read.').waitFor();
    expect(await page.getByRole('button', { name: 'Save PNG' }).isDisabled()).toBe(true);
    held.resolve(undefined);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save PNG' }).click();
    const download = await saved;
    expect(download.suggestedFilename()).toMatch(/^trend-LEVEL-.*\.png$/);
    const plots = await page.evaluate<[number, number][]>(canvasSizes);
    const png = await readFile(await download.path());
    expect(png.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
    const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
    expect(width).toBe(Math.max(...plots.map(([own]) => own)) + 24);
    expect(height).toBeGreaterThan(plots.reduce((sum, [, own]) => sum + own, 0));
    const levels = await page.evaluate<number[]>(penLevels(png.toString('base64')));
    expect((levels.at(-1) ?? 0) - (levels[0] ?? 0)).toBeGreaterThan(height / 10);
  }, 300_000);

  it('of a live monitor has no such mark', async (test) => {
    requirePeer('chromium', test);
    await using cleanup = new AsyncDisposableStack();
    const tank = new TinyPlant();
    tank.set('SP', 7.5);
    const server = cleanup.use(await startModbusServer({ plant: tank, controller: 'plc1', unit: 1 }, testContext()));
    const config = await configOf(server.port);
    const live = cleanup.use(
      await serve({ config, dataDir: join(dir, 'live'), clock: systemClock, logger: silentLogger, seed: 1 }),
    );
    const browser = await launchBrowser();
    cleanup.defer(() => browser.close());
    const page = await open(browser, live, '7.5');
    await page.getByRole('status').getByText('Live', { exact: true }).waitFor();
    for (const place of places) {
      await page.goto(`${live.dashboard.address}/${place}`);
      await page.waitForSelector('main');
      await page.getByRole('status').getByText('Live', { exact: true }).waitFor();
      expect(await page.locator('.watermark').count()).toBe(0);
      // in capitals: the detection page names the detector `replay`
      expect(await page.getByText(/REPLAY/).count()).toBe(0);
    }
  }, 300_000);
});
