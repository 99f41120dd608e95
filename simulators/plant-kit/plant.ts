import type { ControlledState } from './controllers.ts';
import type { Plant, PlantAction, PlantOptions, PlantPoint, PlantState } from '../../src/core/plant.ts';
import { Random, type RandomState } from '../../src/core/random.ts';
import { clamp, Noise } from './noise.ts';
import type { PointTable } from './point-table.ts';
import { Recorder, type RecorderState } from './recorder.ts';
import { disturb, type Instruments, releaseSensor, type SensedState, Sensing, stick } from './sensing.ts';

/** Difference between the season that a plant has and that of its date, ms. @param start ms UTC, at which the season is reached */
export function seasonShiftOf({ season }: PlantOptions, start: number): number {
  return season === undefined ? 0 : Date.UTC(new Date(start).getUTCFullYear(), 0, season) - start;
}

/** Part of a plant's state that the network and the lab change. */
export interface ModelState extends SensedState {
  /** Plant time, ms UTC. */
  time: number;
  readonly plc: ControlledState['plc'];
}

/** Description of a plant that its controllers and the lab share. */
export interface PlantModel<State extends ModelState> {
  /** Type of the plant in errors and as the name of its random streams. */
  readonly type: string;
  readonly table: PointTable;
  readonly instruments: Instruments<State>;
  readonly truthOf: (state: State) => Readonly<Record<string, number>>;
  /** Performs a named act. @throws RangeError for an unknown act or an invalid value */
  readonly perform: (state: State, name: string, value?: number) => void;
  /** Ends all acts without an end of their own. */
  readonly releaseActs: (state: State) => void;
}

interface Saved<State> {
  readonly version: 1;
  readonly state: State;
  readonly noise: Readonly<Record<string, RandomState>>;
  readonly recorder: RecorderState;
  readonly registers: readonly number[];
}

/**
 * Parts that are equal in all simulated plants: registers, network writes, falsified signals, replays, saving. A plant adds its
 * physics and its controllers.
 */
export abstract class SimulatedPlant<State extends ModelState> implements Plant {
  readonly points: readonly PlantPoint[];
  readonly registers: Float64Array;
  readonly failed: Uint8Array;
  protected readonly noise: Noise;
  protected readonly sensing: Sensing<State>;
  protected state: State;
  readonly #model: PlantModel<State>;
  readonly #recorder: Recorder;
  readonly #life: PlantOptions['life'];

  protected constructor(model: PlantModel<State>, options: PlantOptions) {
    this.#model = model;
    this.points = model.table.points;
    this.registers = new Float64Array(this.points.length);
    this.failed = new Uint8Array(this.points.length);
    this.#recorder = new Recorder(this.points.length);
    this.#life = options.life;
    this.noise = new Noise(new Random(options.seed).fork(model.type));
    this.sensing = new Sensing(model.instruments, this.noise);
    this.state = this.begin(options);
  }

  /** State of a plant in normal operation, before its warm-up. The streams of `noise` exist already. */
  protected abstract begin(options: PlantOptions): State;
  /** Advances physics, controllers and operators by a second. */
  protected abstract tick(life: PlantOptions['life']): void;

  get time(): number {
    return this.state.time;
  }

  truth(): Readonly<Record<string, number>> {
    return this.#model.truthOf(this.state);
  }

  step(seconds: number): void {
    this.#run(seconds, this.#life);
  }

  write(point: number, value: number): void {
    const target = this.points[point];
    if (target?.writable !== true) throw new RangeError(`${target?.name ?? `point ${point}`} cannot be written`);
    // the controller refuses a value that is not a number, and limits one out of range
    if (!Number.isFinite(value)) return;
    const { memory, plc } = this.state;
    const { controller, type, scale } = target.modbus;
    const inside = clamp(value, target.low, target.high);
    // an integer register holds whole steps of its scale
    const steps = 1 / scale;
    const stored = type === 'float32' ? inside : Math.round(inside * steps) / steps;
    memory[point] = stored;
    this.registers[point] = stored;
    plc.writes[controller] = (plc.writes[controller] ?? 0) + 1;
  }

