import { powerOf } from './physics/compressor.ts';
import { groundTemperature, heatCapacity } from './physics/gas.ts';
import { fuelFor } from './physics/turbine.ts';
import { isFired } from './plc/sequence.ts';
import type { GasLineState } from './state.ts';

/** Cell of line B from which each gate takes gas: km 35, 75 and 120. */
export const gateCells = [3, 7, 11] as const;
/** Cell of line B with the leak: km 55. */
export const leakCell = 5;

/** Flow of the leak, kg/s: it is choked. */
export const leakOf = ({ acts, lineB }: GasLineState): number => (acts.leak * (lineB.pressure[leakCell] ?? 0)) / 6e6;

/** Power of a unit, W. */
export function powerOfUnit({ compressors, station }: GasLineState, unit: number): number {
  const compressor = compressors[unit];
  return compressor === undefined ? 0 : powerOf(compressor, station.suction);
}

/** Fuel of all units, kg/s. */
export const fuelOf = (state: GasLineState): number =>
  state.compressors.reduce((sum, { speed }, i) => sum + fuelOfUnit(state, i, speed), 0);

export function fuelOfUnit(state: GasLineState, unit: number, speed: number): number {
  const control = state.plc.units[unit];
  return control !== undefined && isFired(control) ? fuelFor(powerOfUnit(state, unit), speed) : 0;
}

/** Temperature of the gas behind the wheel, °C. */
export function compressedTemperature(state: GasLineState, unit: number): number {
  const { flow } = state.compressors[unit] ?? { flow: 0 };
  const rise = flow > 1 ? powerOfUnit(state, unit) / flow / heatCapacity : 0;
  return groundTemperature + rise + (state.turbines[unit]?.surgeHeat ?? 0);
}
