import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { beginPlant } from '../../test/support/begun.ts';
import { testContext } from '../../test/support/tiny-plant.ts';
import { plants } from '../plants/index.ts';
import { keep, resume } from './kept-plant.ts';

const dir = mkdtempSync(join(tmpdir(), 'scadawatch-kept-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const startTime = Date.UTC(2026, 10, 24, 6);
async function plantAt(time: number, seed = 3) {
  const [plugin] = plants;
  if (plugin === undefined) throw new Error('there is no plant');
  return beginPlant(plugin, { seed, startTime: time, life: 'ordinary' }, testContext());
}

describe('a stored plant', () => {
  const config = { plant: 'waterworks', seed: 3, keptIn: join(dir, 'plant.json') };

  it('has the state after a restart that it would have without the stop', async () => {
    const plant = await plantAt(startTime);
    plant.step(600);
    await keep(plant, config);
    const later = await plantAt(startTime + 3_600_000);
    await resume(later, { ...config, startTime: startTime + 3_600_000 });
    plant.step(3_000);
    expect(later.time).toBe(plant.time);
    expect([...later.registers]).toEqual([...plant.registers]);
  });

  it('is restored without the effects of an exercise', async () => {
    const plant = await plantAt(startTime);
    plant.act({ type: 'sensor-stuck', point: 'CW.LT01', value: 2 });
    plant.step(60);
    await keep(plant, config);
    const later = await plantAt(startTime + 120_000);
    await resume(later, { ...config, startTime: startTime + 120_000 });
    const level = later.registers[later.points.findIndex(({ name }) => name === 'CW.LT01')] ?? Number.NaN;
    expect(Math.abs(level - (later.truth()['clearwell.level'] ?? Number.NaN))).toBeLessThan(0.05);
  });

  it.each([
    ['of another seed', 4, startTime + 60_000],
    ['from too long ago', 3, startTime + 4 * 86_400_000],
    ['from a time to come', 3, startTime - 60_000],
  ])('starts over if the stored plant is %s', async (_, seed, time) => {
    const plant = await plantAt(startTime);
    await keep(plant, config);
    const fresh = await plantAt(time, seed);
    const before = [...fresh.registers];
    await resume(fresh, { ...config, seed, startTime: time });
    expect(fresh.time).toBe(time);
    expect([...fresh.registers]).toEqual(before);
  });
});
