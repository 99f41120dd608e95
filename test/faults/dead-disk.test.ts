import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Browser } from '../../dashboard/server/testing/browser.ts';
import { FaultyDisk } from '../support/faulty-disk.ts';
import { administrator } from '../support/lab-process.ts';
import { startReadModbusServer } from '../support/modbus-simulator.ts';
import { findPeer } from '../support/peers.ts';
import { RunProcess, tankConfig } from '../support/run-process.ts';
import { TinyPlant } from '../support/tiny-plant.ts';

const compiler = findPeer('cc')?.path;
const patience = { timeout: 60_000, interval: 200 };
const level = /LEVEL|Level/;

describe.skipIf(compiler === undefined)('on a disk of which every call waits', () => {
  it('a monitor goes on, and the next one watches the stated limits and states why nobody can sign in', async () => {
    await using cleanup = new AsyncDisposableStack();
    const dir = mkdtempSync(join(tmpdir(), 'scadawatch-dead-'));
    cleanup.defer(() => rmSync(dir, { recursive: true, force: true }));
    const data = join(dir, 'data');
    const sent = join(dir, 'sent');
    mkdirSync(data);
    const plant = new TinyPlant();
    plant.set('LEVEL', 2);
    const server = cleanup.use(await startReadModbusServer({ plant }));
    const config = tankConfig(dir, server.port);
    appendFileSync(config, `notifiers:\n  - {type: stix, folder: ${sent}, site: Tank, kinds: [raised]}\n`);
    const disk = cleanup.use(new FaultyDisk(data, dir, compiler ?? ''));

    const first = cleanup.use(await RunProcess.start(config, data, disk.environment));
    const browser = await first.signIn();
    disk.set('dead');
    plant.set('LEVEL', 4.5);
    const titles = async (): Promise<string> =>
      ((await browser.call('GET /api/events/next', {})).body.snapshot ?? []).map(({ title }) => title).join('\n');
    await expect.poll(titles, patience).toMatch(level);
    await expect.poll(titles, patience).toContain('data is not kept on disk');
    // more readers than the process has threads for files, which sign-ins need too
    const readers = Array.from({ length: 8 }, async () => (await browser.call('GET /api/alerts', {})).status);
    await first.signIn();
    expect(await Promise.all(readers)).toEqual(readers.map(() => 503));
    // parts that wait for the disk are abandoned
    await first.end('SIGTERM');
    expect(first.output).toMatch(/not saved: alert \S+ raised by monitor/);

    plant.set('LEVEL', 2);
    rmSync(sent, { recursive: true, force: true });
    const next = cleanup.use(await RunProcess.start(config, data, disk.environment));
    const texts = (): string =>
      (existsSync(sent) ? readdirSync(sent) : [])
        .filter((name) => name.endsWith('.stix.json'))
        .map((name) => readFileSync(join(sent, name), 'utf8'))
        .join('\n');
    await expect.poll(texts, patience).toMatch(/Data directory cannot be written.*These could not be read: .*state\.db/s);
    plant.set('LEVEL', 4.5);
    await expect.poll(texts, patience).toMatch(level);
    const refused = await new Browser(next.address).call('POST /api/login', administrator);
    expect(refused.status).toBe(503);
    expect(JSON.parse(refused.text)).toMatchObject({
      message: expect.stringContaining(
        `The accounts cannot be read, because the disk of ${data} does not answer: nobody can sign in.`,
      ) as string,
      hint: 'Repair the disk or its mount, and start scadawatch again.',
    });
    expect(await next.end('SIGTERM')).toEqual({ code: 0, signal: null });
  });
});
