import type { PlantOptions, PlantState } from '../../../src/core/plant.ts';
import { Reactor } from './plant.ts';
import { at } from './points/index.ts';

/** States of plants that tests have begun with: a warm-up takes longer than most tests. */
const begun = new Map<string, PlantState>();

/** A plant for tests: Tuesday 5 May 2026 at `hour`. */
export function plantAt(hour: number, options: Partial<PlantOptions> = {}): Reactor {
  const settings: PlantOptions = { seed: 1, startTime: Date.UTC(2026, 4, 5) + hour * 3_600_000, life: 'none', ...options };
  const key = JSON.stringify(settings);
  const plant = new Reactor({ ...settings, state: begun.get(key) });
  if (!begun.has(key)) begun.set(key, plant.save());
  return plant;
}

/** Register value of a point. */
export const register = (plant: Reactor, name: string): number => plant.registers[at(name)] ?? Number.NaN;

/** True value. */
export const truth = (plant: Reactor, name: string): number => plant.truth()[name] ?? Number.NaN;

export const write = (plant: Reactor, name: string, value: number): void => plant.write(at(name), value);

export function act(plant: Reactor, name: string, value?: number): void {
  plant.act({ type: 'act', name, ...(value === undefined ? {} : { value }) });
}

/** Seconds until a condition is true, or infinity after `most`. @param stepS length of a step */
export function secondsUntil(plant: Reactor, condition: () => boolean, most: number, stepS = 1): number {
  for (let s = stepS; s <= most; s += stepS) {
    plant.step(stepS);
    if (condition()) return s;
  }
  return Number.POSITIVE_INFINITY;
}

/** Sets a controller to manual with an output. */
export function byHand(plant: Reactor, controller: string, output: number): void {
  write(plant, `${controller}.MODE`, 0);
  write(plant, `${controller}.OP`, output);
}

/** Mass that is missing from the balance since `before`, kg. */
export function massMissing(plant: Reactor, before: Readonly<Record<string, number>>): number {
  const since = (name: string): number => truth(plant, name) - (before[name] ?? 0);
  const out = since('mass.purged') + since('mass.product') + since('mass.relieved');
  return since('mass.fed') + since('mass.refilled') - out - since('mass.stored');
}
