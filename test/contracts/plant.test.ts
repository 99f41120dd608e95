import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { plants } from '../../simulators/plants/index.ts';
import { passphraseVariable } from '../../src/tools/lab/config.ts';
import { registry } from '../../src/app/registry.ts';
import { loadConfig } from '../../src/config/load.ts';
import { VirtualClock } from '../../src/core/clock.ts';
import type { Plant, PlantPlugin, PlantState } from '../../src/core/plant.ts';
import { Metrics, silentLogger } from '../../src/core/plugin.ts';
import { Random } from '../../src/core/random.ts';

const startTime = Date.UTC(2026, 10, 24, 6);
const create = (plugin: PlantPlugin, seed: number, state?: PlantState): Promise<Plant> => {
  const context = { logger: silentLogger, clock: new VirtualClock(startTime), random: new Random(seed), metrics: new Metrics() };
  return plugin.create(plugin.schema.parse({}), { seed, startTime, life: 'ordinary', state }, context);
};

/** Every register in every second of a span. */
function run(plant: Plant, seconds: number): number[] {
  const values: number[] = [];
  for (let second = 0; second < seconds; second++) {
    plant.step(1);
    values.push(...plant.registers);
  }
  return values;
}

describe.each(plants.map((plugin) => [plugin.type, plugin] as const))('the plant %s', (_, plugin) => {
  it('describes every point: unique names and addresses, a range that holds', async () => {
    const plant = await create(plugin, 1);
    expect(new Set(plant.points.map(({ name }) => name)).size).toBe(plant.points.length);
    const words = plant.points.flatMap(({ modbus: { controller, table, address, type } }) => {
      const width = type === 'float32' || type === 'int32' || type === 'uint32' ? 2 : 1;
      return Array.from({ length: width }, (_unused, i) => `${controller} ${table} ${address + i}`);
    });
    expect(new Set(words).size).toBe(words.length);
    expect(plant.points.filter(({ low, high, description }) => !(low < high) || description === '')).toEqual([]);
    expect(plant.registers.length).toBe(plant.points.length);
    expect(plant.failed.length).toBe(plant.points.length);
  });

  it('has an example configuration whose devices are its servers, at its ports', async () => {
    // the lab generates the passphrase of its servers at each start
    const config = await loadConfig(fileURLToPath(plugin.example), { registry, environment: { [passphraseVariable]: 'secret' } });
    const servers = config.devices.flatMap(({ name, plugin: { lab }, config: settings }) => {
      const server = lab?.serverOf(settings);
      return server === undefined ? [] : [{ name, ...server }];
    });
    const controllers = servers.flatMap((one) =>
      one.kind === 'controller' ? [{ name: one.name, unit: one.unit, port: one.port }] : [],
    );
    expect(controllers).toEqual(plugin.ports.controllers);
    expect(servers.find(({ kind }) => kind === 'plant')?.port).toBe(plugin.ports.opcua);
  });

  it('lives the same life for the same seed and another one for another', async () => {
    const [a, b, c] = await Promise.all([create(plugin, 1), create(plugin, 1), create(plugin, 2)]);
    const life = run(a, 120);
    expect(run(b, 120)).toEqual(life);
    expect(run(c, 120)).not.toEqual(life);
    expect(a.time).toBe(startTime + 120_000);
    expect(life.every((value) => Number.isFinite(value))).toBe(true);
  });

  it('goes on bit for bit from a saved state, also through JSON', async () => {
    const plant = await create(plugin, 3);
    run(plant, 300);
    const copy = await create(plugin, 4);
    copy.restore(JSON.parse(JSON.stringify(plant.save())));
    expect(copy.time).toBe(plant.time);
    const made = await create(plugin, 3, plant.save());
    expect([made.time, [...made.registers]]).toEqual([plant.time, [...plant.registers]]);
    const life = run(plant, 600);
    expect(run(copy, 600)).toEqual(life);
    expect(run(made, 600)).toEqual(life);
  });

  it('takes a write to what is writable, and refuses it elsewhere', async () => {
    const plant = await create(plugin, 5);
    const writable = plant.points.findIndex(({ writable: may, modbus }) => may && modbus.table === 'holding');
    const fixed = plant.points.findIndex(({ writable: may }) => !may);
    const value = plant.points[writable]?.high ?? Number.NaN;
    plant.write(writable, value);
    // the controller may change it at its next scan
    expect(plant.registers[writable]).toBeCloseTo(value, 5);
    expect(() => plant.write(fixed, 1)).toThrow(RangeError);
  });

  it('lets go of everything at once', async () => {
    const plant = await create(plugin, 6);
    const twin = await create(plugin, 6);
    plant.act({ type: 'release', point: '*' });
    expect(run(plant, 60)).toEqual(run(twin, 60));
  });
});
