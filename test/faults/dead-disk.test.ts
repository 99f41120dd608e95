import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Browser } from '../../dashboard/server/testing/browser.ts';
import { FaultyDisk } from '../support/faulty-disk.ts';
import { startReadModbusServer } from '../support/modbus-simulator.ts';
import { administrator } from '../support/lab-process.ts';
import { findPeer } from '../support/peers.ts';
import { RunProcess, tankConfig } from '../support/run-process.ts';
import { TinyPlant } from '../support/tiny-plant.ts';

const compiler = findPeer('cc')?.path;
const patience = { timeout: 60_000, interval: 200 };

it.skipIf(compiler === undefined)(
  'a start on a disk that answers nothing watches the stated limits, and states why nobody can sign in',
  async () => {
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
    await first.signIn();
    await first.end('SIGTERM');

    disk.set('dead');
    const monitor = cleanup.use(await RunProcess.start(config, data, disk.environment));
    const texts = (): string =>
      readdirSync(sent)
        .filter((name) => name.endsWith('.stix.json'))
        .map((name) => readFileSync(join(sent, name), 'utf8'))
        .join('\n');
    await expect.poll(texts, patience).toContain('Data directory cannot be written');
    expect(texts()).toMatch(/its disk does not answer.*These could not be read: .*state\.db/s);
    plant.set('LEVEL', 4.5);
    await expect.poll(texts, patience).toMatch(/Level|LEVEL/);
    const refused = await new Browser(monitor.address).call('POST /api/login', administrator);
    expect(refused.status).toBe(503);
    expect(JSON.parse(refused.text)).toMatchObject({
      message: expect.stringContaining(
        `The accounts cannot be read, because the disk of ${data} does not answer: nobody can sign in.`,
      ),
      hint: 'Repair the disk or its mount, and start scadawatch again.',
    });
    expect(await monitor.end('SIGTERM')).toEqual({ code: 0, signal: null });
  },
);
