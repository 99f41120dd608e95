import { marginOf, volumeFlow } from '../physics/compressor.ts';
import { vibrationOf } from '../physics/turbine.ts';
import { compressedTemperature } from '../derived.ts';
import type { GasLineState } from '../state.ts';
import { isFired, trip } from './sequence.ts';
import { tripCode, type UnitControl, unitState } from './state.ts';

/** Trips of the hard-wired protection, which has its own sensors and no network: Pa, °C, µm, share, Pa, kPa. */
const limits = { discharge: 7.35e6, temperature: 120, vibration: 90, speed: 1.07, suction: 2.5e6, oil: 100 } as const;
/** A surge cycle: the margin was below the first value, then above the second. */
const [cycleLow, cycleHigh] = [0.6, 0.95] as const;
/** Cycles within this time that trip a unit. */
const [mostCycles, withinS] = [3, 30] as const;
/** Heating of the gas, K, and vibration, µm, by a surge cycle. */
const [cycleHeat, cycleShake] = [10, 22] as const;
/** Gas that stops the station if two of three detectors have it, % LEL. */
const gasLimit = 40;

/** Counts surge cycles. @returns true if they trip the unit */
function countSurge(state: GasLineState, unit: number, control: UnitControl, dt: number): boolean {
  const [compressor, turbine] = [state.compressors[unit], state.turbines[unit]];
  if (compressor === undefined || turbine === undefined) return false;
  for (let k = 0; k < control.cycles.length; k++) control.cycles[k] = (control.cycles[k] ?? 0) + dt;
  while ((control.cycles[0] ?? 0) > withinS) control.cycles.shift();
  if (control.state < unitState.loading || control.state > unitState.unloading) return false;
  const margin = marginOf(compressor.speed, volumeFlow(compressor.flow, state.station.suction));
  if (margin < cycleLow) control.low = true;
  if (!control.low || margin < cycleHigh) return false;
  control.low = false;
  control.surges++;
  control.cycles.push(0);
  turbine.surgeHeat += cycleHeat;
  turbine.shake += cycleShake;
  return control.cycles.length >= mostCycles;
}

function tripOf(state: GasLineState, unit: number, control: UnitControl): number {
  const [compressor, turbine] = [state.compressors[unit], state.turbines[unit]];
  if (compressor === undefined || turbine === undefined) return tripCode.none;
  const loaded = control.state >= unitState.loading && control.state <= unitState.unloading;
  if (loaded && compressor.plenum > limits.discharge) return tripCode.pressure;
  if (compressedTemperature(state, unit) > limits.temperature) return tripCode.temperature;
  if (vibrationOf(turbine, compressor.speed) > limits.vibration) return tripCode.vibration;
  if (compressor.speed > limits.speed) return tripCode.overspeed;
  if (loaded && state.station.suction < limits.suction) return tripCode.suction;
  return loaded && turbine.oilPressure < limits.oil ? tripCode.oil : tripCode.none;
}

/** Hard-wired protection of units and station, each scan of 50 ms. */
export function guardUnits(state: GasLineState, dt: number): void {
  const { plc, acts } = state;
  plc.units.forEach((control, unit) => {
    if (countSurge(state, unit, control, dt)) trip(state, unit, tripCode.surge);
    if (!isFired(control)) return;
    const code = tripOf(state, unit, control);
    if (code !== tripCode.none) trip(state, unit, code);
  });
  if (acts.gas > gasLimit || acts.fire) stopStation(state, acts.fire ? tripCode.fire : tripCode.gas);
}

/** Emergency stop: units trip, the station valves close. */
export function stopStation(state: GasLineState, code: number): void {
  state.plc.stopped = true;
  state.plc.units.forEach((_, unit) => trip(state, unit, code));
}
