import type { PlantOptions, PlantState } from '../../../src/core/plant.ts';
import { Waterworks } from './plant.ts';
import { at } from './points/index.ts';

/** States of plants that tests have begun with: their warm-up takes longer than most tests. */
const begun = new Map<string, PlantState>();

/** A plant for tests: Tuesday 5 May 2026 at `hour` by default, hydraulics every 10 s. */
export async function plantAt(hour: number, options: Partial<PlantOptions> = {}): Promise<Waterworks> {
  const startTime = Date.UTC(2026, 4, 5) + hour * 3_600_000;
  const settings: PlantOptions = { seed: 1, startTime, life: 'none', ...options };
  const key = JSON.stringify(settings);
  const plant = await Waterworks.create({ ...settings, state: begun.get(key) }, 10);
  if (!begun.has(key)) begun.set(key, plant.save());
  return plant;
}

/** Register value of a point. */
export function register(plant: Waterworks, name: string): number {
  return plant.registers[at(name)] ?? Number.NaN;
}

/**
 * Steps until every condition has been true once; returns the minutes after which each first was. @param every called before each
 * step, e.g. to repeat an attacker's write
 */
export function minutesUntil<Name extends string>(
  plant: Waterworks,
  conditions: Readonly<Record<Name, (truth: Readonly<Record<string, number>>) => boolean>>,
  maxHours: number,
  stepS = 60,
  every: () => void = () => {},
): Record<Name, number> {
  const names = Object.keys(conditions) as Name[];
  const found = Object.fromEntries(names.map((name) => [name, Number.POSITIVE_INFINITY])) as Record<Name, number>;
  for (let s = stepS; s <= maxHours * 3600; s += stepS) {
    every();
    plant.step(stepS);
    if (s % 60 !== 0 && stepS < 60) continue;
    const truth = plant.truth();
    for (const name of names) if (found[name] > s / 60 && conditions[name](truth)) found[name] = s / 60;
    if (names.every((name) => Number.isFinite(found[name]))) break;
  }
  return found;
}
