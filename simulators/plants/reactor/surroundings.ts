import type { Noise } from '../../plant-kit/noise.ts';
import { wander } from '../../plant-kit/noise.ts';

/** Slow disturbances from outside, deviations from their usual values. Plain data. */
export interface SurroundingsState {
  /** Added to the plant time for the season, ms. */
  readonly season: number;
  /** Cooling water of reactor and condenser, °C. */
  waterReactor: number;
  waterCondenser: number;
  /** Wandering parts: K, share of A, share of B, K of the D feed, share of the reaction rates. */
  water: number;
  feedA: number;
  feedB: number;
  feedD: number;
  activity: number;
  /** Supplies: bar. */
  waterPressure: number;
  steam: number;
  nitrogen: number;
}

/** Standard deviations and time constants, s, of the wandering parts. */
const parts = {
  water: [0.4, 7200],
  feedA: [0.002, 3600],
  feedB: [0.0003, 7200],
  feedD: [0.5, 3600],
  activity: [0.004, 6 * 3600],
} as const;
const usual = { waterReactor: 35, waterCondenser: 40, daily: 1.6, seasonal: 1.5, pressure: 4.2, steam: 10, nitrogen: 7 } as const;
const [day, year] = [86_400_000, 365.25 * 86_400_000] as const;

/** @param season added to the plant time for the season, ms */
function waterAt(time: number, season: number): number {
  // warmest in the afternoon, and at the end of July
  const hour = Math.cos((2 * Math.PI * (time - 15.5 * 3_600_000)) / day);
  const summer = Math.cos((2 * Math.PI * (time + season - 209 * day)) / year);
  return usual.daily * hour + usual.seasonal * summer;
}

/** @param normal gives a standard normal number */
export function initialSurroundings(time: number, season: number, normal: () => number): SurroundingsState {
  const at = waterAt(time, season);
  return {
    waterReactor: usual.waterReactor + at,
    waterCondenser: usual.waterCondenser + at,
    water: 0,
    feedA: 0.5 * parts.feedA[0] * normal(),
    feedB: 0,
    feedD: 0,
    activity: 0.5 * parts.activity[0] * normal(),
    waterPressure: usual.pressure,
    steam: usual.steam,
    nitrogen: usual.nitrogen,
    season,
  };
}

export function stepSurroundings(state: SurroundingsState, time: number, noise: Noise, dt: number): void {
  for (const name of ['water', 'feedA', 'feedB', 'feedD', 'activity'] as const) {
    const [deviation, timeS] = parts[name];
    state[name] = wander(state[name], deviation, timeS, dt, noise.stream(`surroundings.${name}`));
  }
  const at = waterAt(time, state.season) + state.water;
  state.waterReactor = usual.waterReactor + at;
  state.waterCondenser = usual.waterCondenser + at;
  for (const [name, mean] of [
    ['waterPressure', usual.pressure],
    ['steam', usual.steam],
    ['nitrogen', usual.nitrogen],
  ] as const) {
    state[name] = mean + wander(state[name] - mean, 0.01 * mean, 600, dt, noise.stream(`surroundings.${name}`));
  }
}
