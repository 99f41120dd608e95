import type { PlantOptions } from '../../../src/core/plant.ts';
import { ControllerReports } from '../../plant-kit/controllers.ts';
import { SimulatedPlant } from '../../plant-kit/plant.ts';
import { perform, releaseActs } from './acts.ts';
import { initialState } from './initial.ts';
import { live } from './life.ts';
import { ageOrders } from './orders.ts';
import { reportProduction } from './plc/reports.ts';
import { scanPlc } from './plc/scan.ts';
import { at, table } from './points/index.ts';
import { keyLocked, scanSafety } from './safety/index.ts';
import { instruments } from './sensors.ts';
import type { ReactorState } from './state.ts';
import { stepPhysics } from './step.ts';
import { truthOf } from './truth.ts';

/** Plant time simulated before a new plant is returned, s. */
const warmUpS = 3600;
const compressorCommand = at('K1.CMD');
const reports = new ControllerReports(table, { plc1: 20, sis2: 50 });

/** The simulated reactor section; see README.md of this folder. */
export class Reactor extends SimulatedPlant<ReactorState> {
  constructor(options: PlantOptions) {
    super({ type: 'reactor', table, instruments, truthOf, perform, releaseActs }, options);
    if (options.state === undefined) this.warmUp(warmUpS);
    else this.restore(options.state);
  }

  /** The safety system ignores writes to its mode, bypass and limits while its key is at RUN. */
  override write(point: number, value: number): void {
    if (this.state.safety.key || !keyLocked.has(point)) super.write(point, value);
  }

  /** The starter of the recycle compressor latches: a restart of the process PLC does not stop it. */
  override restart(controller: string): void {
    const kept = this.state.memory[compressorCommand] ?? 0;
    super.restart(controller);
    this.state.memory[compressorCommand] = kept;
    this.registers[compressorCommand] = kept;
  }

  protected begin(options: PlantOptions): ReactorState {
    return this.beginAt(options, warmUpS, initialState);
  }

  protected tick(life: PlantOptions['life']): void {
    const s = this.state;
    s.time += 1000;
    live(s, life, 1, this.noise);
    ageOrders(s, 1);
    scanPlc(s, 1);
    scanSafety(s, 1);
    stepPhysics(s, this.noise);
    this.sensing.sample(s, 'plc1', 1);
    this.sensing.sample(s, 'sis2', 1);
    reportProduction(s, 1);
    reports.report(s, 1, (controller) => this.noise.stream(`${controller}.scan`).normal());
  }
}
