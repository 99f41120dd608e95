import { clamp, type Noise, wander } from '../../plant-kit/noise.ts';

/** Demand of the feeders at nominal voltage and frequency. Plain data. */
export interface LoadState {
  /** Random part of each feeder, relative. */
  readonly random: number[];
  /** Step load of the industry on feeder 4, MW, and the time to its next change, s. */
  industry: number;
  industryDue: number;
  /** Active and reactive demand of each feeder, MW and Mvar. */
  readonly p: number[];
  readonly q: number[];
  /** Share of each feeder's customers that are connected: after an interruption in an island they return in steps. */
  readonly connected: number[];
  /** Stages of load shedding that are disconnected. */
  readonly shed: boolean[];
}

/** Yearly peak base of each feeder, MW. */
export const basePower = [4, 5, 3.5, 4.5] as const;
/** Share of the load that each stage sheds. */
export const shedShare = [0.1, 0.1, 0.15, 0.15] as const;
/** Station service, MW. */
export const stationPower = 0.2;
/** tan φ at cos φ 0.95. */
export const tanPhi = Math.tan(Math.acos(0.95));

/** Multipliers at each full hour of a weekday. */
export const hourly = [
  0.58, 0.54, 0.52, 0.52, 0.56, 0.68, 0.85, 1.0, 1.08, 1.1, 1.09, 1.08, 1.06, 1.05, 1.03, 1.02, 1.04, 1.12, 1.2, 1.22, 1.15, 1.0,
  0.82, 0.68,
] as const;
const weekend = 0.85;

export function initialLoads(): LoadState {
  return {
    random: [0, 0, 0, 0],
    industry: 0,
    industryDue: 600,
    p: [...basePower],
    q: basePower.map((p) => p * tanPhi),
    connected: [1, 1, 1, 1],
    shed: [false, false, false, false],
  };
}

/** Relative demand at a time of the week and an air temperature: linear between the full hours. */
export function expectedLoad(time: number, air: number): number {
  const hours = time / 3_600_000;
  const hour = Math.floor(hours) % 24;
  const now = hourly[hour] ?? 1;
  const daily = now + (hours - Math.floor(hours)) * ((hourly[(hour + 1) % 24] ?? 1) - now);
  // 1970-01-01 was a Thursday
  const weekday = (Math.floor(hours / 24) + 4) % 7;
  const heating = 1 + 0.012 * Math.max(0, 15 - air);
  return daily * (weekday === 0 || weekday === 6 ? weekend : 1) * heating;
}

/** Share of the load that load shedding leaves connected. */
export function keptShare(loads: LoadState): number {
  return 1 - shedShare.reduce<number>((sum, share, i) => sum + (loads.shed[i] === true ? share : 0), 0);
}

/** Advances the demand by a second. @param extra load added on all feeders together, MW */
export function stepLoads(loads: LoadState, time: number, air: number, extra: number, noise: Noise): void {
  stepIndustry(loads, time, noise);
  const relative = expectedLoad(time, air);
  for (let i = 0; i < 4; i++) {
    const random = wander(loads.random[i] ?? 0, 0.02, 600, 1, noise.stream(`load.F${i + 1}`));
    loads.random[i] = random;
    const base = basePower[i] ?? 0;
    const p = Math.max(0, base * relative * (1 + random) + (extra * base) / 17) + (i === 3 ? loads.industry : 0);
    loads.p[i] = p;
    loads.q[i] = p * tanPhi;
  }
}

/** Machines of the industry on feeder 4: steps of 0.4 MW in working hours. */
function stepIndustry(loads: LoadState, time: number, noise: Noise): void {
  loads.industryDue -= 1;
  const hour = (time / 3_600_000) % 24;
  const weekday = (Math.floor(time / 86_400_000) + 4) % 7;
  const works = hour >= 6 && hour < 18 && weekday !== 0 && weekday !== 6;
  if (!works) loads.industry = 0;
  if (loads.industryDue > 0) return;
  const random = noise.stream('load.industry');
  loads.industryDue = random.between(600, 2400);
  const step = random.next() < 0.5 ? 0.4 : -0.4;
  if (works) loads.industry = clamp(loads.industry + step, 0, 0.8);
}

/** Customers of energised feeders return in an island by 2 % a second, in a grid at once. */
export function reconnect(loads: LoadState, live: readonly boolean[], island: boolean): void {
  for (let i = 0; i < 4; i++) {
    if (live[i] !== true) loads.connected[i] = island ? 0.2 : 1;
    else loads.connected[i] = island ? Math.min(1, (loads.connected[i] ?? 1) + 0.02) : 1;
  }
}
