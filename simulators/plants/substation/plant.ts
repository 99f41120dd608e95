import type { PlantOptions, PlantState } from '../../../src/core/plant.ts';
import { SimulatedPlant } from '../../plant-kit/plant.ts';
import { ageActs, completeActs, perform, releaseActs } from './acts.ts';
import { stepBattery } from './battery.ts';
import { breaker } from './breaker-names.ts';
import { isClosed, isMoving, stepBreakers } from './breakers.ts';
import { dieselState, stepDieselPlant } from './diesel.ts';
import { stepGrid } from './grid.ts';
import { stepHydroPlant } from './hydro.ts';
import { initialState } from './initial.ts';
import { live } from './life.ts';
import { reconnect, stepLoads } from './loads.ts';
import { controlMachines, isFree, moveMachines } from './machines.ts';
import { stepMeters } from './meters.ts';
import { NetworkSolver, voltageOf } from './network.ts';
import { node, supply } from './topology.ts';
import { networkInputs } from './network-inputs.ts';
import { reportControllers, scanControllers } from './plc/index.ts';
import { isSelected, mirrorCommands, obeyCommands } from './plc/switching.ts';
import { table } from './points/index.ts';
import { guardFeeders } from './protection/feeders.ts';
import { closeOutOfPhase, guardGenerators } from './protection/generators.ts';
import { shedLoad } from './protection/shedding.ts';
import { clearFirstOut, guardStation } from './protection/station.ts';
import { instruments } from './sensors.ts';
import type { SubstationState } from './state.ts';
import { differenceAt, isSynchronous } from './synchronism.ts';
import { stepHeat, stepTap } from './transformers.ts';
import { truthOf } from './truth.ts';

/** Plant time simulated before a new plant is returned, s. */
const warmUpS = 900;
/** Steps of a station in the grid, and of one with an island, a fault or a switching, s. */
const [coarse, fine] = [0.1, 0.01] as const;
const fineSteps = 10;
/** Time for which a transient fault stays after its line is dead, s. */
const arcS = 0.33;

/** The simulated substation; see README.md of this folder. */
export class Substation extends SimulatedPlant<SubstationState> {
  readonly #solver = new NetworkSolver();

  constructor(options: PlantOptions) {
    super({ type: 'substation', table, instruments, truthOf, perform, releaseActs }, options);
    if (options.state === undefined) this.warmUp(warmUpS);
    else this.restore(options.state);
  }

  override write(point: number, value: number): void {
    // the controller ignores an operation before its selection
    if (isSelected(this.state, point)) super.write(point, value);
  }

  override restore(state: PlantState): void {
    super.restore(state);
    this.state = { ...this.state, acts: completeActs(this.state.acts) };
  }

  protected begin(options: PlantOptions): SubstationState {
    return this.beginAt(options, warmUpS, initialState);
  }

  protected tick(life: PlantOptions['life']): void {
    const s = this.state;
    s.time += 1000;
    live(s, life, 1, this.noise);
    ageActs(s, 1);
    obeyCommands(s);
    stepGrid(s.grid, s.time, s.acts.outage > 0, s.acts.sag, this.noise);
    stepLoads(s.loads, s.time, s.grid.air, s.acts.extraLoad, this.noise);
    this.#reconnect();
    for (let part = 0; part < 10; part++) {
      if (!this.#isUneasy()) this.#move(coarse);
      else for (let k = 0; k < fineSteps; k++) this.#move(fine);
    }
    this.#slow();
    this.sensing.sample(s, 'rtu1', 1);
    this.sensing.sample(s, 'plc2', 1);
    scanControllers(s, 1);
    mirrorCommands(s);
    reportControllers(s, 1, (controller) => this.noise.stream(`${controller}.scan`).normal());
  }

  /** True if the next tenth of a second needs steps of 10 ms. */
  #isUneasy(): boolean {
    const s = this.state;
    const inGrid = s.network.supply[0] === supply.grid && s.network.supply[1] === supply.grid;
    return s.fineS > 0 || !inGrid || s.grid.voltage === 0 || isMoving(s.breakers) || s.acts.faults.length > 0 || isFree(s);
  }

  /** Breakers, machines, network, protection. */
  #move(dt: number): void {
    const s = this.state;
    const open = !isClosed(s.breakers, breaker.QG1);
    const difference = open && (s.breakers[breaker.QG1]?.moving ?? 0) > 0 ? differenceAt(s, 'QG1') : undefined;
    const switched = stepBreakers(s.breakers, dt);
    if (difference !== undefined && isClosed(s.breakers, breaker.QG1) && !difference.dead && !isSynchronous(difference)) {
      closeOutOfPhase(s, difference.degrees);
    }
    for (const transformer of s.transformers) stepTap(transformer, dt);
    controlMachines(s, dt);
    this.#solver.solve(s.network, networkInputs(s));
    moveMachines(s, dt);
    stepMeters(s.energy, s.network, dt);
    const relays = [guardFeeders(s, dt), guardStation(s, dt), guardGenerators(s, dt), shedLoad(s, dt)];
    s.fineS = switched || relays.includes(true) ? 1 : Math.max(0, s.fineS - dt);
    this.#ageFaults(dt);
  }

  #ageFaults(dt: number): void {
    const { faults } = this.state.acts;
    for (let i = faults.length - 1; i >= 0; i--) {
      const fault = faults[i];
      if (fault === undefined) continue;
      fault.deadS = voltageOf(this.state.network, fault.node) === 0 ? fault.deadS + dt : 0;
      if (fault.transient && fault.deadS > arcS) faults.splice(i, 1);
    }
  }

  /** What changes over minutes: heat, battery, forebay, diesel engine. */
  #slow(): void {
    const s = this.state;
    s.transformers.forEach((transformer, n) => {
      stepHeat(transformer, s.network.transformers[n]?.i ?? 0, s.grid.air, s.acts.fansOff, 1);
    });
    stepBattery(s.battery, 1);
    clearFirstOut(s);
    stepHydroPlant(s.hydro, s.grid.air, this.noise);
    if (s.diesel.phase !== dieselState.stopped || s.time % 10_000 === 0) {
      stepDieselPlant(s.diesel, s.grid.air, s.diesel.phase === dieselState.stopped ? 10 : 1);
    }
  }

  #reconnect(): void {
    const s = this.state;
    const live = [node.F1, node.F2, node.F3, node.F4].map((at) => voltageOf(s.network, at) > 0.2);
    const inGrid = s.network.supply.map((by) => by === supply.grid);
    reconnect(s.loads, live, !(inGrid[0] === true && inGrid[1] === true));
  }
}
