import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { plants } from '../../simulators/plants/index.ts';
import { startModbusServer } from '../../simulators/servers/modbus/index.ts';
import { registry } from '../../src/app/registry.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { PlantPlugin, PlantPoint } from '../../src/core/plant.ts';
import { passphraseVariable } from '../../src/tools/lab/config.ts';
import { requirePeer } from '../support/peers.ts';
import { TinyPlant, testContext } from '../support/tiny-plant.ts';

const run = promisify(execFile);

/** Address of a Modbus tag as plant.yaml documents it. */
interface Documented {
  readonly name: string;
  readonly table: string;
  readonly register: number;
  readonly type: string;
  readonly scale: number;
}

/** Modbus tags of a device in the example configuration of a plant. */
async function documented(plugin: PlantPlugin, device: string): Promise<Documented[]> {
  const config = await loadConfig(fileURLToPath(plugin.example), { registry, environment: { [passphraseVariable]: 'secret' } });
  return config.tags.tags.flatMap((tag) => {
    const { table, register, type = 'bit', scale = 1 } = tag.address as Partial<Documented>;
    return tag.device === device && table !== undefined && register !== undefined
      ? [{ name: tag.name, table, register, type, scale }]
      : [];
  });
}

/** A plant without physics whose points all have different values. */
async function filled(type: string): Promise<TinyPlant> {
  const { points } = (await import(`../../simulators/plants/${type}/points/index.ts`)) as { points: readonly PlantPoint[] };
  const plant = new TinyPlant(points);
  points.forEach(({ name, low, high, modbus }, i) => {
    const inside = low + ((high - low) * (i + 1)) / (points.length + 2);
    const steps = modbus.type === 'bit' ? i % 2 : Math.round(inside / modbus.scale) * modbus.scale;
    plant.set(name, modbus.type === 'float32' ? Math.fround(inside) : steps);
  });
  return plant;
}

/** Option `-t` of mbpoll by table and type. */
const optionOf: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  coil: { bit: '0' },
  discrete: { bit: '1' },
  input: { int16: '3:int16', uint16: '3', int32: '3:int', float32: '3:float' },
  holding: { int16: '4:int16', uint16: '4', int32: '4:int', float32: '4:float' },
};

const controllers = plants.flatMap((plugin) =>
  plugin.ports.controllers.map(({ name, unit }) => [plugin.type, name, unit, plugin] as const),
);

describe.each(controllers)('the controller of %s, %s', (type, controller, unit, plugin) => {
  it('serves every tag with its documented type to pymodbus', async (test) => {
    const python = requirePeer('pymodbus', test);
    const plant = await filled(type);
    const tags = await documented(plugin, controller);
    await using server = await startModbusServer({ plant, controller, unit, transport: { type: 'tcp' } }, testContext());
    const script = join(import.meta.dirname, 'modbus', 'pymodbus-tags.py');
    const asked = run(python.path, [script, String(server.port), String(unit)], { timeout: 60_000, maxBuffer: 1e7 });
    asked.child.stdin?.end(
      tags.map(({ name, table, register, type: kind }) => JSON.stringify([name, table, register, kind])).join('\n'),
    );
    const heard = new Map(
      (await asked).stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as [string, number]),
    );
    expect(tags.length).toBeGreaterThan(20);
    for (const { name, scale } of tags) expect((heard.get(name) ?? Number.NaN) * scale, name).toBeCloseTo(plant.get(name), 6);
  });

  it('serves a tag of each table and type to mbpoll', async (test) => {
    const { path } = requirePeer('mbpoll', test);
    const plant = await filled(type);
    const tags = await documented(plugin, controller);
    await using server = await startModbusServer({ plant, controller, unit, transport: { type: 'tcp' } }, testContext());
    // it reads no unsigned integer of 32 bits
    const kinds = Map.groupBy(tags, ({ table, type: kind }) => optionOf[table]?.[kind]);
    kinds.delete(undefined);
    expect(kinds.size).toBeGreaterThan(3);
    for (const [option = '', [first]] of kinds) {
      if (first === undefined) continue;
      const where = ['-m', 'tcp', '-p', String(server.port), '-a', String(unit), '-0', '-1', '-q', '-B'];
      const { stdout } = await run(path, [...where, '-t', option, '-r', String(first.register), '127.0.0.1'], {
        timeout: 10_000,
      });
      const heard = /\[\d+\]:\s+(-?[\d.e+]+)/.exec(stdout)?.[1];
      const expected = plant.get(first.name);
      expect(Math.abs(Number(heard) * first.scale - expected), first.name).toBeLessThan(1e-4 * Math.abs(expected) + 1e-6);
    }
  });
});
