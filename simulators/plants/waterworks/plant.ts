import type { PlantOptions } from '../../../src/core/plant.ts';
import { seasonShiftOf, SimulatedPlant } from '../../plant-kit/plant.ts';
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
import { reportControllers, rtuScanS, scanPlc, scanRtu } from './plc/index.ts';
import { at, table } from './points/index.ts';
import { hydraulicSpeed, stepPump } from './pumping.ts';
import { instruments } from './sensing.ts';
import type { WaterworksState } from './state.ts';
import { truthOf } from './truth.ts';

const pumpCommands = [1, 2, 3, 4].map((n) => at(`PS.P${n}.CMD`));
const boosterCommands = [1, 2].map((n) => at(`B${n}.CMD`));
const [alumDose, reducerSetpoint] = [at('CG.ALSP'), at('PRV1.SP')];

/** Plant time simulated before a new plant is returned, s: coarse steps, then fine ones. */
const warmUp = { coarseS: 24 * 3600, coarseStep: 10, coarseInterval: 60, fineS: 600 } as const;

/** The simulated waterworks; see README.md of this folder. */
export class Waterworks extends SimulatedPlant<WaterworksState> {
  readonly #interval: number;
  readonly #network: Network;

  private constructor(network: Network, options: PlantOptions, interval: number) {
    super({ type: 'waterworks', table, instruments, truthOf, perform, releaseActs }, options);
    this.#network = network;
    this.#interval = interval;
    if (options.state === undefined) this.#warmUp();
    else this.restore(options.state);
  }

  /** @param interval seconds between hydraulic solutions while no pump or valve changes */
  static async create(options: PlantOptions, interval: number): Promise<Waterworks> {
    return new Waterworks(await Network.load(), options, interval);
  }

  protected begin(options: PlantOptions): WaterworksState {
    const start = Math.floor(options.startTime / 1000) * 1000;
    const from = start - (warmUp.coarseS + warmUp.fineS) * 1000;
    return initialState(from, options.life, start, this.noise, seasonShiftOf(options, start));
  }

  protected tick(life: PlantOptions['life']): void {
    this.#tick(1, this.#interval, life);
  }

  #warmUp(): void {
    this.#tick(1, 1, 'none');
    this.sensing.settle(this.state);
    for (let s = 0; s < warmUp.coarseS; s += warmUp.coarseStep) this.#tick(warmUp.coarseStep, warmUp.coarseInterval, 'none');
    for (let s = 1; s < warmUp.fineS; s++) {
      this.#tick(1, this.#interval, 'none');
      this.publish();
    }
  }

  #tick(dt: number, interval: number, life: PlantOptions['life']): void {
    const s = this.state;
    s.time += dt * 1000;
    live(s, life, dt, this.noise);
    ageActs(s, dt);
    this.#treat(dt);
    this.#pump(dt, interval);
    this.#control(dt);
  }

  /** Steps river to contact channel; the clearwell follows once its outflow is known. */
  #treat(dt: number): void {
    const s = this.state;
    const { intake, coagulation, filters } = s;
    stepIntake(intake, s.plc.rawFlow, s.plc.rawPumps, s.time, dt, this.noise);
    const alum = {
      turbidity: intake.turbidity,
      temperature: intake.temperature,
      ph: intake.ph,
      flow: intake.flow,
      alum: s.memory[alumDose] ?? 0,
      lime: s.plc.lime.output,
      alumFeed: s.acts.alumFeed,
    };
    stepCoagulation(coagulation, alum, dt, this.noise);
    stepFilters(filters, intake.flow, coagulation.settled, coagulation.conditioning, intake.temperature, dt);
  }

  #pump(dt: number, interval: number): void {
    const s = this.state;
    const { network, clearwell, filters, intake } = s;
    const feed = s.acts.swapLeft > 0 ? 0 : s.acts.chlorineFeed;
    const chlorineIn = stepChlorination(
      s.chlorination,
      { flow: filters.outflow, turbidity: filters.turbidity, dose: s.plc.chlorine.output, feed },
      dt,
    );
    const level = clearwellLevel(clearwell);
    s.pumps.forEach((pump, i) => {
      stepPump(pump, s.memory[pumpCommands[i] ?? 0] === 1, pumpFlow(network, i), level, dt, this.noise, `PS.P${i + 1}`);
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
    this.#network.step(network, inputs, s.time, dt, interval, this.noise);
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
    const s = this.state;
    this.sensing.sample(s, 'plc1', dt);
    scanPlc(s, dt);
    const rtuDt = Math.max(dt, rtuScanS);
    if ((s.time / 1000) % rtuDt === 0 || dt > rtuScanS) {
      this.sensing.sample(s, 'rtu2', rtuDt);
      scanRtu(s, rtuDt);
    }
    reportControllers(s, dt, (controller) => this.noise.stream(`${controller}.scan`).normal());
  }
}