  restart(controller: string): void {
    const { memory, plc } = this.state;
    this.points.forEach(({ modbus }, i) => {
      if (modbus.controller !== controller || modbus.table !== 'coil') return;
      memory[i] = 0;
      this.registers[i] = 0;
    });
    plc.writes[controller] = 0;
    plc.restarted = { ...plc.restarted, [controller]: plc.uptime };
  }

  act(action: PlantAction): void {
    const { sensing } = this.state;
    const { instruments, table } = this.#model;
    switch (action.type) {
      case 'sensor-stuck':
        stick(sensing, instruments.sensorOf(action.point), action.value);
        return;
      case 'sensor-bias': {
        const sensor = instruments.sensorOf(action.point);
        sensing.bias[sensor] = action.offset;
        sensing.drift[sensor] = action.driftPerHour ?? 0;
        return;
      }
      case 'sensor-noise': {
        const sensor = instruments.sensorOf(action.point);
        if (instruments.sensors[sensor]?.sigma === 0) throw new RangeError(`${action.point} is digital and has no noise`);
        disturb(sensing, sensor, action.deviation);
        return;
      }
      case 'replay':
        this.#recorder.begin(
          action.points.map((point) => table.at(point)),
          action.lengthS,
        );
        return;
      case 'release':
        this.#release(action.point);
        return;
      case 'act':
        this.#model.perform(this.state, action.name, action.value);
        return;
    }
  }

  behind(names: readonly string[]): Readonly<Record<string, number>> {
    const known = this.#model.instruments.sensors.filter(({ point }) => names.includes(point));
    return Object.fromEntries(known.map(({ point, truth }) => [point, truth(this.state)]));
  }

  save(): PlantState {
    const saved: Saved<State> = {
      version: 1,
      state: structuredClone(this.state),
      noise: this.noise.save(),
      recorder: this.#recorder.save(),
      registers: Array.from(this.registers),
    };
    return saved;
  }

  restore(state: PlantState): void {
    const saved = state as Saved<State>;
    if (saved.version !== 1) {
      throw new RangeError(`saved state of the ${this.#model.type} has version ${String(saved.version)}, not 1`);
    }
    this.state = structuredClone(saved.state);
    this.noise.restore(saved.noise);
    this.#recorder.restore(saved.recorder);
    this.registers.set(saved.registers);
    this.#markFailed();
  }

  /** Initial state of a plant whose warm-up has steps of a second. @param make as the `initialState` of each plant */
  protected beginAt(
    options: PlantOptions,
    warmUpS: number,
    make: (time: number, life: PlantOptions['life'], lifeFrom: number, noise: Noise, seasonShift: number) => State,
  ): State {
    const start = Math.floor(options.startTime / 1000) * 1000;
    return make(start - warmUpS * 1000, options.life, start, this.noise, seasonShiftOf(options, start));
  }

  /** Simulates the time before the start without operators, so that a new plant begins in a settled state. */
  protected warmUp(seconds: number): void {
    this.tick('none');
    this.sensing.settle(this.state);
    this.#run(seconds - 1, 'none');
  }

  /** Copies the controllers' memory into the registers that the network reads, or what a replay puts in its place. */
  protected publish(): void {
    const { memory } = this.state;
    this.#recorder.record(memory);
    this.registers.set(memory);
    this.#recorder.show(this.registers);
    this.#markFailed();
  }

  #run(seconds: number, life: PlantOptions['life']): void {
    for (let s = 0; s < seconds; s++) {
      this.tick(life);
      this.publish();
    }
  }

  /** `*` releases everything at once: sensors, replays and acts without an end of their own. */
  #release(point: string): void {
    const { instruments, table, releaseActs } = this.#model;
    if (point === '*') {
      instruments.sensors.forEach((_, i) => {
        releaseSensor(this.state.sensing, i);
      });
      this.points.forEach((_, i) => {
        this.#recorder.release(i);
      });
      releaseActs(this.state);
      return;
    }
    const index = table.at(point);
    instruments.channels.forEach((channel, sensor) => {
      if (channel.point === index) releaseSensor(this.state.sensing, sensor);
    });
    this.#recorder.release(index);
  }

  #markFailed(): void {
    const { failed } = this.state.sensing;
    this.#model.instruments.channels.forEach(({ point }, sensor) => {
      this.failed[point] = failed[sensor] ?? 0;
    });
  }
}
