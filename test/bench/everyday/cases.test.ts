import { describe, expect, it } from 'vitest';
import { newWaterworks } from '../waterworks/plant.ts';
import { newPlant, planOf, startTime } from '../../support/plants.ts';
import { Random } from '../../../src/core/random.ts';
import { type Case, caseKinds } from './case.ts';
import { everydayPlants, handOf } from './index.ts';
import { waterworksCases } from './waterworks.ts';

describe.each(everydayPlants)('the everyday cases of the plant $plugin.type', ({ plugin, season, cases, benign }) => {
  const plan = planOf(plugin);

  it('have names of their own, and places of the plant', () => {
    const names = [...cases, ...benign].map(({ what }) => what);
    expect(new Set(names).size).toBe(names.length);
    const places = new Set(plan.tags.flatMap(({ name, equipment }) => [name, equipment]));
    expect(cases.flatMap(({ at }) => at).filter((place) => !places.has(place))).toEqual([]);
  });

  it('change nothing before their onset, and what they show or do is possible on the plant', async () => {
    // restored for each case: a new plant simulates hours before it is returned
    const plant = await newPlant({ seed: 5, startTime, season, life: 'none' }, plugin);
    const begun = plant.save();
    for (const one of [...cases, ...benign]) {
      plant.restore(begun);
      const step = handOf(one, startTime + 2_000, new Random(1));
      plant.step(1);
      const before = plant.registers.slice();
      step(plant);
      expect(plant.registers, one.what).toEqual(before);
      plant.step(1);
      step(plant);
    }
  });
});

describe('the everyday cases', () => {
  it('are enough of each plant, and of every class on the waterworks', () => {
    const { cases, benign } = waterworksCases;
    expect([cases.length >= 40, benign.length >= 12]).toEqual([true, true]);
    expect(new Set(cases.map(({ kind }) => kind))).toEqual(new Set(caseKinds));
    expect(everydayPlants.every((plant) => plant.cases.length >= 10 && plant.benign.length >= 12)).toBe(true);
  });

  it('show a flow of 0, a level in coarse steps, and a value that is held', async () => {
    const shown = async (what: string, point: string): Promise<number> => {
      const one = waterworksCases.cases.find((of: Case) => of.what === what);
      if (one === undefined) throw new Error(`there is no case ${what}`);
      const plant = await newWaterworks({ seed: 5, startTime, life: 'none' });
      const step = handOf(one, startTime + 1_000, new Random(1));
      for (let second = 0; second < 30; second++) {
        plant.step(1);
        step(plant);
      }
      return plant.registers[plant.points.findIndex(({ name }) => name === point)] ?? Number.NaN;
    };
    expect(await shown('raw flow reads 0', 'RW.FT01')).toBe(0);
    const steps = (await shown('clearwell level moves in steps of 5 cm', 'CW.LT01')) / 0.05;
    expect(steps).toBeCloseTo(Math.round(steps), 6);
    const plant = await newWaterworks({ seed: 5, startTime, life: 'none' });
    plant.step(1);
    const clock = plant.registers[plant.points.findIndex(({ name }) => name === 'PLC1.TIME')];
    expect(await shown('clock of the PLC stands still', 'PLC1.TIME')).toBe(clock);
  });
});
