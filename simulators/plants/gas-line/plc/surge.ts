import { approach, clamp } from '../../../plant-kit/noise.ts';
import { readingOf } from '../../../plant-kit/sensing.ts';
import { type CompressorState, marginOf, orifice, orificePressure } from '../physics/compressor.ts';
import { densityOf } from '../physics/gas.ts';
import { at } from '../points/index.ts';
import { instruments } from '../sensors.ts';
import type { GasLineState } from '../state.ts';
import { type UnitControl, unitState } from './state.ts';

/** Gain and integral time of the anti-surge controller, s. */
const [gain, integralS] = [5, 10] as const;
/** Margin below which the valve opens at once, and that opening. */
const [fast, fastOpening] = [1.05, 0.6] as const;
/** Time in which the output may fall from open to closed, and of loading and unloading a unit, s. */
const [decayS, loadS, unloadS] = [20, 60, 10] as const;
/** Travel times of the valve, s. */
const [openS, closeS] = [1.5, 20] as const;
const places = [1, 2, 3].map((n) => ({
  suction: instruments.sensorOf(`K${n}.PS`),
  orifice: instruments.sensorOf(`K${n}.DPO`),
  mode: at(`K${n}.ASMODE`),
  manual: at(`K${n}.ASVMAN`),
  setpoint: at(`K${n}.SPMARG`),
}));

/** The valve closes slowly while a unit is loaded, and opens before it is slowed down. */
function leastOpening({ state, stateS }: UnitControl): number {
  if (state === unitState.loading) return clamp(1 - stateS / loadS, 0, 1);
  return state === unitState.unloading ? clamp(stateS / unloadS, 0, 1) : 0;
}

/** Output of the controller in automatic mode, 0–1. */
function automatic(control: UnitControl, setpoint: number, dt: number): number {
  const { state, margin, output } = control;
  if (state < unitState.loading || state > unitState.unloading) return 1;
  const error = setpoint - margin;
  control.integral += (error * dt) / integralS;
  let wanted = clamp(gain * (error + control.integral), 0, 1);
  if (margin < fast) wanted = Math.max(wanted, fastOpening);
  // back-calculated integral: no wind-up at the limits
  control.integral = wanted / gain - error;
  return Math.max(wanted, leastOpening(control), output - dt / decayS);
}

/** Volume flow by the orifice, m³/s. @param suction and @param pressure difference at the orifice, Pa */
export const volumeBy = (suction: number, pressure: number): number =>
  Math.sqrt(Math.max(0, pressure) / (orifice * densityOf(Math.max(1e5, suction))));

/** Scan of the anti-surge controllers: flow from the orifice, margin, output. It sees the falsified signals of its transmitters. */
export function controlSurge({ compressors, station, plc, sensing, memory }: GasLineState, dt: number): void {
  compressors.forEach((compressor, i) => {
    const [control, place] = [plc.units[i], places[i]];
    if (control === undefined || place === undefined) return;
    const suction = 1e6 * readingOf(sensing, place.suction, station.suction / 1e6);
    const pressure = 1e3 * readingOf(sensing, place.orifice, orificePressure(compressor.flow, station.suction) / 1e3);
    control.margin = marginOf(compressor.speed, volumeBy(suction, pressure));
    const isAutomatic = memory[place.mode] === 1;
    if (isAutomatic) control.output = automatic(control, memory[place.setpoint] ?? 1.12, dt);
    else {
      control.output = clamp((memory[place.manual] ?? 0) / 100, 0, 1);
      control.integral = control.output / gain;
    }
  });
}

/** Moves the anti-surge valve. The trip of a unit opens it, whatever the controller requests. */
export function moveRecycle(compressor: CompressorState, { state, output }: UnitControl, dt: number): void {
  const wanted = state === unitState.tripped ? 1 : output;
  compressor.opening = approach(compressor.opening, wanted, dt / (wanted > compressor.opening ? openS : closeS));
}
