import { breaker } from '../breaker-names.ts';
import { isClosed, transformerCloses } from '../breakers.ts';
import { capacitorsIn } from '../topology.ts';
import { at } from '../points/index.ts';
import type { SubstationState } from '../state.ts';
import { pulseTap, ratedAmps } from '../transformers.ts';
import { operate } from './switching.ts';

const units = [1, 2].map((n) => ({
  mode: at(`T${n}.MODE`),
  setpoint: at(`T${n}.USP`),
  band: at(`T${n}.BW`),
  up: at(`T${n}.TAPUP`),
  down: at(`T${n}.TAPDN`),
  tap: at(`T${n}.TAP`),
  amps: at(`T${n}.I`),
  volts: at(n === 1 ? 'BUSA.UAB' : 'BUSB.UAB'),
}));
/** Delay of the first step and of the following ones, s. */
const [firstS, nextS] = [60, 10] as const;
const [highestLoad, lowestVolts] = [1.2, 0.85 * 20] as const;

/** Tap changers: the second one follows the first while the busbars are coupled. */
export function controlTaps(state: SubstationState, dt: number): void {
  const { memory, transformers, breakers } = state;
  const coupled = isClosed(breakers, breaker.QC) && transformerCloses(breakers, 0) && transformerCloses(breakers, 1);
  units.forEach((unit, n) => {
    const transformer = transformers[n];
    const regulator = state.plc.regulators[n];
    if (transformer === undefined || regulator === undefined) return;
    const read = (index: number): number => memory[index] ?? 0;
    if (read(unit.mode) === 0) {
      if (read(unit.up) === 1) pulseTap(transformer, 1);
      else if (read(unit.down) === 1) pulseTap(transformer, -1);
    } else if (n === 1 && coupled && memory[units[0]?.mode ?? 0] === 1) {
      const behind = read(units[0]?.tap ?? 0) - read(unit.tap);
      if (behind !== 0) pulseTap(transformer, behind > 0 ? 1 : -1);
    } else if (transformerCloses(breakers, n)) {
      regulate(read(unit.volts), read(unit.setpoint), read(unit.band), read(unit.amps));
    }
    memory[unit.up] = 0;
    memory[unit.down] = 0;

    function regulate(volts: number, setpoint: number, band: number, amps: number): void {
      if (transformer === undefined || regulator === undefined) return;
      const deviation = (100 * (volts - setpoint)) / setpoint;
      const isBlocked = amps > highestLoad * ratedAmps || volts < lowestVolts;
      if (isBlocked || Math.abs(deviation) <= band) {
        regulator.outS = 0;
        regulator.steps = 0;
        return;
      }
      regulator.outS += dt;
      if (regulator.outS < (regulator.steps === 0 ? firstS : nextS)) return;
      regulator.outS = 0;
      regulator.steps++;
      pulseTap(transformer, deviation < 0 ? 1 : -1);
    }
  });
}

const [factor, reactive, capacitorMode] = [at('GRID.PF'), at('GRID.Q'), at('CAP.MODE')];
const [lowFactor, highFactor] = [0.95, 0.99] as const;
const switchingS = 60;
/** Rest between two switchings, s. */
const restS = 300;
/** Reactive import below which a capacitor is switched off, and above which one is switched on, kvar: a switching must not undo itself. */
const [leastImport, mostImport] = [200, 2400] as const;

/** Capacitors by the power factor of the import. */
export function controlCapacitors(state: SubstationState, dt: number): void {
  const { memory, breakers } = state;
  const control = state.plc.capacitor;
  control.sinceS = Math.min(36_000, control.sinceS + dt);
  const q = memory[reactive] ?? 0;
  const cos = Math.abs(memory[factor] ?? 1);
  const inGrid = transformerCloses(breakers, 0) || transformerCloses(breakers, 1);
  if (memory[capacitorMode] !== 1 || !inGrid) return;
  const count = capacitorsIn(breakers);
  control.onS = cos < lowFactor && q > mostImport && count < 2 ? control.onS + dt : 0;
  control.offS = (cos > highFactor || q < 0) && q < leastImport && count > 0 ? control.offS + dt : 0;
  if (control.sinceS < restS) return;
  const first = isClosed(breakers, breaker.QCB1);
  if (control.onS >= switchingS) switchCapacitor(first ? breaker.QCB2 : breaker.QCB1, true);
  else if (control.offS >= switchingS) switchCapacitor(first ? breaker.QCB1 : breaker.QCB2, false);

  function switchCapacitor(index: number, on: boolean): void {
    if (state.breakers[index]?.remote === true) operate(state, index, on);
    control.sinceS = 0;
    control.onS = 0;
    control.offS = 0;
  }
}
