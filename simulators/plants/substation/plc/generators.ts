import { approach, clamp } from '../../../plant-kit/noise.ts';
import { breaker, type BreakerName } from '../breaker-names.ts';
import { isClosed } from '../breakers.ts';
import { dieselRating, dieselState } from '../diesel.ts';
import { gateFor, governorMode, hydroRating } from '../hydro.ts';
import { supply } from '../topology.ts';
import { at } from '../points/index.ts';
import { busFrequency } from '../protection/shedding.ts';
import type { SubstationState } from '../state.ts';
import { differenceAt, isSynchronous } from '../synchronism.ts';
import type { GeneratorControl } from './state.ts';
import { operate } from './switching.ts';

const hydro = {
  setpoint: at('G1.PSP'),
  mode: at('G1.MODE'),
  on: at('G1.CMD'),
  automatic: at('G1.PMODE'),
  level: at('G1.HEAD'),
  power: at('G1.P'),
} as const;
const diesel = { setpoint: at('G2.PSP'), on: at('G2.CMD'), power: at('G2.P') } as const;

/** Forebay level control: 5 MW at 62.2 m, 2 MW/m, integral time and ramp. */
const [basePower, levelSetpoint, levelGain, integralS] = [5, 62.2, 2, 1800] as const;
const [leastPower, ramp] = [1.5, 0.01] as const;
/** Speed above the busbar while a machine is synchronised, per unit: the angle turns once in 25 s. */
const slip = 0.04 / 50;

/** Power set-point, speed set-point and synchronising of the hydro unit. Scanned every second. */
export function controlHydro(state: SubstationState, dt: number): void {
  const { memory, plc, breakers } = state;
  const control = plc.hydro;
  const isConnected = isClosed(breakers, breaker.QG1);
  const inGrid = isConnected && state.network.supply[1] === supply.grid;
  const read = (index: number): number => memory[index] ?? 0;
  if (read(hydro.automatic) === 1 && inGrid) {
    const error = read(hydro.level) - levelSetpoint;
    control.integral = clamp(control.integral + (levelGain * error * dt) / integralS, -3, 2);
    const wanted = clamp(basePower + levelGain * error + control.integral, leastPower, hydroRating.mw);
    memory[hydro.setpoint] = Math.round(approach(read(hydro.setpoint), wanted * 1000, ramp * 1000 * dt));
  }
  const on = read(hydro.on) === 1 && read(hydro.mode) !== governorMode.off;
  follow(control, on, isConnected, read(hydro.setpoint) / 1000, dt);
  // droop and water losses leave an error, which a slow integral removes
  const base = gateFor(control.power);
  control.reference = inGrid
    ? clamp(control.reference + (0.02 * dt * (control.power - read(hydro.power) / 1000)) / hydroRating.mw, base - 0.1, base + 0.1)
    : base;
  synchronise(state, 'QG1', control, state.hydro.excited && state.hydro.speed > 0.95);
}

/** Power set-point and synchronising of the diesel set. */
export function controlDiesel(state: SubstationState, dt: number): void {
  const { memory, plc, breakers } = state;
  const control = plc.diesel;
  const isConnected = isClosed(breakers, breaker.QG2);
  const on = memory[diesel.on] === 1;
  follow(control, on, isConnected, (memory[diesel.setpoint] ?? 0) / 1000, dt * 6);
  // a stop unloads the machine before its breaker opens
  if (!on && isConnected) {
    control.power = approach(control.power, 0, 0.1 * dt);
    if (control.power < 0.05) operate(state, breaker.QG2, false);
  }
  control.reference = control.power / dieselRating.mw;
  if (state.diesel.phase === dieselState.failed && isConnected) operate(state, breaker.QG2, false);
  synchronise(state, 'QG2', control, state.diesel.phase === dieselState.ready);
}

/** Ramps the power set-point of a connected machine, and requests synchronising after a start. */
function follow(control: GeneratorControl, on: boolean, isConnected: boolean, wanted: number, dt: number): void {
  if (on && !control.wasOn) control.synchronises = true;
  if (!on) control.synchronises = false;
  control.wasOn = on;
  if (on) control.power = isConnected ? approach(control.power, wanted, ramp * dt) : Math.min(control.power, wanted, 0.2);
}

/** Closes the breaker of a machine that is to be synchronised, at a dead busbar at once. */
function synchronise(state: SubstationState, name: BreakerName, control: GeneratorControl, isReady: boolean): void {
  const hertz = busFrequency(state, name === 'QG1' ? 1 : 0);
  const isOpen = !isClosed(state.breakers, breaker[name]);
  control.speed = isOpen && hertz > 45 ? hertz / 50 + slip : 1;
  if (!control.synchronises || !isOpen || !isReady) return;
  const difference = differenceAt(state, name);
  // a dead busbar is energised by the automatic transfer only
  if (difference.dead || !isSynchronous(difference)) return;
  if (operate(state, breaker[name], true)) control.synchronises = false;
}
