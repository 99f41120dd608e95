import { approach, lag } from '../../../plant-kit/noise.ts';

/** Line valves of lines A and B, and the valves of the station. */
export const valveNames = ['LV1', 'LV2', 'LV3', 'LV4', 'LV5', 'LV6', 'LV7', 'SV1', 'SV2'] as const;
export type ValveName = (typeof valveNames)[number];
/** Border between cells at which each line valve is; the first three are in line A. */
export const lineValves = [
  { line: 'A', border: 3 },
  { line: 'A', border: 6 },
  { line: 'A', border: 9 },
  { line: 'B', border: 3 },
  { line: 'B', border: 6 },
  { line: 'B', border: 9 },
  { line: 'B', border: 11 },
] as const;
export const valveIndex = (name: ValveName): number => valveNames.indexOf(name);
/** Travel time of line valves and station valves, s. */
const [lineTravelS, stationTravelS] = [30, 8] as const;
/** Line-break detection: fall of the pressure, Pa/s, its time, and that of the filter, s. */
const [breakRate, breakS, filterS] = [50_000 / 60, 120, 20] as const;

/** A motor-driven valve; it keeps its position without a command. Plain data. */
export interface ValveState {
  /** 0 closed, 1 open. */
  position: number;
  /** Line-break detection has closed it; only a person resets it. */
  broken: boolean;
  /** Filtered pressure of the line-break detection, Pa, and time of its fast fall, s. */
  filtered: number;
  fallS: number;
}

export const initialValves = (): ValveState[] => valveNames.map(() => ({ position: 1, broken: false, filtered: 0, fallS: 0 }));

/** Moves a valve by `dt` seconds. @param opens its command */
export function moveValve(valve: ValveState, index: number, opens: boolean, dt: number): void {
  const travelS = index < lineValves.length ? lineTravelS : stationTravelS;
  valve.position = approach(valve.position, opens && !valve.broken ? 1 : 0, dt / travelS);
}

/** Line-break detection of a line valve: an own pressure switch that no network reaches. @param pressure Pa */
export function watchBreak(valve: ValveState, pressure: number, dt: number): void {
  if (valve.filtered === 0) valve.filtered = pressure;
  const rate = (pressure - valve.filtered) / filterS;
  valve.filtered += (pressure - valve.filtered) * lag(dt, filterS);
  valve.fallS = rate < -breakRate ? valve.fallS + dt : 0;
  if (valve.fallS > breakS) valve.broken = true;
}
