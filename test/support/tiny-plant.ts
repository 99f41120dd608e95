import type { Plant, PlantAction, PlantAddress, PlantPoint, PlantState } from '../../src/core/plant.ts';
import { type Logger, Metrics, type PluginContext, silentLogger } from '../../src/core/plugin.ts';
import { type Clock, systemClock } from '../../src/core/clock.ts';
import { Random } from '../../src/core/random.ts';
import type { SimulatorConfig } from '../../simulators/lab/messages.ts';

/** A context for tests: silent logger, fixed random seed, clock of the machine by default. */
export const testContext = (clock: Clock = systemClock, logger: Logger = silentLogger): PluginContext => ({
  logger,
  clock,
  random: new Random(1),
  metrics: new Metrics(),
});

/** The machine's clock, but no sleep takes longer than `longestMs`: no back-off makes a test wait. */
export const impatientClock = (longestMs: number): Clock => ({
  ...systemClock,
  sleep: async (ms, signal) => await systemClock.sleep(Math.min(ms, longestMs), signal),
});

export function tinyPoint(name: string, address: Partial<PlantAddress>, rest: Partial<PlantPoint> = {}): PlantPoint {
  return {
    name,
    description: name,
    area: 'tiny',
    equipment: 'TANK',
    unit: 'm',
    low: 0,
    high: 1_000_000,
    writable: false,
    opcua: false,
    ...rest,
    modbus: { controller: 'plc1', table: 'holding', address: 0, type: 'uint16', scale: 1, ...address },
  };
}

/** One point of every type in every table that can hold it. */
export const tinyPoints: readonly PlantPoint[] = [
  tinyPoint('LEVEL', { table: 'input', address: 0, type: 'float32' }),
  tinyPoint('FLOW', { table: 'input', address: 2, type: 'float32' }),
  tinyPoint('PRESSURE', { table: 'input', address: 4, type: 'int16', scale: 0.1 }),
  tinyPoint('HOURS', { table: 'input', address: 10, type: 'uint32' }),
  tinyPoint('BALANCE', { table: 'input', address: 12, type: 'int32', scale: 0.01 }),
  tinyPoint('SP', { table: 'holding', address: 0, type: 'float32' }, { writable: true }),
  tinyPoint('MODE', { table: 'holding', address: 2, type: 'uint16' }, { writable: true }),
  tinyPoint('BEAT', { table: 'holding', address: 900, type: 'uint16' }),
  tinyPoint('CMD', { table: 'coil', address: 20, type: 'bit' }, { writable: true }),
  tinyPoint('CMD2', { table: 'coil', address: 21, type: 'bit' }, { writable: true }),
  tinyPoint('RUN', { table: 'discrete-input', address: 20, type: 'bit' }),
  tinyPoint('FAR', { controller: 'rtu2', table: 'input', address: 0, type: 'float32' }),
];

/** A plant without physics, for tests of other parts: every register keeps its value until a test or a client changes it. */
export class TinyPlant implements Plant {
  readonly points: readonly PlantPoint[];
  readonly registers: Float64Array;
  readonly failed: Uint8Array;
  readonly actions: PlantAction[] = [];
  readonly writes: { readonly point: string; readonly value: number }[] = [];
  time: number;
  #pending: [number, number][] = [];
  /** Called each second, for tests that need changing values. */
  onStep: ((plant: TinyPlant) => void) | undefined;

  constructor(points: readonly PlantPoint[] = tinyPoints, startTime = 0) {
    this.points = points;
    this.registers = new Float64Array(points.length);
    this.failed = new Uint8Array(points.length);
    this.time = startTime;
  }

  index(name: string): number {
    const index = this.points.findIndex((point) => point.name === name);
    if (index < 0) throw new RangeError(`no point ${name}`);
    return index;
  }

  get(name: string): number {
    return this.registers[this.index(name)] ?? Number.NaN;
  }

  set(name: string, value: number): void {
    this.registers[this.index(name)] = value;
  }

  step(seconds: number): void {
    for (let i = 0; i < seconds; i++) {
      this.time += 1000;
      for (const [point, value] of this.#pending.splice(0)) this.registers[point] = value;
      this.onStep?.(this);
    }
  }

  write(point: number, value: number): void {
    const { name, writable, high } = this.points[point] as PlantPoint;
    if (!writable || value > high) throw new RangeError(`${name} refuses ${value}`);
    this.writes.push({ point: name, value });
    this.#pending.push([point, value]);
  }

  act(action: PlantAction): void {
    this.actions.push(action);
  }

  truth(): Readonly<Record<string, number>> {
    return { level: this.registers[0] ?? 0 };
  }

  save(): PlantState {
    return { time: this.time, registers: [...this.registers] };
  }

  restore(state: PlantState): void {
    const saved = state as { time: number; registers: number[] };
    this.time = saved.time;
    this.registers.set(saved.registers);
    this.#pending = [];
  }
}

/** Simulator of a tiny plant with one controller on a free port. */
export const tinySimulator: SimulatorConfig = {
  plant: 'tiny',
  seed: 1,
  startTime: 0,
  speed: 1,
  life: 'none',
  modbus: [{ controller: 'plc1', unit: 1, host: '127.0.0.1', port: 0 }],
};
