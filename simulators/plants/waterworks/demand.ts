import { type DemandClass, hourlyDemand, junctions, weekendDemand } from './network-data.ts';
import { type Noise, wander } from '../../plant-kit/noise.ts';

/** Random part of the town's demand, relative. Plain data. */
export interface DemandState {
  town: number;
  /** Random part per junction. */
  readonly local: number[];
  /** Plant seconds since the last change of the random part. */
  sinceMove: number;
}

export function initialDemand(): DemandState {
  return { town: 0, local: junctions.map(() => 0), sinceMove: 0 };
}

/** Interval of changes of the random part, s. */
const moveS = 60;

const profile: Readonly<Record<DemandClass, readonly number[]>> = {
  residential: normalised(hourlyDemand.residential),
  commercial: normalised(hourlyDemand.commercial),
  industrial: normalised(hourlyDemand.industrial),
};

function normalised(hours: readonly number[]): number[] {
  const mean = hours.reduce((sum, m) => sum + m, 0) / hours.length;
  return hours.map((m) => m / mean);
}

/** Relative demand of a class of customers at a time of the week: the multipliers apply at the full hour, linear in between. */
export function expectedDemand(customers: DemandClass, time: number): number {
  const hours = time / 3_600_000;
  const hour = Math.floor(hours) % 24;
  const part = hours - Math.floor(hours);
  const table = profile[customers];
  const now = table[hour] ?? 1;
  const daily = now + part * ((table[(hour + 1) % 24] ?? 1) - now);
  // 1970-01-01 was a Thursday
  const weekday = (Math.floor(hours / 24) + 4) % 7;
  return daily * (weekday === 0 || weekday === 6 ? weekendDemand[customers] : 1);
}

/** Advances the random part once a minute. */
export function stepDemand(state: DemandState, dt: number, noise: Noise): void {
  state.sinceMove += dt;
  if (state.sinceMove < moveS) return;
  const elapsed = state.sinceMove;
  state.sinceMove = 0;
  state.town = wander(state.town, 0.03, 17 * 60, elapsed, noise.stream('demand.town'));
  for (let i = 0; i < junctions.length; i++) {
    if ((junctions[i]?.demand ?? 0) === 0) continue;
    state.local[i] = wander(state.local[i] ?? 0, 0.1, 50, elapsed, noise.stream(`demand.${junctions[i]?.id ?? ''}`));
  }
}

/** Writes the demand of each junction, L/s, into `into`. */
export function demandAt(state: DemandState, time: number, into: Float64Array): void {
  const expected: Readonly<Record<DemandClass, number>> = {
    residential: expectedDemand('residential', time),
    commercial: expectedDemand('commercial', time),
    industrial: expectedDemand('industrial', time),
  };
  for (let i = 0; i < junctions.length; i++) {
    const junction = junctions[i];
    if (junction === undefined) continue;
    const random = (1 + state.town) * (1 + (state.local[i] ?? 0));
    into[i] = junction.demand === 0 ? 0 : Math.max(0, junction.demand * expected[junction.customers] * random);
  }
}
