import type { PlantOptions } from '../../../src/core/plant.ts';
import { ControllerReports } from '../../plant-kit/controllers.ts';
import { SimulatedPlant } from '../../plant-kit/plant.ts';
import { perform, releaseActs } from './acts.ts';
import { initialState } from './initial.ts';
import { live } from './life.ts';
import { ageOrders } from './orders.ts';
import { valveNames } from './physics/valves.ts';
import { reportStation } from './plc/reports.ts';
import { scanStation } from './plc/station.ts';
import { at, table } from './points/index.ts';
import { stepProcess } from './process.ts';
import { instruments } from './sensors.ts';
import type { GasLineState } from './state.ts';
import { truthOf } from './truth.ts';

/** Plant time simulated before a new plant is returned, s. */
const warmUpS = 1800;
const valveCommands = valveNames.map((name) => at(`${name}.CMD`));
const reports = new ControllerReports(table, { plc1: 50, rtu2: 100 });

/** The simulated gas transmission line; see README.md of this folder. */
export class GasLine extends SimulatedPlant<GasLineState> {
  constructor(options: PlantOptions) {
    super({ type: 'gas-line', table, instruments, truthOf, perform, releaseActs }, options);
    if (options.state === undefined) this.warmUp(warmUpS);
    else this.restore(options.state);
  }

  /** Motor-driven valves keep their position while the station PLC restarts, and it reads their commands back from them. */
  override restart(controller: string): void {
    const kept = valveCommands.map((point) => this.state.memory[point] ?? 0);
    super.restart(controller);
    valveCommands.forEach((point, i) => {
      this.state.memory[point] = kept[i] ?? 0;
      this.registers[point] = kept[i] ?? 0;
    });
  }

  protected begin(options: PlantOptions): GasLineState {
    return this.beginAt(options, warmUpS, initialState);
  }

  protected tick(life: PlantOptions['life']): void {
    const s = this.state;
    s.time += 1000;
    live(s, life, 1, this.noise);
    ageOrders(s, 1);
    scanStation(s);
    stepProcess(s, this.noise);
    this.sensing.sample(s, 'plc1', 1);
    this.sensing.sample(s, 'rtu2', 1);
    reportStation(s);
    reports.report(s, 1, (controller) => this.noise.stream(`${controller}.scan`).normal());
  }
}
