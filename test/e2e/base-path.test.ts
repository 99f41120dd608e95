import { expect, it } from 'vitest';
import { aBench, passphrase } from '../../dashboard/server/testing/setup.ts';
import { builtClient } from '../../src/app/client-build.ts';
import { systemClock } from '../../src/core/clock.ts';
import { requirePeer } from '../support/peers.ts';
import { launchBrowser } from './browser.ts';

it('a browser signs in, loads its pages and gets the stream below a base path', { timeout: 120_000 }, async (test) => {
  requirePeer('chromium', test);
  await using bench = await aBench({
    clientDir: await builtClient(),
    wallClock: systemClock,
    config: { basePath: '/plant/scada' },
  });
  const { address } = bench.dashboard;
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(100_000);
    const paths: string[] = [];
    page.on('request', (request) => paths.push(new URL(request.url()).pathname));
    const socket = page.waitForEvent('websocket');
    await page.goto(address);
    await page.getByLabel('Name').fill('viewer');
    await page.getByLabel('Passphrase').fill(passphrase);
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(new URL((await socket).url()).pathname).toBe('/plant/scada/ws');
    await page.goto(`${address}/#/system/health`);
    await page.getByText('Toy works').first().waitFor();
    expect(paths.filter((path) => !path.startsWith('/plant/scada'))).toEqual([]);
    expect(paths).toContain('/plant/scada/api/login');
  } finally {
    await browser.close();
  }
});
