import { type Noise, wander } from '../../../plant-kit/noise.ts';

/** Time constants of the supplier's pressure and of its gas quality, s. */
const [supplyS, mixingS] = [1800, 120] as const;

/** Gas at the inlet of the line. Plain data. */
export interface SupplyState {
  /** Pressure of the supplier, Pa. */
  pressure: number;
  /** Pressure that was nominated for the day, Pa, and what an act takes from it. */
  nominated: number;
  drop: number;
  /** Random part of the pressure, Pa. */
  random: number;
  /** Calorific value, MJ/m³, that the supplier sends, and that arrives. */
  source: number;
  calorific: number;
  temperature: number;
  /** Water, ppm. */
  water: number;
}

export const initialSupply = (): SupplyState => ({
  pressure: 5.8e6,
  nominated: 5.8e6,
  drop: 0,
  random: 0,
  source: 39.6,
  calorific: 39.6,
  temperature: 12,
  water: 42,
});

export function stepSupply(supply: SupplyState, noise: Noise, dt: number): void {
  supply.random = wander(supply.random, 8e3, 1800, dt, noise.stream('supply'));
  const target = supply.nominated - supply.drop + supply.random;
  supply.pressure += (target - supply.pressure) * (dt / (supplyS + dt));
  supply.calorific += (supply.source - supply.calorific) * (dt / (mixingS + dt));
  supply.temperature = 12 + wander(supply.temperature - 12, 0.8, 14_400, dt, noise.stream('supply.temperature'));
  supply.water = 42 + wander(supply.water - 42, 4, 7200, dt, noise.stream('supply.water'));
}
