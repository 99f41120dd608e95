import { clamp, wander } from '../../../plant-kit/noise.ts';
import type { Noise } from '../../../plant-kit/noise.ts';

/** Demand of a city by the hour of the day, and its mean. */
const profile = [
  0.62, 0.58, 0.56, 0.56, 0.6, 0.78, 1.15, 1.38, 1.32, 1.18, 1.08, 1.04, 1.02, 1, 0.98, 1, 1.08, 1.25, 1.36, 1.32, 1.2, 1.05,
  0.88, 0.72,
] as const;
const mean = profile.reduce((sum, value) => sum + value, 0) / profile.length;
/** City gates: base load, kg/s, and the share of the city in it; the rest is industry. */
const gates = [
  { base: 20, city: 1 },
  { base: 16, city: 1 },
  { base: 30, city: 0.5 },
] as const;
/** Demand on Saturday and Sunday, relative. */
const weekend = { city: 0.94, industry: 0.8 } as const;
const dayMs = 86_400_000;

/** Weather and demand. Plain data. */
export interface DemandState {
  /** Added to the plant time for the season, ms. */
  readonly seasonShift: number;
  /** Air temperature, °C. */
  air: number;
  /** Random part of the temperature, and what an act adds, K. */
  weather: number;
  added: number;
  /** Random part of the demand of each gate, relative. */
  readonly random: number[];
  /** Demand of each gate, kg/s. */
  readonly flow: number[];
}

/** Air temperature without its random part, °C. */
export function usualAir(time: number, seasonShift: number): number {
  const day = new Date(time + seasonShift);
  const ofYear = (day.getTime() - Date.UTC(day.getUTCFullYear(), 0, 1)) / dayMs;
  const hour = (time % dayMs) / 3_600_000;
  return 13 - 7 * Math.cos((2 * Math.PI * (ofYear - 20)) / 365) + 3 * Math.cos((2 * Math.PI * (hour - 15)) / 24);
}

function ofCity(time: number): number {
  const hour = (time % dayMs) / 3_600_000;
  const [from, to] = [profile[Math.floor(hour) % 24] ?? 1, profile[Math.floor(hour + 1) % 24] ?? 1];
  return (from + (to - from) * (hour % 1)) / mean;
}

/** Expected demand of a gate, kg/s: what its customers have nominated. @param air °C */
export function expectedDemand(gate: number, time: number, air: number): number {
  const { base, city } = gates[gate] ?? gates[0];
  const isWeekend = [0, 6].includes(new Date(time).getUTCDay());
  const cold = clamp(1 + 0.025 * (15 - air), 0.6, 1.3);
  const industry = (1 - city) * (isWeekend ? weekend.industry : 1);
  return base * cold * (city * ofCity(time) * (isWeekend ? weekend.city : 1) + industry);
}

export function initialDemand(time: number, seasonShift: number, normal: () => number): DemandState {
  const air = usualAir(time, seasonShift);
  const flow = gates.map((_, gate) => expectedDemand(gate, time, air));
  return { seasonShift, air, weather: normal(), added: 0, random: gates.map(() => 0.02 * normal()), flow };
}

/** Advances weather and demand by `dt` seconds. */
export function stepDemand(demand: DemandState, time: number, noise: Noise, dt: number): void {
  demand.weather = wander(demand.weather, 1.2, 43_200, dt, noise.stream('weather'));
  demand.air = usualAir(time, demand.seasonShift) + demand.weather + demand.added;
  for (let gate = 0; gate < gates.length; gate++) {
    const random = wander(demand.random[gate] ?? 0, 0.03, 900, dt, noise.stream(`demand${gate + 1}`));
    demand.random[gate] = random;
    demand.flow[gate] = expectedDemand(gate, time, demand.air) * (1 + random);
  }
}
