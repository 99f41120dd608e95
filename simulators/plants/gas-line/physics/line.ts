import { c2 } from './gas.ts';

/** Inner diameter, m; friction factor (Darcy); length of a cell, m. */
export const [diameter, friction, cellLength] = [0.6, 0.0095, 10_000] as const;
export const area = (Math.PI * diameter ** 2) / 4;
const cellVolume = area * cellLength;
/** Loss of a valve between closed and open, Pa/(kg/s)². */
const valveLoss = 3;
/** Opening below which a valve is tight. */
const tight = 0.005;

/** A line of cells of 10 km with one pressure each, and flows at their borders. Plain data. */
export interface LineState {
  /** Pa, from the inlet on. */
  readonly pressure: number[];
  /** Flow at the inlet, between the cells and at the outlet, kg/s. */
  readonly flow: number[];
}

/** Conditions at the borders of the cells. */
export interface Borders {
  /** Pressure before the inlet and behind the outlet, Pa; undefined for a closed end. */
  readonly inlet: number;
  readonly outlet: number | undefined;
  /** Opening of the valve at a border, 0–1; absent without a valve. */
  readonly opening: ReadonlyMap<number, number>;
  /** Further loss at a border, Pa/(kg/s)². */
  readonly loss: ReadonlyMap<number, number>;
}

/** Pressure at the end of a line in steady flow, Pa: p₁² − p₂² = 16fc²Lṁ²/(π²D⁵). @param length m @param flow kg/s */
export function steadyPressure(inlet: number, length: number, flow: number): number {
  const fall = (16 * friction * c2 * length * flow * Math.abs(flow)) / (Math.PI ** 2 * diameter ** 5);
  return Math.sqrt(Math.max(0, inlet ** 2 - fall));
}

/** A line in steady flow. @param inlet Pa @param flow kg/s at each border, from the inlet to the outlet */
export function steadyLine(inlet: number, flow: readonly number[]): LineState {
  const pressure: number[] = [];
  let at = inlet;
  for (let i = 0; i < flow.length - 1; i++) {
    at = steadyPressure(at, i === 0 ? cellLength / 2 : cellLength, flow[i] ?? 0);
    pressure.push(at);
  }
  return { pressure, flow: [...flow] };
}

/** Advances the flows by `dt` seconds; friction is implicit. */
export function stepFlows({ pressure, flow }: LineState, borders: Borders, dt: number): void {
  const last = flow.length - 1;
  for (let i = 0; i <= last; i++) {
    const before = i === 0 ? borders.inlet : (pressure[i - 1] ?? 0);
    const behind = i === last ? borders.outlet : pressure[i];
    const opening = borders.opening.get(i) ?? 1;
    if (behind === undefined || opening < tight) {
      flow[i] = 0;
      continue;
    }
    const length = i === 0 || i === last ? cellLength / 2 : cellLength;
    const was = flow[i] ?? 0;
    const valve = valveLoss * (1 / opening ** 2 - 1) + (borders.loss.get(i) ?? 0);
    const pipe = (friction * c2) / (diameter * area * (before + behind));
    const resistance = Math.abs(was) * (pipe + (valve * area) / length);
    flow[i] = (was + (dt * area * (before - behind)) / length) / (1 + dt * resistance);
  }
}

/** Advances the pressures by `dt` seconds, after the flows. @param offtake flow out of each cell, kg/s */
export function stepPressures({ pressure, flow }: LineState, offtake: readonly number[], dt: number): void {
  for (let i = 0; i < pressure.length; i++) {
    const net = (flow[i] ?? 0) - (flow[i + 1] ?? 0) - (offtake[i] ?? 0);
    pressure[i] = (pressure[i] ?? 0) + (dt * c2 * net) / cellVolume;
  }
}

/** Mass in a line, kg. */
export const packOf = ({ pressure }: LineState): number => (pressure.reduce((sum, p) => sum + p, 0) * cellVolume) / c2;

/** Speed of the gas in a cell, m/s. */
export const gasSpeed = ({ pressure, flow }: LineState, cell: number): number =>
  ((flow[cell] ?? 0) * c2) / (area * (pressure[cell] ?? 1));
