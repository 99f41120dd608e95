import type { PlantOptions } from '../../../src/core/plant.ts';
import { firstTimes, type Habit, performDue } from '../../plant-kit/habits.ts';
import type { Noise } from '../../plant-kit/noise.ts';
import { perform } from './acts.ts';
import { junctions } from './network-data.ts';
import { at } from './points/index.ts';
import { tripCode } from './pumping.ts';
import type { LifeState, WaterworksState } from './state.ts';

/** Usual changes of the chlorine set-point from 1.0, mg/L. */
const [lowered, raised] = [0.9, 1.1];
/** Duration of such a change, hours; in a calibration it ends before the next change. */
const keptHours = { ordinary: [4, 12], calibration: [4, 7] } as const;

const office = [8, 16] as const;
const always = [0, 24] as const;
const flushed = junctions.flatMap((junction, i) => (junction.demand > 0 && junction.id.startsWith('J') ? [i] : []));

const habits: readonly Habit<WaterworksState>[] = [
  { act: 'jar-test', ordinary: [0.35, 0.9], calibration: [0.35, 0.9], hours: [6, 22], value: (_, u) => 8 * (u - 0.5) },
  { act: 'chlorine-sp', ordinary: [1.2, 4], calibration: [0.35, 0.9], hours: [6, 22], value: setpointOf },
  { act: 'hydrant-flush', ordinary: [2, 5], calibration: [1, 1.9], hours: office, value: (_, u) => pick(flushed, u) },
  { act: 'analyser-calibration', ordinary: [5, 9], calibration: [1.2, 1.9], hours: office, value: (_, u) => 0.08 * (u - 0.5) },
  { act: 'tank-swap', ordinary: [6, 8], calibration: [1.4, 1.9], hours: office, value: () => 0 },
  { act: 'filter-maintenance', ordinary: [20, 40], calibration: [1.2, 1.9], hours: [8, 12], value: readiest },
  // the same rain in both cases: more small events than large ones
  { act: 'rain', ordinary: [8, 20], calibration: [2, 2.9], hours: always, value: (_, u) => 8 * 5 ** u },
  { act: 'storm', ordinary: [60, 180], hours: always, value: (_, u) => 70 + 30 * u },
  { act: 'fire-flow', ordinary: [200, 530], hours: always, value: () => 60 },
  { act: 'tank-cleaning', ordinary: [250, 480], hours: [8, 10], value: () => 2 },
];

/** Changed set-point: more often up than down; in a calibration alternately up and down, so that both are learned. */
function setpointOf({ life: { lastSetpoint } }: WaterworksState, uniform: number, life: PlantOptions['life']): number {
  if (life === 'calibration' && lastSetpoint !== undefined) return lastSetpoint === raised ? lowered : raised;
  return uniform < 0.3 ? lowered : raised;
}

function pick(from: readonly number[], uniform: number): number {
  return from[Math.floor(uniform * from.length)] ?? 0;
}

/** The filter that is farthest from its next wash, so that maintenance does not coincide with one. */
function readiest(state: WaterworksState): number {
  let best = 0;
  state.filters.filters.forEach((filter, i) => {
    if (filter.deposit < (state.filters.filters[best]?.deposit ?? 0)) best = i;
  });
  return best + 1;
}

const chlorineSetpoint = at('CL.SP');

/** The first time of each habit is uniformly distributed over its interval. */
export function initialLife(life: PlantOptions['life'], time: number, noise: Noise): LifeState {
  return { next: firstTimes(habits, life, time, noise), back: null, trippedS: 0 };
}

/** Performs due acts: normal acts of operators, and the weather. */
export function live(state: WaterworksState, life: PlantOptions['life'], dt: number, noise: Noise): void {
  // a plant without acts still changes a tank that is almost empty
  if (state.chlorination.tank < 6 && state.acts.swapLeft === 0) perform(state, 'tank-swap');
  if (life === 'none') return;
  resetTrips(state, dt);
  performDue(habits, state, life, noise, ({ act }, value) => {
    const [least, most] = keptHours[life];
    if (act === 'chlorine-sp') changeSetpoint(state, value, noise.stream('life.chlorine-sp').between(least, most));
    else perform(state, act, value);
    return true;
  });
  goBack(state);
}

/** Operator's change of the chlorine set-point for some hours, then back to 1.0; skipped during a disturbance. */
function changeSetpoint(state: WaterworksState, value: number, hours: number): void {
  if (Math.abs((state.memory[chlorineSetpoint] ?? 0) - 1) > 0.15) return;
  perform(state, 'chlorine-sp', value);
  state.life.lastSetpoint = value;
  state.life.back = state.time + hours * 3_600_000;
}

function goBack(state: WaterworksState): void {
  if (state.life.back === null || state.time < state.life.back) return;
  state.life.back = null;
  if (Math.abs((state.memory[chlorineSetpoint] ?? 0) - 1) <= 0.15) perform(state, 'chlorine-sp', 1);
}

/** Resets a tripped pump after half an hour, as an operator would. */
function resetTrips(state: WaterworksState, dt: number): void {
  const tripped = state.pumps.some((pump) => pump.trip !== tripCode.none && pump.trip !== tripCode.dryRun);
  state.life.trippedS = tripped ? state.life.trippedS + dt : 0;
  if (state.life.trippedS < 1800) return;
  state.life.trippedS = 0;
  perform(state, 'trip-reset');
}
