import type { PlantOptions, PlantState } from '../../../src/core/plant.ts';
import { RobotCell } from './plant.ts';
import { at } from './points/index.ts';

/** States of plants that tests have begun with: a warm-up takes longer than most tests. */
const begun = new Map<string, PlantState>();

/** A plant for tests: Tuesday 5 May 2026 at 10:00 by default. */
export function newCell(options: Partial<PlantOptions> = {}): RobotCell {
  const settings: PlantOptions = { seed: 1, startTime: Date.UTC(2026, 4, 5, 10), life: 'none', ...options };
  const key = JSON.stringify(settings);
  const plant = new RobotCell({ ...settings, state: begun.get(key) });
  if (!begun.has(key)) begun.set(key, plant.save());
  return plant;
}

/** Register value of a point. */
export const register = (plant: RobotCell, name: string): number => plant.registers[at(name)] ?? Number.NaN;

/** True value. */
export const truth = (plant: RobotCell, name: string): number => plant.truth()[name] ?? Number.NaN;

export const write = (plant: RobotCell, name: string, value: number): void => plant.write(at(name), value);

export function act(plant: RobotCell, name: string, value?: number): void {
  plant.act({ type: 'act', name, ...(value === undefined ? {} : { value }) });
}

/** Seconds until a condition is true, or infinity after `most`. @param every called after each second */
export function secondsUntil(plant: RobotCell, condition: () => boolean, most: number, every: () => void = () => {}): number {
  for (let s = 1; s <= most; s++) {
    plant.step(1);
    every();
    if (condition()) return s;
  }
  return Number.POSITIVE_INFINITY;
}

/** Difference between the parts that arrived and those that left or are in process. */
export function partsMissing(plant: RobotCell, before: Readonly<Record<string, number>>): number {
  const since = (name: string): number => truth(plant, name) - (before[name] ?? 0);
  const gone = ['parts.good', 'parts.rejected', 'parts.lost', 'parts.scrapped', 'parts.inProcess'];
  return since('parts.arrived') - gone.reduce((sum, name) => sum + since(name), 0);
}
