import { clamp } from '../../../plant-kit/noise.ts';
import { at } from '../points/index.ts';
import type { GasLineState } from '../state.ts';
import { stopStation } from './protection.ts';
import { isLoaded, isReady, scanSequences } from './sequence.ts';
import { speedRange, tripCode, type UnitControl, unitState } from './state.ts';
import { ratedSpeed } from '../physics/compressor.ts';

/** Gain of the station controller, per MPa, its integral time, and that of the load sharing, s. */
const [gain, integralS, shareS] = [0.12, 180, 120] as const;
const mostTrim = 0.02;
/** Margin below which the controller does not lower the speed. */
const freeze = 1.1;
/** Speeds beyond which a unit more or less is needed, and their times, s. */
const [highSpeed, highS, lowSpeed, lowS] = [1.02, 600, 0.9, 1800] as const;
const fewest = 2;
const [discharge, setpoint, mode, manualSpeed, emergency] = [
  at('ST.PD'),
  at('ST.PSP'),
  at('ST.MODE'),
  at('ST.NMAN'),
  at('FG.STOP'),
];
const units = [1, 2, 3].map((n) => ({
  command: at(`K${n}.CMD`),
  mode: at(`K${n}.NMODE`),
  manual: at(`K${n}.NMAN`),
}));
const isAutomatic = 1;

/** Speed for all units: pressure controller, or the operator's in manual mode. */
function stationSpeed({ memory, plc }: GasLineState, loaded: readonly UnitControl[], dt: number): number {
  if (memory[mode] !== isAutomatic) {
    plc.speed = clamp((memory[manualSpeed] ?? 0) / ratedSpeed, ...speedRange);
    plc.integral = plc.speed;
    return plc.speed;
  }
  const error = (memory[setpoint] ?? 0) - (memory[discharge] ?? 0);
  const least = Math.min(9, ...loaded.map(({ margin }) => margin));
  const integral = plc.integral + (gain * error * dt) / integralS;
  const wanted = clamp(integral + gain * error, ...speedRange);
  if (wanted < plc.speed && least < freeze) return plc.speed;
  // back-calculated integral: no wind-up at the limits
  plc.integral = clamp(integral, speedRange[0] - gain * Math.max(0, error), speedRange[1] - gain * Math.min(0, error));
  plc.speed = wanted;
  return wanted;
}

/** Trims the speeds so that all running units have the same margin. */
function shareLoad(running: readonly UnitControl[], dt: number): void {
  const mean = running.reduce((sum, { margin }) => sum + margin, 0) / Math.max(1, running.length);
  for (const control of running) {
    const error = running.length < 2 ? 0 : mean - control.margin;
    control.trim = clamp(control.trim + (0.05 * error * dt) / shareS, -mostTrim, mostTrim);
  }
}

/** Starts a standby unit if the speed stays high, and stops one if fewer can do it. */
function countUnits({ plc, memory, turbines }: GasLineState, dt: number): void {
  const starting = plc.units.some(({ state }) => state > unitState.stopped && state < unitState.running);
  const isSteady = memory[mode] === isAutomatic && !starting && !plc.stopped;
  const running = plc.units.flatMap(({ state }, i) => (state === unitState.running ? [i] : []));
  plc.shortS = isSteady && plc.speed > highSpeed ? plc.shortS + dt : 0;
  plc.spareS = isSteady && plc.speed < lowSpeed && running.length > fewest ? plc.spareS + dt : 0;
  const hours = (i: number): number => turbines[i]?.hours ?? 0;
  if (plc.shortS > highS) {
    plc.shortS = 0;
    const [next] = plc.units.flatMap((control, i) => (isReady(control) ? [i] : [])).toSorted((a, b) => hours(a) - hours(b));
    if (next !== undefined) memory[units[next]?.command ?? -1] = 1;
  }
  if (plc.spareS > lowS) {
    plc.spareS = 0;
    const [most] = running.toSorted((a, b) => hours(b) - hours(a));
    if (most !== undefined) memory[units[most]?.command ?? -1] = 0;
  }
}

/** Scan of the station PLC, each second. */
export function scanStation(state: GasLineState): void {
  const { plc, memory } = state;
  if (memory[emergency] === 1) stopStation(state, tripCode.stop);
  scanSequences(state);
  const loaded = plc.units.filter(isLoaded);
  const running = plc.units.filter(({ state: step }) => step === unitState.running);
  const speed = stationSpeed(state, loaded, 1);
  shareLoad(running, 1);
  plc.units.forEach((control, i) => {
    const own = units[i];
    if (own === undefined || !isLoaded(control)) return;
    control.speed =
      memory[own.mode] === isAutomatic ? speed + control.trim : clamp((memory[own.manual] ?? 0) / ratedSpeed, ...speedRange);
  });
  countUnits(state, 1);
}
