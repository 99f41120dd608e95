import type { Plant, PlantAction, PlantOptions, PlantPoint, PlantState } from '../../../src/core/plant.ts';
import { Random, type RandomState } from '../../../src/core/random.ts';
import { ageActs, perform, releaseActs } from './acts.ts';
import { stepBooster } from './boosters.ts';
import { stepChlorination } from './chlorination.ts';
import { clearwellChlorine, clearwellFloor, clearwellLevel, stepClearwell } from './clearwell.ts';
import { stepCoagulation } from './coagulation.ts';
import { stepFilters } from './filters.ts';
import { initialState } from './initial.ts';
import { stepIntake } from './intake.ts';
import { live } from './life.ts';
import { Network, pumpFlow, stationFlow } from './network.ts';
import { clamp, Noise } from './noise.ts';
import { reportControllers, rtuScanS, scanPlc, scanRtu } from './plc/index.ts';
import { at, points } from './points/index.ts';
import { hydraulicSpeed, stepPump } from './pumping.ts';
import { Recorder, type RecorderState } from './replay.ts';
import { sensors } from './sensors.ts';
import { releaseSensor, Sensing, sensorOf, stick } from './sensing.ts';
import type { WaterworksState } from './state.ts';
import { truthOf } from './truth.ts';

const pumpCommands = [1, 2, 3, 4].map((n) => at(`PS.P${n}.CMD`));
const boosterCommands = [1, 2].map((n) => at(`B${n}.CMD`));
const [alumDose, reducerSetpoint] = [at('CG.ALSP'), at('PRV1.SP')];
const sensorAt = new Map(sensors.map((sensor, i) => [at(sensor.point), i]));

/** Plant time simulated before a new plant is returned, s: coarse steps, then fine ones. */
const warmUp = { coarseS: 24 * 3600, coarseStep: 10, coarseInterval: 60, fineS: 600 } as const;

/** Midnight of a day of the year in which `time` is, ms UTC. */
const dayOfYear = (day: number, time: number): number => Date.UTC(new Date(time).getUTCFullYear(), 0, day);

interface Saved {
  readonly version: 1;
  readonly state: WaterworksState;
  readonly noise: Readonly<Record<string, RandomState>>;
  readonly recorder: RecorderState;
  readonly registers: readonly number[];
}

/** The simulated waterworks; see README.md of this folder. */
export class Waterworks implements Plant {
  readonly points: readonly PlantPoint[] = points;
  readonly registers = new Float64Array(points.length);
  readonly failed = new Uint8Array(points.length);
  readonly #life: PlantOptions['life'];
  readonly #interval: number;
  readonly #network: Network;
  readonly #noise: Noise;
  readonly #sensing: Sensing;
  readonly #recorder = new Recorder(points.length);
  #state: WaterworksState;

  private constructor(network: Network, options: PlantOptions, interval: number) {
    this.#network = network;
    this.#life = options.life;
    this.#interval = interval;
    this.#noise = new Noise(new Random(options.seed).fork('waterworks'));
    this.#sensing = new Sensing(this.#noise);
    const start = Math.floor(options.startTime / 1000) * 1000;
    const from = start - (warmUp.coarseS + warmUp.fineS) * 1000;
    const seasonShift = options.season === undefined ? 0 : dayOfYear(options.season, start) - start;
    this.#state = initialState(from, options.life, start, this.#noise, seasonShift);
    if (options.state === undefined) this.#warmUp();
    else this.restore(options.state);
  }

  /** @param interval seconds between hydraulic solutions while no pump or valve changes */
  static async create(options: PlantOptions, interval: number): Promise<Waterworks> {
    return new Waterworks(await Network.load(), options, interval);
  }

  get time(): number {
    return this.#state.time;
  }

  step(seconds: number): void {
    for (let s = 0; s < seconds; s++) {
      this.#tick(1, this.#interval, this.#life);
      this.#publish();
    }
  }

  write(point: number, value: number): void {
    const target = points[point];
    if (target?.writable !== true) throw new RangeError(`${target?.name ?? `point ${point}`} cannot be written`);
    // the controller refuses a value that is not a number, and limits one out of range
    if (!Number.isFinite(value)) return;
    const { memory, plc } = this.#state;
    const inside = clamp(value, target.low, target.high);
    memory[point] = target.modbus.type === 'float32' ? inside : Math.round(inside);
    this.registers[point] = memory[point];
    const { controller } = target.modbus;
    plc.writes[controller] = (plc.writes[controller] ?? 0) + 1;
  }

