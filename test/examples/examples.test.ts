import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ownCertificate, trustServer } from '../../collectors/opcua/certificates/pki.ts';
import { Simulator } from '../../simulators/lab/simulator.ts';
import { systemClock } from '../../src/core/clock.ts';
import { main } from '../../src/main.ts';
import { requirePeer } from '../support/peers.ts';
import { RunProcess } from '../support/run-process.ts';
import { startInfluxd } from '../support/stores.ts';
import { testContext } from '../support/tiny-plant.ts';

const dir = mkdtempSync(join(tmpdir(), 'scadawatch-examples-'));
const secret = 'a secret of the examples';
const passphrase = 'a passphrase of the examples';
let simulator: Simulator;
let printed: string[] = [];

/** The server that the examples name: `scadawatch simulate waterworks`, on free ports. */
beforeAll(async () => {
  vi.stubEnv('WEBHOOK_SECRET', secret);
  vi.stubEnv('UA1_PASSPHRASE', passphrase);
  const print = (...parts: unknown[]): void => void printed.push(parts.join(' '));
  vi.spyOn(console, 'log').mockImplementation(print);
  vi.spyOn(console, 'error').mockImplementation(print);
  simulator = await Simulator.open(
    {
      plant: 'waterworks',
      seed: 1,
      speed: 1,
      startTime: Math.floor(systemClock.now() / 1000) * 1000,
      life: 'ordinary',
      modbus: [{ controller: 'plc1', unit: 1, host: '127.0.0.1', port: 0 }],
      opcua: { host: '127.0.0.1', port: 0, pkiDir: join(dir, 'pki'), users: [{ name: 'scadawatch', passphrase }] },
    },
    testContext(systemClock),
    { status: () => {}, beat: () => {} },
  );
});
afterAll(async () => {
  await simulator[Symbol.asyncDispose]();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true, force: true });
});

interface Copy {
  readonly folder: string;
  readonly file: string;
  readonly data: string;
}

/** A copy of the example whose addresses are those of this run. */
function copyOf(example: string, addresses: Readonly<Record<string, string>> = {}): Copy {
  const folder = join(dir, example);
  cpSync(join('examples', example), folder, { recursive: true });
  const { modbus, opcua } = simulator.addresses;
  const all = { '5020': String(modbus['plc1']), 'opc.tcp://127.0.0.1:4840': opcua?.endpoint ?? '', ...addresses };
  const file = join(folder, 'plant.yaml');
  const text = Object.entries(all).reduce((before, [from, to]) => before.replace(from, to), readFileSync(file, 'utf8'));
  writeFileSync(file, `${text}\ndashboard: { port: 0 }\n`);
  return { folder, file, data: join(folder, 'data') };
}

async function scadawatch(...words: readonly string[]): Promise<void> {
  printed = [];
  process.exitCode = 0;
  await main(['node', 'scadawatch', ...words]);
  const code = process.exitCode;
  process.exitCode = 0;
  expect(code, printed.join('\n')).toBe(0);
}

/** `check`, then `run` until a sample of the tag is in the historian. */
async function checkAndRun({ file, data }: Copy, tag: string): Promise<RunProcess> {
  await scadawatch('check', file, '--data', data);
  const run = await RunProcess.start(file, data);
  const browser = await run.signIn();
  const to = systemClock.now() + 3_600_000;
  await vi.waitFor(
    async () => {
      const { body } = await browser.call('GET /api/history', { tags: [tag], from: to - 7_200_000, to });
      expect(body.series.flatMap(({ value }) => value).length).toBeGreaterThan(0);
    },
    { timeout: 90_000, interval: 100 },
  );
  return run;
}

