import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { plants } from '../../../simulators/plants/index.ts';
import { startOpcuaServer } from '../../../simulators/servers/opcua/index.ts';
import { registry } from '../../../src/app/registry.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { passphraseVariable } from '../../../src/tools/lab/config.ts';
import { compilePeer } from '../../support/open62541.ts';
import { newPlant } from '../../support/plants.ts';
import { requirePeer } from '../../support/peers.ts';
import { testContext } from '../../support/tiny-plant.ts';

const run = promisify(execFile);
const user = { name: 'reader', passphrase: 'known-to-this-test-alone' };

it.for(plants.filter(({ ports }) => ports.opcua !== undefined))(
  'the OPC UA server of the $type serves every tag with its documented type to open62541',
  async (plugin, test) => {
    const compiler = requirePeer('open62541', test);
    const folder = await mkdtemp(join(tmpdir(), 'scadawatch-ua-plants-'));
    test.onTestFinished(async () => await rm(folder, { recursive: true, force: true }));
    const client = await compilePeer(compiler, 'client', folder);
    const environment = { [passphraseVariable]: 'secret' };
    const config = await loadConfig(fileURLToPath(plugin.example), { registry, environment });
    const tags = config.tags.tags.filter(({ device }) => device === 'ua1');
    const plant = await newPlant({ seed: 1, startTime: Date.UTC(2026, 4, 5, 10), life: 'none' }, plugin);
    const options = { plant, host: '127.0.0.1', port: 0, pkiDir: join(folder, 'server'), users: [user] };
    await using server = await startOpcuaServer(options, testContext());
    server.publish();
    const own = join(folder, 'client-own');
    await run('mkdir', ['-p', own]);
    await run(client, ['', own]);
    await server.trust(await readFile(join(own, 'own.der')));
    await writeFile(join(own, 'trusted.der'), server.certificate);
    const nodes = tags.map(({ address }) => String((address as { node?: unknown }).node).replace('ns=1;s=', ''));
    const { stdout } = await run(client, [server.endpoint, own, 'Aes256_Sha256_RsaPss', user.name, user.passphrase, ...nodes], {
      timeout: 60_000,
      maxBuffer: 1e7,
    });
    const heard = new Map(stdout.split('\n').map((line) => [line.split('=')[0] ?? '', line.split('=')[1] ?? '']));
    expect(tags.length).toBeGreaterThan(10);
    const wrong = nodes.flatMap((name) => {
      const point = plant.points.findIndex((one) => one.name === name);
      const value = plant.registers[point] ?? Number.NaN;
      const [text = '', status] = (heard.get(name) ?? '').split(' ');
      const isBit = plant.points[point]?.modbus.type === 'bit';
      const matches = isBit
        ? text === String(value === 1)
        : text === String(value === 1) || Math.abs(Number(text) - value) <= 1e-5 * Math.abs(value) + 1e-5;
      return matches && status === 'Good' ? [] : [`${name}: ${heard.get(name) ?? 'nothing'}, not ${value}`];
    });
    expect(wrong).toEqual([]);
  },
);
