import { gasConstant, kelvin, meanMass } from './components.ts';

/** Absolute pressure of the air, kPa. */
export const air = 101.3;
/** Molar flows of the feeds D, E, A and A + C at 100 % opening, kmol/s. */
export const feedFlow = [0.050399, 0.050399, 0.0125998, 0.188997] as const;
/** Molar flows of separator underflow and product at 100 % opening, kmol/s. */
export const liquidFlow = { separator: 0.188997, stripper: 0.125998 } as const;
/** Pressure of the relief valve, kPa absolute, flow per kPa above it and its largest one, kg/s. */
const relief = { set: 3501.3, slope: 0.4, most: 60 } as const;
/** Suction pressure below which the compressor has less than its mass flow, kPa. */
const thinGas = 1500;

const root = (difference: number): number => Math.sqrt(Math.max(0, difference));

/** Feed into the reactor, kmol/s. @param y of the mixing zone */
export const reactorFeed = (mixer: number, reactor: number, y: readonly number[]): number =>
  (0.668616 * root(mixer - reactor)) / meanMass(y);

/** Gas from the reactor to the separator, kmol/s. */
export const reactorOutlet = (reactor: number, separator: number, y: readonly number[]): number =>
  (1.57844 * root(reactor - separator)) / meanMass(y);

/** @param opening % */
export const purgeFlow = (opening: number, separator: number, y: readonly number[]): number =>
  (5.21645e-5 * opening * root(separator - air)) / meanMass(y);

/** Relief valve of the reactor, kmol/s. */
export const reliefFlow = (reactor: number, y: readonly number[]): number =>
  Math.min(relief.most, relief.slope * Math.max(0, reactor - relief.set)) / meanMass(y);

export interface Compression {
  /** Recycled gas, kmol/s. */
  readonly flow: number;
  /** Shaft power that the gas takes up, kW. */
  readonly work: number;
}

/**
 * Recycle compressor with its by-pass. @param bypass opening, % @param condition share of its capacity, 0 if it does not run @param t °C
 */
export function compression(
  mixer: number,
  separator: number,
  bypass: number,
  condition: number,
  y: readonly number[],
  t: number,
): Compression {
  const ratio = Math.max(1, Math.min(1.3, mixer / Math.max(1, separator)));
  const capacity = 35.3141 * (1 + (1 - ratio ** 3) / 1.197) * condition * Math.min(1, separator / thinGas);
  const mass = Math.max(0, capacity);
  const back = 0.0184094 * bypass * root(mixer - separator);
  const molar = meanMass(y);
  const work = (mass * gasConstant * (t + kelvin) * Math.max(0, mixer - separator)) / (molar * Math.max(1, separator));
  // gas that returns through the by-pass makes the recycle smaller, and a stopped compressor has a check valve
  return { flow: Math.max(0, mass - back) / molar, work };
}

/** Strength of the stripping of D to H. */
const stripping = [8.501, 11.402, 11.795, 0.048, 0.0242] as const;

/** Shares of A to H that leave the stripper with its gas. @param gas and @param liquid inflows, kmol/s @param t °C */
export function strippedShares(gas: number, liquid: number, t: number): number[] {
  const heat = t > 5.3 && t < 170 ? 363.744 / (177 - t) - 2.22579 : t >= 170 ? t - 120.262 : 0.1;
  const strength = Math.min(1e3, (gas / Math.max(1e-4, liquid)) * heat);
  return [0.995, 0.991, 0.99, ...stripping.map((c) => (c * strength) / (1 + c * strength))];
}

/** Heat from the cooling water to the reactor, kW; negative in operation. @param liquid m³ @param agitator % */
export function reactorCooling(liquid: number, agitator: number, water: number, t: number): number {
  const wetted = Math.max(0, Math.min(1, 0.025 * (liquid / 0.22087) - 0.25));
  const a = (agitator + 150) / 100;
  return wetted * (-0.5 * a * a + 2.75 * a - 2.5) * 250.72 * (water - t);
}

/** Heat from the cooling water to the condenser, kW. @param flow of its gas, kmol/s @param t of its gas, °C */
export const condenserCooling = (flow: number, water: number, t: number): number =>
  118.59 * (1 - 1 / (1 + (flow / 0.444613) ** 4)) * (water - t);

/** Heat of the steam, kW. @param opening % */
export const steamHeat = (opening: number, t: number): number => (opening / 100) * 8.792 * Math.max(0, 100 - t);

/** Largest flow of cooling water at 100 % opening, kW/K, and heat capacity of the water in the jacket, kJ/K. */
export const water = {
  reactor: { flow: 264.04, capacity: 13_407.6 },
  condenser: { flow: 316.85, capacity: 21_152 },
} as const;