it('every example is tested', () => {
  const folders = readdirSync('examples', { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const names = ['csv-backtest', 'influxdb', 'modbus-only', 'opcua-only', 'telegraf-import', 'webhook-to-chat'];
  // these two have prometheus.test.ts here and test/interop/systemd.test.ts
  expect(folders.map(({ name }) => name).toSorted()).toEqual([...names, 'prometheus', 'systemd'].toSorted());
});

describe('the example', () => {
  it('modbus-only stores samples', async () => {
    await using _ = await checkAndRun(copyOf('modbus-only'), 'RW.P1.RUN');
  });

  it('opcua-only stores samples once certificates are exchanged', async () => {
    const copy = copyOf('opcua-only');
    const device = join(copy.data, 'devices', 'ua1');
    await simulator.trust(await ownCertificate(device));
    await trustServer(device, Buffer.from(simulator.addresses.opcua?.certificate ?? '', 'base64'));
    await using _ = await checkAndRun(copy, 'CL.AT01');
  });

  it('influxdb stores samples in InfluxDB', async (test) => {
    const { path } = requirePeer('influxd', test);
    await using server = await startInfluxd(path);
    await using _ = await checkAndRun(copyOf('influxdb', { 'http://127.0.0.1:8086': server.url }), 'RW.LT01');
    const query = 'SELECT v FROM sample LIMIT 1';
    await vi.waitFor(
      async () => {
        const answer = await fetch(`${server.url}/query?${new URLSearchParams({ db: 'scadawatch', q: query }).toString()}`);
        expect(await answer.text()).toContain('"name":"sample"');
      },
      { timeout: 60_000, interval: 100 },
    );
  });

  it('telegraf-import stores samples of the imported configuration', async () => {
    const copy = copyOf('telegraf-import');
    const imported = join(copy.folder, 'imported.yaml');
    await scadawatch('import', join(copy.folder, 'telegraf.conf'), '--out', imported);
    const settings = (file: string): string =>
      readFileSync(file, 'utf8')
        .replaceAll(/^#.*\n/gm, '')
        .trim();
    expect(settings(imported)).toBe(settings('examples/telegraf-import/plant.yaml'));
    await using _ = await checkAndRun(copy, 'plc1.river_level');
  });

  it('webhook-to-chat stores samples and posts its alarm to the chat once', async () => {
    const posted = Promise.withResolvers<string>();
    const chat = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        posted.resolve(body);
        response.writeHead(200).end();
      });
    });
    await new Promise<void>((resolve) => chat.listen(0, '127.0.0.1', resolve));
    const env = { ...process.env, CHAT_URL: `http://127.0.0.1:${(chat.address() as AddressInfo).port}/` };
    const bridge = spawn(process.execPath, ['examples/webhook-to-chat/bridge.mjs', '0'], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const port = await new Promise<string>((resolve) =>
        bridge.stdout.once('data', (chunk: Buffer) => resolve(/\d+/.exec(chunk.toString())?.[0] ?? '')),
      );
      expect((await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: '{}' })).status).toBe(401);
      await using _ = await checkAndRun(copyOf('webhook-to-chat', { '8099': port }), 'RW.LT01');
      const { text } = JSON.parse(await posted.promise) as { text: string };
      expect(text).toMatch(/^Alarm, priority 2 raised: .*River level.*\(ALT-\d+\)\n.*\nResponse: Close the intake gate$/s);
    } finally {
      bridge.kill();
      chat.close();
      chat.closeAllConnections();
    }
  });

  it('csv-backtest finds the attack', async () => {
    const [folder, result] = ['examples/csv-backtest', join(dir, 'result.json')];
    const input = ['--input', join(folder, 'attack.csv'), '--calibrate', join(folder, 'normal.csv'), '--labels', 'attack'];
    await scadawatch('backtest', ...input, '--json', result, '--report', join(dir, 'report.html'));
    const { episodes } = JSON.parse(readFileSync(result, 'utf8')) as {
      episodes: { firstRow: number; labelled: number[]; findings: { tags: string[] }[] }[];
    };
    expect(episodes.map(({ labelled }) => labelled)).toEqual([[0]]);
    expect(episodes[0]?.firstRow).toBeLessThan(310);
    expect(episodes[0]?.findings[0]?.tags).toEqual(['level']);
  });
});
