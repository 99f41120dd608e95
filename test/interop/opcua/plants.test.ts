import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { plants } from '../../../simulators/plants/index.ts';
import { startOpcuaServer } from '../../../simulators/servers/opcua/index.ts';
import type { CompanionNode } from '../../../src/core/companion-model.ts';
import type { Plant, PlantPoint } from '../../../src/core/plant.ts';
import { compilePeer } from '../../support/open62541.ts';
import { requirePeer } from '../../support/peers.ts';
import { exampleConfig, newPlant } from '../../support/plants.ts';
import { testContext } from '../../support/tiny-plant.ts';

const run = promisify(execFile);
const user = { name: 'reader', passphrase: 'known-to-this-test-alone' };
const policy = 'Aes256_Sha256_RsaPss';

/** Type of a register by the README of the OPC UA server: a scaled integer is a Double, another one an integer of its width. */
const typeOf = ({ modbus: { type, scale } }: PlantPoint): string => {
  if (type === 'bit') return 'Boolean';
  return type === 'float32' || scale !== 1 ? 'Double' : `${type.startsWith('u') ? 'UInt' : 'Int'}${type.slice(-2)}`;
};

/** Points to which a companion model gives another type: Boolean, or an enumeration, which OPC UA sends as Int32. */
function typesInModel(nodes: readonly CompanionNode[]): readonly (readonly [point: string, type: string])[] {
  return nodes.flatMap(({ point, dataType, children = [] }) => [
    ...(point === undefined || dataType === undefined ? [] : [[point, dataType === 'Boolean' ? dataType : 'Int32'] as const]),
    ...typesInModel(children),
  ]);
}

/** Gives each point a value of its own, as far as its type allows. */
function fill(plant: Plant): void {
  plant.points.forEach(({ low, high, modbus }, i) => {
    const inside = low + ((high - low) * (i + 1)) / (plant.points.length + 2);
    const whole = modbus.type === 'bit' ? i % 2 : Math.round(inside / modbus.scale) * modbus.scale;
    plant.registers[i] = modbus.type === 'float32' ? Math.fround(inside) : whole;
  });
}

it.for(plants.filter(({ ports }) => ports.opcua !== undefined))(
  'the OPC UA server of the $type serves every tag with its documented type to open62541',
  async (plugin, test) => {
    const compiler = requirePeer('open62541', test);
    const folder = await mkdtemp(join(tmpdir(), 'scadawatch-ua-plants-'));
    test.onTestFinished(async () => await rm(folder, { recursive: true, force: true }));
    const client = await compilePeer(compiler, 'client', folder);
    const plant = await newPlant({ seed: 1, startTime: Date.UTC(2026, 4, 5, 10), life: 'none' }, plugin);
    const options = { plant, host: '127.0.0.1', port: 0, pkiDir: join(folder, 'server'), users: [user] };
    await using server = await startOpcuaServer(options, testContext());
    fill(plant);
    server.publish();
    const own = join(folder, 'client-own');
    await mkdir(own);
    await run(client, ['', own]);
    await server.trust(await readFile(join(own, 'own.der')));
    await writeFile(join(own, 'trusted.der'), server.certificate);

    const tags = exampleConfig(plugin).tags.tags.flatMap(({ name, address }) => {
      const { node } = address as { readonly node?: string };
      return node === undefined ? [] : [{ name, node }];
    });
    expect(tags.length).toBeGreaterThan(10);
    expect(tags.filter(({ name, node }) => node !== `ns=1;s=${name}`)).toEqual([]);
    const names = tags.map(({ name }) => name);
    const { stdout } = await run(client, [server.endpoint, own, policy, user.name, user.passphrase, ...names], {
      maxBuffer: 1e7,
      // a busy machine needs seconds for the handshake
      env: { ...process.env, TIMEOUT_MS: '30000' },
    });
    const read = new Map(stdout.split('\n').map((line) => line.split('=') as [string, string | undefined]));
    const otherTypes = new Map(typesInModel(plant.companion?.devices ?? []));
    const wrong = names.flatMap((name) => {
      const index = plant.points.findIndex((point) => point.name === name);
      const point = plant.points[index];
      const value = plant.registers[index] ?? Number.NaN;
      const [text = '', status, , type] = (read.get(name) ?? '').split(' ');
      const expected = otherTypes.get(name) ?? (point === undefined ? 'none' : typeOf(point));
      // the client prints six digits
      const same =
        expected === 'Boolean' ? text === String(value !== 0) : Math.abs(Number(text) - value) <= 1e-5 * Math.abs(value) + 1e-5;
      return same && status === 'Good' && type === expected ? [] : [`${name}: ${read.get(name)}, not ${value} ${expected}`];
    });
    expect(wrong).toEqual([]);
  },
);
