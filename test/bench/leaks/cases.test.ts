import { describe, expect, it } from 'vitest';
import type { Plant, PlantAction } from '../../../src/core/plant.ts';
import { waterworksPlan } from '../waterworks/plant.ts';
import { cases } from './cases.ts';

const onset = 1_000_000_000;
const hourMs = 3_600_000;

/** A plant that does nothing but tell what is done to it, with one point. */
function still(point: string) {
  const done: { readonly second: number; readonly action: PlantAction }[] = [];
  const plant = {
    points: [{ name: point }],
    registers: Float64Array.of(100),
    time: onset,
    act: (action: PlantAction) => done.push({ second: (plant.time - onset) / 1000, action }),
  };
  return { plant, done };
}

const run = async (what: string, point: string, seconds: readonly number[]) => {
  const { plant, done } = still(point);
  const step = await cases.find((one) => one.what === what)?.begin(onset);
  const shown = seconds.map((second) => {
    plant.time = onset + 1000 * second;
    plant.registers[0] = 100;
    step?.(plant as unknown as Plant);
    return plant.registers[0];
  });
  return { shown, done };
};

describe('the cases of leaks', () => {
  it('have names of their own, and tags of the waterworks', () => {
    expect(new Set(cases.map(({ what }) => what)).size).toBe(cases.length);
    const known = waterworksPlan().tags.map(({ name }) => name);
    expect(cases.flatMap(({ tags = [] }) => tags).filter((tag) => !known.includes(tag))).toEqual([]);
  });

  it('let a meter read lower within twelve hours, and not before', async () => {
    const seconds = [-1, 0, 6, 12, 24].map((hours) => (hours * hourMs) / 1000);
    const { shown } = await run('T2.FT 10 % low', 'T2.FT', seconds);
    expect(shown).toEqual([100, 100, 95, 90, 90]);
  });

  it('fill a tanker of 10 m³ every four hours', async () => {
    const seconds = Array.from({ length: 8 * 3_600 + 1_200 }, (_, i) => i - 100);
    const { done } = await run('tankers of 10 m³ from T1', 'T1.LT', seconds);
    expect(done.map(({ second, action }) => [second, 'value' in action ? action.value : undefined])).toEqual([
      [0, 10],
      [1_000, 0],
      [14_400, 10],
      [15_400, 0],
      [28_800, 10],
      [29_800, 0],
    ]);
  });

  it('open a leak once, and bias both levels of the clearwell alike', async () => {
    const leak = await run('T1 loses 2 L/s', 'T1.LT', [-1, 0, 1, 2]);
    expect(leak.done).toEqual([{ second: 0, action: { type: 'act', name: 'tank-leak', value: 2 } }]);
    const drift = await run('clearwell shown to sink 0.05 m/h', 'CW.LT01', [0, 1]);
    expect(drift.done.map(({ action }) => action)).toEqual(
      ['CW.LT01', 'CW.LT02'].map((point) => ({ type: 'sensor-bias', point, offset: 0, driftPerHour: -0.05 })),
    );
  });
});
