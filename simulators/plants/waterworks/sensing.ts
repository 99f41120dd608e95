import type { Random } from '../../../src/core/random.ts';
import type { Noise } from './noise.ts';
import { lag } from './noise.ts';
import { at, points } from './points/index.ts';
import { sensors } from './sensors.ts';
import type { SensingState, WaterworksState } from './state.ts';

/**
 * Beyond these shares of the span a 4–20 mA signal means "failed" (NAMUR NE 43: 3.8–20.5 mA live), and its reading is one of the
 * values below.
 */
const live = { low: -0.0125, high: 0.03125 } as const;
const failedAt = { low: -0.013, high: 0.06 } as const;

interface Channel {
  readonly point: number;
  readonly low: number;
  readonly high: number;
  readonly network: boolean;
}

const channels: readonly Channel[] = sensors.map((sensor) => {
  const index = at(sensor.point);
  const point = points[index];
  return {
    point: index,
    low: point?.low ?? 0,
    high: point?.high ?? 1,
    network: point?.modbus.controller === 'rtu2',
  };
});

const byPoint = new Map(sensors.map((sensor, i) => [sensor.point, i]));

/** Index of a point's sensor. @throws RangeError if the controllers compute or keep the point themselves */
export function sensorOf(point: string): number {
  const index = byPoint.get(point);
  if (index === undefined) throw new RangeError(`no sensor stands behind the point ${point}`);
  return index;
}

/** True if a point's transmitter signals failure, so that the controller must not use its value. */
export function failed(state: SensingState, point: string): boolean {
  return state.failed[sensorOf(point)] === 1;
}

export function initialSensing(): SensingState {
  const fill = (): number[] => sensors.map(() => 0);
  return { lagged: fill(), bias: fill(), drift: fill(), stuck: sensors.map(() => null), hold: fill(), failed: fill() };
}

/** Fixes the reading of a sensor at `value`; beyond the live range it signals failure. */
export function stick(state: SensingState, index: number, value: number): void {
  state.stuck[index] = value;
}

/** Removes every falsification of a sensor. */
export function releaseSensor(state: SensingState, index: number): void {
  state.stuck[index] = null;
  state.bias[index] = 0;
  state.drift[index] = 0;
  state.hold[index] = 0;
}

/** Computes the readings of one controller's sensors: truth → lag → bias → noise → span → quantum → memory. */
export class Sensing {
  readonly #random: Random[];
  readonly #share = new Map<number, Float64Array>();

  constructor(noise: Noise) {
    this.#random = sensors.map((sensor) => noise.stream(sensor.point));
  }

  /** Sets every lag to its true value, as after long steady operation. */
  settle(state: WaterworksState): void {
    sensors.forEach((sensor, i) => {
      state.sensing.lagged[i] = sensor.truth(state);
    });
  }

  sample(state: WaterworksState, network: boolean, dt: number): void {
    const { sensing, memory } = state;
    const share = this.#shares(dt);
    for (let i = 0; i < sensors.length; i++) {
      const sensor = sensors[i];
      const channel = channels[i];
      const random = this.#random[i];
      if (sensor === undefined || channel === undefined || random === undefined || channel.network !== network) continue;
      const truth = sensor.truth(state);
      const lagged = (sensing.lagged[i] ?? 0) + (truth - (sensing.lagged[i] ?? 0)) * (share[i] ?? 1);
      sensing.lagged[i] = lagged;
      // always drawn: falsification of a sensor must not change its later noise
      const noise = sensor.sigma === 0 ? 0 : random.normal() * (sensor.relative ? sensor.sigma * lagged : sensor.sigma);
      const bias = (sensing.bias[i] ?? 0) + ((sensing.drift[i] ?? 0) * dt) / 3600;
      sensing.bias[i] = bias;
      const hold = sensing.hold[i] ?? 0;
      if (hold > 0) {
        sensing.hold[i] = Math.max(0, hold - dt);
        continue;
      }
      memory[channel.point] = this.#output(sensing, i, lagged + bias + noise, sensor.quantum, channel);
    }
  }

  #output(sensing: SensingState, i: number, value: number, quantum: number, { low, high }: Channel): number {
    const span = high - low;
    const stuck = sensing.stuck[i] ?? null;
    sensing.failed[i] = 0;
    if (stuck !== null) {
      if (stuck < low + live.low * span) {
        sensing.failed[i] = 1;
        return low + failedAt.low * span;
      }
      if (stuck > high + live.high * span) {
        sensing.failed[i] = 1;
        return high + failedAt.high * span;
      }
    }
    const signal = stuck ?? value;
    const inside = signal < low ? low : signal > high ? high : signal;
    // division by whole steps per unit gives 30.2 instead of 30.200000000000003; + 0 turns −0 into 0, because JSON has no −0
    const perUnit = 1 / quantum;
    return Math.round(inside * perUnit) / perUnit + 0;
  }

  #shares(dt: number): Float64Array {
    let share = this.#share.get(dt);
    if (share === undefined) {
      share = Float64Array.from(sensors, (sensor) => lag(dt, sensor.lag));
      this.#share.set(dt, share);
    }
    return share;
  }
}
