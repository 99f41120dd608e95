import { Exercise } from '../../simulators/lab/exercise.ts';
import { DirectActors } from '../../simulators/lab/headless-exercise.ts';
import { plantOf } from '../../simulators/plants/index.ts';
import { scenarioOf } from '../../simulators/scenarios/index.ts';
import { VirtualClock } from '../../src/core/clock.ts';
import type { Plant } from '../../src/core/plant.ts';
import { Metrics, silentLogger } from '../../src/core/plugin.ts';
import { Random } from '../../src/core/random.ts';
import type { Scenario } from '../../src/core/scenario.ts';
import { beginPlant } from './begun.ts';

export interface Played {
  readonly plant: Plant;
  /** Value of a register on the network, by point name. */
  readonly register: (point: string) => number;
  readonly truth: (name: string) => number;
}

/** Starts of plays at two times of the day, ms UTC: levels, loads and voltages of a plant differ by it. */
export const playTimes = [0, 12].map((hour) => Date.UTC(2026, 10, 24, hour));

/** A headless plant without ordinary life, in normal operation. */
export async function quietPlant(type: string, startTime = Date.UTC(2026, 10, 24, 6), seed = 5): Promise<Plant> {
  const context = { logger: silentLogger, clock: new VirtualClock(startTime), random: new Random(1), metrics: new Metrics() };
  return await beginPlant(plantOf(type), { seed, startTime, life: 'none' }, context);
}

/** Plays a scenario, given by its id if it is shipped, on a quiet plant for a number of seconds. */
export async function play(of: Scenario | string, seconds: number, startTime?: number): Promise<Played> {
  const scenario = typeof of === 'string' ? scenarioOf(of) : of;
  const plant = await quietPlant(scenario.plant, startTime);
  const exercise = new Exercise(plant, new DirectActors(plant), () => {});
  exercise.start(scenario);
  for (let second = 0; second < seconds; second++) {
    await exercise.tick();
    plant.step(1);
  }
  const refused = exercise.events.find(({ text }) => text.startsWith('without effect'));
  if (refused !== undefined) throw new Error(refused.text);
  const index = (name: string): number => plant.points.findIndex((point) => point.name === name);
  return {
    plant,
    register: (point) => plant.registers[index(point)] ?? Number.NaN,
    truth: (name) => plant.truth()[name] ?? Number.NaN,
  };
}
