import { type Noise, wander } from '../../plant-kit/noise.ts';

/** The 110 kV grid before its short-circuit impedance, and the weather. Plain data. */
export interface GridState {
  /** Slow part of the voltage, p.u. of 110 kV. */
  wander: number;
  /** Voltage, p.u. of 110 kV; 0 without the grid. */
  voltage: number;
  /** Hz */
  frequency: number;
  /** Time since the grid was lost, and since it has been back, s. */
  lostS: number;
  backS: number;
  /** Air temperature, °C, and its random part. */
  air: number;
  airWander: number;
  /** Added to the plant time for the season, ms. */
  readonly seasonShift: number;
}

/** Mean voltage of the grid, p.u. */
const meanVoltage = 1.02;
const day = 86_400_000;
const year = 365.25 * day;

/** Expected air temperature, °C: warmest at the end of July and at 15:00. */
function expectedAir(time: number, seasonShift: number): number {
  const season = Math.cos((2 * Math.PI * (((time + seasonShift) % year) - 208 * day)) / year);
  const hour = Math.cos((2 * Math.PI * ((time % day) - 15 * 3_600_000)) / day);
  return 10 + 10 * season + 4 * hour;
}

export function initialGrid(time: number, seasonShift: number): GridState {
  return {
    wander: 0,
    voltage: meanVoltage,
    frequency: 50,
    lostS: 0,
    backS: 36_000,
    air: expectedAir(time, seasonShift),
    airWander: 0,
    seasonShift,
  };
}

/** Advances voltage, frequency and weather by a second. @param lost true while the grid is absent */
export function stepGrid(grid: GridState, time: number, lost: boolean, sag: number, noise: Noise): void {
  grid.wander = wander(grid.wander, 0.006, 7200, 1, noise.stream('grid.voltage'));
  const f = wander(grid.frequency - 50, 0.015, 120, 1, noise.stream('grid.frequency'));
  grid.frequency = 50 + f;
  grid.airWander = wander(grid.airWander, 2, 20_000, 1, noise.stream('air'));
  grid.air = expectedAir(time, grid.seasonShift) + grid.airWander;
  grid.voltage = lost ? 0 : meanVoltage + grid.wander - sag;
  grid.lostS = lost ? grid.lostS + 1 : 0;
  grid.backS = lost ? 0 : Math.min(36_000, grid.backS + 1);
}
