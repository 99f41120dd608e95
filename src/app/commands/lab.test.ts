import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { Browser } from '../../../dashboard/server/testing/browser.ts';
import { administrator, LabProcess } from '../../../test/support/lab-process.ts';
import { main } from '../../main.ts';

const patience = { timeout: 60_000, interval: 250 };
/** A switch ends one process and starts another; each look signs in, which costs a second of a loaded machine. */
const untilSwitched = { timeout: 240_000, interval: 2_000 };

describe('scadawatch lab --plant', () => {
  it('runs a plant that is not shipped by its own ports, switches to another one, and sends the end of a scenario with its score', async () => {
    const data = mkdtempSync(join(tmpdir(), 'scadawatch-tiny-'));
    {
      await using lab = await LabProcess.start({
        data,
        nodeArgs: ['--import', new URL('../../../test/support/tiny-lab.ts', import.meta.url).href],
        args: ['--plant', 'tiny', '--learn-days', '0'],
      });
      const browser = await lab.signIn();
      const devices = async () =>
        (await browser.call('GET /api/health', {})).body.devices.map(({ name, state }) => `${name} ${state}`);
      await expect.poll(devices, patience).toEqual(['plc9 up']);
      const { status, scenarios } = (await browser.call('GET /api/lab', {})).body;
      expect(status.plant).toBe('tiny');
      expect(scenarios).toEqual([]);
      const measured = async () => {
        const to = (await browser.call('GET /api/lab', {})).body.status.pace.plantMs + 86_400_000;
        const { series } = (await browser.call('GET /api/history', { tags: ['LEVEL'], from: to - 2 * 86_400_000, to })).body;
        return series[0]?.value.findLast((level, i) => series[0]?.quality[i] === 0 && level > 0);
      };
      await expect.poll(measured, patience).toBeGreaterThan(0);

      // another plant on the same address, with the same accounts and a data directory of its own
      expect((await browser.call('POST /api/lab/plant', { plant: 'tiny' })).status).toBe(409);
      expect((await browser.call('POST /api/lab/plant', { plant: 'substation' })).status).toBe(200);
      const running = async (): Promise<string | undefined> => {
        const again = new Browser(lab.address);
        try {
          if ((await again.call('POST /api/login', administrator)).status !== 200) return undefined;
          return (await again.call('GET /api/lab', {})).body.status.plant;
        } catch {
          return undefined;
        }
      };
      await expect.poll(running, untilSwitched).toBe('substation');
      expect(existsSync(join(data, 'plants', 'substation', 'state.db'))).toBe(true);
      expect(readFileSync(join(data, 'plants', 'substation', 'secret.key'))).toEqual(readFileSync(join(data, 'secret.key')));

      // pages receive the end of a scenario together with its score
      const trainee = new Browser(lab.address);
      await trainee.call('POST /api/login', administrator);
      const page = await trainee.open();
      page.send({ type: 'watch-lab', on: true });
      const told = () =>
        page.of('lab').map(({ status: { running, last } }) => ({ now: running?.scenario, last: last?.scenario }));
      expect((await trainee.call('POST /api/lab/start', { scenario: 'storm' })).status).toBe(200);
      await page.until(() => told().some(({ now }) => now === 'storm'));
      const begun = told().length;
      expect((await trainee.call('POST /api/lab/stop', {})).status).toBe(200);
      const ended = () =>
        told()
          .slice(begun)
          .find(({ now }) => now === undefined);
      expect(await page.until(ended)).toEqual({ now: undefined, last: 'storm' });
      expect((await lab.end('SIGTERM')).code).toBe(0);
    }
    rmSync(data, { recursive: true, force: true });
  });

  it.each([
    ['lab', '--plant', 'brewery'],
    ['simulate', 'brewery'],
  ])('refuses a plant that does not exist, with the list: %s %s', async (...argv) => {
    using errors = vi.spyOn(console, 'error').mockImplementation(() => {});
    const before = process.exitCode;
    try {
      await main(['node', 'scadawatch', ...argv]);
      expect(process.exitCode).toBe(2);
    } finally {
      process.exitCode = before;
    }
    expect(errors.mock.calls.flat().join('\n')).toMatch(/there is no plant brewery[^]*choose one of waterworks/);
  });
});
