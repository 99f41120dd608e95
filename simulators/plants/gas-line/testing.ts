import type { PlantOptions, PlantState } from '../../../src/core/plant.ts';
import { GasLine } from './plant.ts';
import { at } from './points/index.ts';

/** States of plants that tests have begun with: a warm-up takes longer than most tests. */
const begun = new Map<string, PlantState>();

/** A plant for tests: Tuesday 5 May 2026 at `hour`. */
export function plantAt(hour: number, options: Partial<PlantOptions> = {}): GasLine {
  const settings: PlantOptions = { seed: 1, startTime: Date.UTC(2026, 4, 5) + hour * 3_600_000, life: 'none', ...options };
  const key = JSON.stringify(settings);
  const plant = new GasLine({ ...settings, state: begun.get(key) });
  if (!begun.has(key)) begun.set(key, plant.save());
  return plant;
}

/** Register value of a point. */
export const register = (plant: GasLine, name: string): number => plant.registers[at(name)] ?? Number.NaN;

/** True value. */
export const truth = (plant: GasLine, name: string): number => plant.truth()[name] ?? Number.NaN;

export const write = (plant: GasLine, name: string, value: number): void => plant.write(at(name), value);

export function act(plant: GasLine, name: string, value?: number): void {
  plant.act({ type: 'act', name, ...(value === undefined ? {} : { value }) });
}

/** Seconds until a condition is true, or infinity after `most`. */
export function secondsUntil(plant: GasLine, condition: () => boolean, most: number): number {
  for (let s = 1; s <= most; s++) {
    plant.step(1);
    if (condition()) return s;
  }
  return Number.POSITIVE_INFINITY;
}

/** Mass that is missing from the balance since `before`, kg. */
export function massMissing(plant: GasLine, before: Readonly<Record<string, number>>): number {
  const since = (name: string): number => truth(plant, name) - (before[name] ?? 0);
  return since('mass.supplied') - since('mass.delivered') - since('mass.burned') - since('mass.leaked') - since('mass.stored');
}