  act(action: PlantAction): void {
    const { sensing } = this.#state;
    switch (action.type) {
      case 'sensor-stuck':
        stick(sensing, sensorOf(action.point), action.value);
        return;
      case 'sensor-bias': {
        const sensor = sensorOf(action.point);
        sensing.bias[sensor] = action.offset;
        sensing.drift[sensor] = action.driftPerHour ?? 0;
        return;
      }
      case 'replay':
        this.#recorder.begin(action.points.map(at), action.lengthS);
        return;
      case 'release':
        this.#release(action.point);
        return;
      case 'act':
        perform(this.#state, action.name, action.value);
        return;
    }
  }

  truth(): Readonly<Record<string, number>> {
    return truthOf(this.#state);
  }

  behind(names: readonly string[]): Readonly<Record<string, number>> {
    const known = sensors.filter(({ point }) => names.includes(point));
    return Object.fromEntries(known.map(({ point, truth }) => [point, truth(this.#state)]));
  }

  save(): PlantState {
    const saved: Saved = {
      version: 1,
      state: structuredClone(this.#state),
      noise: this.#noise.save(),
      recorder: this.#recorder.save(),
      registers: Array.from(this.registers),
    };
    return saved;
  }

  restore(state: PlantState): void {
    const saved = state as Saved;
    if (saved.version !== 1) throw new RangeError(`saved state of the waterworks has version ${String(saved.version)}, not 1`);
    this.#state = structuredClone(saved.state);
    this.#noise.restore(saved.noise);
    this.#recorder.restore(saved.recorder);
    this.registers.set(saved.registers);
    this.#markFailed();
  }

  /** `*` releases everything at once: sensors, replays and acts without an end of their own. */
  #release(point: string): void {
    if (point === '*') {
      sensors.forEach((_, i) => {
        releaseSensor(this.#state.sensing, i);
      });
      points.forEach((_, i) => {
        this.#recorder.release(i);
      });
      releaseActs(this.#state);
      return;
    }
    const index = at(point);
    const sensor = sensorAt.get(index);
    if (sensor !== undefined) releaseSensor(this.#state.sensing, sensor);
    this.#recorder.release(index);
  }

  #warmUp(): void {
    this.#tick(1, 1, 'none');
    this.#sensing.settle(this.#state);
    for (let s = 0; s < warmUp.coarseS; s += warmUp.coarseStep) this.#tick(warmUp.coarseStep, warmUp.coarseInterval, 'none');
    for (let s = 1; s < warmUp.fineS; s++) {
      this.#tick(1, this.#interval, 'none');
      this.#publish();
    }
  }

  #tick(dt: number, interval: number, life: PlantOptions['life']): void {
    const s = this.#state;
    s.time += dt * 1000;
    live(s, life, dt, this.#noise);
    ageActs(s, dt);
    this.#treat(dt);
    this.#pump(dt, interval);
    this.#control(dt);
  }

  /** Steps river to contact channel; the clearwell follows once its outflow is known. */
  #treat(dt: number): void {
    const s = this.#state;
    const { intake, coagulation, filters } = s;
    stepIntake(intake, s.plc.rawFlow, s.plc.rawPumps, s.time, dt, this.#noise);
    const alum = {
      turbidity: intake.turbidity,
      temperature: intake.temperature,
      ph: intake.ph,
      flow: intake.flow,
      alum: s.memory[alumDose] ?? 0,
      lime: s.plc.lime.output,
      alumFeed: s.acts.alumFeed,
    };
    stepCoagulation(coagulation, alum, dt, this.#noise);
    stepFilters(filters, intake.flow, coagulation.settled, coagulation.conditioning, intake.temperature, dt);
  }

  #pump(dt: number, interval: number): void {
    const s = this.#state;
    const { network, clearwell, filters, intake } = s;
    const feed = s.acts.swapLeft > 0 ? 0 : s.acts.chlorineFeed;
    const chlorineIn = stepChlorination(
      s.chlorination,
      { flow: filters.outflow, turbidity: filters.turbidity, dose: s.plc.chlorine.output, feed },
      dt,
    );
    const level = clearwellLevel(clearwell);
    s.pumps.forEach((pump, i) => {
      stepPump(pump, s.memory[pumpCommands[i] ?? 0] === 1, pumpFlow(network, i), level, dt, this.#noise, `PS.P${i + 1}`);
    });
    s.boosters.forEach((booster, i) => {
      stepBooster(booster, s.memory[boosterCommands[i] ?? 0] === 1, pumpFlow(network, 4 + i), dt);
    });
    const inputs = {
      clearwellHead: clearwellFloor + level,
      speed: [...s.pumps.map((pump) => hydraulicSpeed(pump, level)), ...s.boosters.map((booster) => booster.speed)],
      reducerTarget: s.acts.forcedReducer ?? s.memory[reducerSetpoint] ?? 38,
      draws: s.acts.draws,
      shutTank: s.acts.shutTank,
      tankLeak: s.acts.tankLeak,
      temperature: intake.temperature,
      clearwellChlorine: clearwellChlorine(clearwell),
    };
    this.#network.step(network, inputs, s.time, dt, interval, this.#noise);
    const well = {
      inflow: filters.outflow,
      turbidity: filters.turbidity,
      chlorineIn,
      ph: s.coagulation.ph,
      outflow: stationFlow(network),
      wash: filters.wash,
      leak: s.acts.clearwellLeak,
      temperature: intake.temperature,
    };
    stepClearwell(clearwell, well, dt);
  }

  #control(dt: number): void {
    const s = this.#state;
    this.#sensing.sample(s, false, dt);
    scanPlc(s, dt);
    const rtuDt = Math.max(dt, rtuScanS);
    if ((s.time / 1000) % rtuDt === 0 || dt > rtuScanS) {
      this.#sensing.sample(s, true, rtuDt);
      scanRtu(s, rtuDt);
    }
    reportControllers(s, dt, (controller) => this.#noise.stream(`${controller}.scan`).normal());
  }

  #publish(): void {
    const { memory } = this.#state;
    this.#recorder.record(memory);
    this.registers.set(memory);
    this.#recorder.show(this.registers);
    this.#markFailed();
  }

  #markFailed(): void {
    const { failed } = this.#state.sensing;
    for (const [point, sensor] of sensorAt) this.failed[point] = failed[sensor] ?? 0;
  }
}
