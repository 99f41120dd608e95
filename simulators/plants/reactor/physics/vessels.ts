import { clamp } from '../../../plant-kit/noise.ts';
import {
  count,
  firstLiquid,
  fractions,
  gasConstant,
  gasHeatOf,
  kelvin,
  liquidHeatOf,
  liquidVolume,
  saturation,
  sum,
} from './components.ts';

/** Contents of a vessel. Plain data. */
export interface VesselState {
  /** Amounts of A to H, kmol. */
  readonly n: number[];
  /** kJ */
  energy: number;
  /** Last solution, °C, from which the next one starts. */
  temperature: number;
}

/** Volumes of reactor, separator and mixing zone, m³. */
export const volumes = { reactor: 36.81, separator: 99.11, mixer: 141.58 } as const;
const smallestGasSpace = 0.5;
const iterations = 3;

/** Solves the temperature of liquid from its energy. @param from first component that is in it: a gas above it stores no energy */
export function solveLiquid(vessel: VesselState, from: number): void {
  const n = vessel.n.map((value, i) => (i < from ? 0 : value));
  for (let k = 0; k < iterations; k++) {
    const { enthalpy, capacity } = liquidHeatOf(n, vessel.temperature);
    vessel.temperature = next(vessel.temperature, (vessel.energy - enthalpy) / Math.max(1, capacity));
  }
}

/** Solves the temperature of a gas from its internal energy. */
export function solveGas(vessel: VesselState): void {
  const amount = sum(vessel.n);
  for (let k = 0; k < iterations; k++) {
    const { enthalpy, capacity } = gasHeatOf(vessel.n, vessel.temperature);
    const energy = enthalpy - amount * gasConstant * (vessel.temperature + kelvin);
    vessel.temperature = next(vessel.temperature, (vessel.energy - energy) / Math.max(1, capacity - amount * gasConstant));
  }
}

/** Largest step of the solution, K, and temperatures within which properties hold, °C: an almost empty vessel has an uncertain one. */
const [mostStep, coldest, hottest] = [20, -50, 350] as const;

const next = (temperature: number, step: number): number =>
  clamp(temperature + clamp(step, -mostStep, mostStep), coldest, hottest);

/** A vessel with gas above liquid. */
export interface TwoPhases {
  /** Liquid, m³. */
  readonly liquid: number;
  readonly gasSpace: number;
  /** Absolute, kPa. */
  readonly pressure: number;
  /** Partial pressures, kPa. */
  readonly partial: readonly number[];
  /** Mole fractions of the gas, and of the liquid. */
  readonly y: readonly number[];
  readonly x: readonly number[];
}

/** Phases of reactor or separator: A to C are gas, of D to H nearly all is liquid. */
export function phasesOf({ n, temperature }: VesselState, volume: number): TwoPhases {
  const liquid = liquidVolume(n, temperature, firstLiquid);
  const gasSpace = Math.max(smallestGasSpace, volume - liquid);
  const x = fractions(n.map((value, i) => (i < firstLiquid ? 0 : value)));
  const partial = n.map((value, i) =>
    i < firstLiquid ? (value * gasConstant * (temperature + kelvin)) / gasSpace : (x[i] ?? 0) * saturation(i, temperature),
  );
  const pressure = sum(partial);
  return { liquid, gasSpace, pressure, partial, y: fractions(partial), x };
}

/** Pressure of the mixing zone, kPa absolute. */
export const gasPressure = ({ n, temperature }: VesselState, volume: number): number =>
  (sum(n) * gasConstant * (temperature + kelvin)) / volume;

/** Amounts in a flow out of a vessel, kmol/s: never more than half of what it holds leaves in a step. */
export const drawn = ({ n }: VesselState, flow: number, shares: readonly number[], dt: number): number[] =>
  shares.map((share, i) => Math.min(flow * share, (0.5 * (n[i] ?? 0)) / dt));

/** Adds streams, kmol/s and kW, to the contents. Outflows have negative factors. */
export function change(vessel: VesselState, dt: number, streams: readonly (readonly [factor: 1 | -1, of: Stream])[]): void {
  for (const [factor, { amounts, power }] of streams) {
    for (let i = 0; i < count; i++) vessel.n[i] = (vessel.n[i] ?? 0) + factor * (amounts[i] ?? 0) * dt;
    vessel.energy += factor * power * dt;
  }
}

/** A flow with its enthalpy. */
export interface Stream {
  /** kmol/s */
  readonly amounts: readonly number[];
  /** kW */
  readonly power: number;
}

/** Levels of the transmitters, %, of liquid volumes in m³. */
export const levelOf = {
  reactor: (volume: number): number => (100 * (volume - 2.396)) / 18.879,
  separator: (volume: number): number => (100 * (volume - 0.779)) / 8.212,
  stripper: (volume: number): number => (100 * (volume - 2.216)) / 4.432,
} as const;
