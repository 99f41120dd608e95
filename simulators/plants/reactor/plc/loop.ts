import { clamp } from '../../../plant-kit/noise.ts';
import type { Span } from '../../../plant-kit/rows.ts';
import { type LoopState, loopMode } from './state.ts';

export interface LoopInputs {
  readonly mode: number;
  readonly setpoint: number;
  /** Measurement; not a number if its transmitter has failed. */
  readonly value: number;
  /** Output that an operator entered, for manual mode. */
  readonly manual: number;
  /** Signed: a positive gain opens when the value is low. */
  readonly gain: number;
  /** Integral time, s. */
  readonly integralS: number;
  readonly limits: Span;
}

/**
 * A PI controller in positional form: u = K·(e + (1/Ti)∫e dt). It does not integrate further into a limit, follows the output in manual
 * mode, and keeps its output without a measurement.
 */
export function control(loop: LoopState, inputs: LoopInputs, dt: number): number {
  const { setpoint, value, manual, gain, integralS, limits } = inputs;
  if (Number.isNaN(value)) return clamp(manual, ...limits);
  const proportional = gain * (setpoint - value);
  if (inputs.mode === loopMode.manual) {
    const output = clamp(manual, ...limits);
    loop.integral = output - proportional;
    return output;
  }
  const added = (proportional * dt) / Math.max(1, integralS);
  const raw = loop.integral + added + proportional;
  const winds = (raw > limits[1] && added > 0) || (raw < limits[0] && added < 0);
  if (!winds) loop.integral += added;
  return clamp(raw, ...limits);
}
