import { plants } from '../../simulators/plants/index.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { PlantPlugin } from '../../src/core/plant.ts';
import { Metrics, silentLogger } from '../../src/core/plugin.ts';
import { Random } from '../../src/core/random.ts';
import type { BenchRow } from './row.ts';

const warmUpS = 2 * 3600;
const measuredS = 24 * 3600;

/** CPU seconds of this process. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

async function benchOne(plugin: PlantPlugin): Promise<BenchRow[]> {
  const context = { logger: silentLogger, clock: systemClock, random: new Random(1), metrics: new Metrics() };
  const options = { seed: 1, startTime: Date.UTC(2026, 4, 5, 6), life: 'ordinary' } as const;
  const began = cpuSeconds();
  const plant = await plugin.create(plugin.schema.parse({}), options, context);
  const created = cpuSeconds() - began;
  plant.step(warmUpS);
  const start = cpuSeconds();
  plant.step(measuredS);
  const stepped = cpuSeconds() - start;
  const beforeSave = cpuSeconds();
  const size = JSON.stringify(plant.save()).length;
  const saved = cpuSeconds() - beforeSave;
  const name = `plant ${plugin.type}`;
  return [
    {
      name: `${name}: speed`,
      value: measuredS / stepped,
      unit: 'plant s per CPU s',
      note: `${plant.points.length} points, a day in steps of 1 s`,
    },
    { name: `${name}: create`, value: created, unit: 'CPU s', note: 'with its warm-up, cold code' },
    { name: `${name}: save`, value: saved * 1000, unit: 'CPU ms', note: `${Math.round(size / 1024)} KiB of JSON` },
  ];
}

/** Speed of each simulated plant on one core, and the cost of its start and of saving it. */
export async function benchPlant(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const plugin of plants) rows.push(...(await benchOne(plugin)));
  return rows;
}
