import type { PlantPoint } from '../../src/core/plant.ts';
import type { Random } from '../../src/core/random.ts';
import { lag, type Noise } from './noise.ts';

/**
 * Beyond these shares of the span a 4–20 mA signal means "failed" (NAMUR NE 43: 3.8–20.5 mA live), and its reading is one of the
 * values below.
 */
const live = { low: -0.0125, high: 0.03125 } as const;
const failedAt = { low: -0.013, high: 0.06 } as const;

/** One transmitter, switch or feedback contact: its source and its distortions. */
export interface Sensor<State> {
  readonly point: string;
  readonly truth: (state: State) => number;
  /** Time constant of a first-order lag, s. */
  readonly lag: number;
  /** Standard deviation of its noise, in the point's unit, or relative to the value. */
  readonly sigma: number;
  readonly relative: boolean;
  /** Resolution of its digital value. */
  readonly quantum: number;
}

/** Builders of the sensors of a plant with this state. */
export interface Transmitters<State> {
  /** An analog transmitter. @param relative true if `sigma` is a share of the value */
  readonly analog: (
    point: string,
    lag: number,
    sigma: number,
    quantum: number,
    truth: Sensor<State>['truth'],
    relative?: boolean,
  ) => Sensor<State>;
  /** A switch or feedback contact. */
  readonly contact: (point: string, truth: (state: State) => boolean) => Sensor<State>;
}

export function transmitters<State>(): Transmitters<State> {
  return {
    analog: (point, lagS, sigma, quantum, truth, relative = false) => ({ point, truth, lag: lagS, sigma, relative, quantum }),
    contact: (point, truth) => ({
      point,
      truth: (state) => (truth(state) ? 1 : 0),
      lag: 0,
      sigma: 0,
      relative: false,
      quantum: 1,
    }),
  };
}

/** Inner state of the sensors, plain data, arrays in the order of the sensors. */
export interface SensingState {
  readonly lagged: number[];
  readonly bias: number[];
  /** Drift of the bias per hour. */
  readonly drift: number[];
  /** Standard deviation that a fault adds to the noise, in the point's unit. Absent without such a fault, as in earlier versions. */
  noisy?: number[];
  /** Fixed reading of the sensor, or null. */
  readonly stuck: (number | null)[];
  /** Time for which the output is frozen, as during a calibration, s. */
  readonly hold: number[];
  /** 1 if the transmitter signals its own failure (NAMUR NE 43). */
  readonly failed: number[];
}

/** Part of a plant's state that sensors change. */
export interface SensedState {
  readonly sensing: SensingState;
  /** The controllers' memory: one value per point, in the order of the points. */
  readonly memory: number[];
}

interface Channel {
  readonly point: number;
  readonly low: number;
  readonly high: number;
  readonly controller: string;
}

/** The sensors of a plant and the points that they fill. */
export class Instruments<State extends SensedState> {
  readonly sensors: readonly Sensor<State>[];
  readonly channels: readonly Channel[];
  readonly #byPoint: ReadonlyMap<string, number>;

  /** @throws RangeError for a sensor whose point does not exist */
  constructor(sensors: readonly Sensor<State>[], points: readonly PlantPoint[]) {
    const places = new Map(points.map((point, index) => [point.name, index]));
    this.sensors = sensors;
    this.#byPoint = new Map(sensors.map((sensor, i) => [sensor.point, i]));
    this.channels = sensors.map((sensor) => {
      const index = places.get(sensor.point);
      const point = index === undefined ? undefined : points[index];
      if (index === undefined || point === undefined) throw new RangeError(`there is no point ${sensor.point} for its sensor`);
      return { point: index, low: point.low, high: point.high, controller: point.modbus.controller };
    });
  }

  /** Index of a point's sensor. @throws RangeError if the controllers compute or keep the point themselves */
  sensorOf(point: string): number {
    const index = this.#byPoint.get(point);
    if (index === undefined) throw new RangeError(`no sensor stands behind the point ${point}`);
    return index;
  }

  initial(): SensingState {
    const fill = (): number[] => this.sensors.map(() => 0);
    return { lagged: fill(), bias: fill(), drift: fill(), stuck: this.sensors.map(() => null), hold: fill(), failed: fill() };
  }
}

/** Fixes the reading of a sensor at `value`; beyond the live range it signals failure. */
export function stick(state: SensingState, index: number, value: number): void {
  state.stuck[index] = value;
}

/** Adds noise of a standard deviation in the point's unit, as of a loose contact. */
export function disturb(state: SensingState, index: number, deviation: number): void {
  state.noisy ??= state.bias.map(() => 0);
  state.noisy[index] = deviation;
}

/** Freezes the output of a sensor for some seconds, as during a calibration. */
export function holdSensor(state: SensingState, index: number, seconds: number): void {
  state.hold[index] = seconds;
}

/** Removes every falsification of a sensor. */
export function releaseSensor(state: SensingState, index: number): void {
  state.stuck[index] = null;
  state.bias[index] = 0;
  state.drift[index] = 0;
  state.hold[index] = 0;
  if (state.noisy !== undefined) state.noisy[index] = 0;
}

/** Computes the readings of one controller's sensors: truth → lag → bias → noise → span → quantum → memory. */
export class Sensing<State extends SensedState> {
  readonly #instruments: Instruments<State>;
  readonly #random: Random[];
  readonly #share = new Map<number, Float64Array>();

  constructor(instruments: Instruments<State>, noise: Noise) {
    this.#instruments = instruments;
    this.#random = instruments.sensors.map((sensor) => noise.stream(sensor.point));
  }

  /** Sets every lag to its true value, as after long steady operation. */
  settle(state: State): void {
    this.#instruments.sensors.forEach((sensor, i) => {
      state.sensing.lagged[i] = sensor.truth(state);
    });
  }

  /** Samples the sensors of a controller, `dt` seconds after the last time. */
  sample(state: State, controller: string, dt: number): void {
    const { sensing, memory } = state;
    const { sensors, channels } = this.#instruments;
    const share = this.#shares(dt);
    for (let i = 0; i < sensors.length; i++) {
      const sensor = sensors[i];
      const channel = channels[i];
      const random = this.#random[i];
      if (sensor === undefined || channel === undefined || random === undefined || channel.controller !== controller) continue;
      const truth = sensor.truth(state);
      const lagged = (sensing.lagged[i] ?? 0) + (truth - (sensing.lagged[i] ?? 0)) * (share[i] ?? 1);
      sensing.lagged[i] = lagged;
      // always drawn: falsification of a sensor must not change its later noise
      const own = sensor.relative ? sensor.sigma * lagged : sensor.sigma;
      const added = sensing.noisy?.[i] ?? 0;
      // the noise of a negative value is negative too
      const noise = sensor.sigma === 0 ? 0 : random.normal() * (own < 0 ? own - added : own + added);
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
      share = Float64Array.from(this.#instruments.sensors, (sensor) => lag(dt, sensor.lag));
      this.#share.set(dt, share);
    }
    return share;
  }
}

/**
 * Reading of a sensor between two samples, for a controller that is faster than the registers: the true value with the falsification,
 * without lag and noise.
 */
export function readingOf(state: SensingState, index: number, truth: number): number {
  return state.stuck[index] ?? truth + (state.bias[index] ?? 0);
}
