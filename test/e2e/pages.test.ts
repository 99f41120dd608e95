import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { administrator, LabProcess } from '../support/lab-process.ts';
import { requirePeer } from '../support/peers.ts';
import { tightPlant } from '../support/tight-plant.ts';
import { sizes } from './browser.ts';
import { checkLayout } from './layout.ts';

const [large, small] = sizes;

it('draws every page of a plant in trouble without a cut word or a barrier, in each theme and size', async (test) => {
  requirePeer('chromium', test);
  const dir = mkdtempSync(join(tmpdir(), 'scadawatch-pages-'));
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => rmSync(dir, { recursive: true, force: true }));
  const args = ['--config', tightPlant(dir), '--speed', '4', '--learn-days', '0'];
  const lab = cleanup.use(await LabProcess.start({ data: join(dir, 'data'), args }));
  const browser = await lab.signIn();
  const alerts = async (): Promise<number> => (await browser.call('GET /api/alerts', {})).body.alerts.length;
  await expect.poll(alerts, { timeout: 60_000, interval: 250 }).toBeGreaterThan(0);
  const views = [
    { size: large, theme: 'dark' },
    { size: small, theme: 'light' },
  ] as const;
  expect(await checkLayout({ url: lab.address, entrance: administrator, views })).toEqual([]);
}, 600_000);
