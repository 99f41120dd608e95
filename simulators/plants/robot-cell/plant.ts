import type { PlantOptions } from '../../../src/core/plant.ts';
import { ControllerReports } from '../../plant-kit/controllers.ts';
import { wander } from '../../plant-kit/noise.ts';
import { SimulatedPlant } from '../../plant-kit/plant.ts';
import { ageActs, perform, releaseActs } from './acts.ts';
import { stepCell } from './step.ts';
import { initialState } from './initial.ts';
import { live } from './life.ts';
import { ageOrders } from './orders.ts';
import { isExecuting, report } from './plc/index.ts';
import { reportTally } from './plc/tally.ts';
import { points, table } from './points/index.ts';
import { instruments } from './sensors.ts';
import type { RobotCellState } from './state.ts';
import { companion } from './companion.ts';
import { truthOf } from './truth.ts';

/** Plant time simulated before a new plant is returned, s. */
const warmUpS = 300;
/** Steps of a cell in which something moves, and of one at rest, s. */
const [fine, coarse] = [0.02, 0.1] as const;
const safetyCoils = points.flatMap(({ name, modbus }, i) => (modbus.table === 'coil' && name.startsWith('SS.') ? [i] : []));
const reports = new ControllerReports(table, { plc1: 20 });

/** The simulated robot cell; see README.md of this folder. */
export class RobotCell extends SimulatedPlant<RobotCellState> {
  readonly companion = companion;

  constructor(options: PlantOptions) {
    super({ type: 'robot-cell', table, instruments, truthOf, perform, releaseActs }, options);
    if (options.state === undefined) this.warmUp(warmUpS);
    else this.restore(options.state);
  }

  /** The safety PLC keeps its configuration while the cell PLC, which mirrors it, restarts. */
  override restart(controller: string): void {
    const kept = safetyCoils.map((point) => this.state.memory[point] ?? 0);
    super.restart(controller);
    safetyCoils.forEach((point, i) => {
      this.state.memory[point] = kept[i] ?? 0;
      this.registers[point] = kept[i] ?? 0;
    });
  }

  protected begin(options: PlantOptions): RobotCellState {
    return this.beginAt(options, warmUpS, initialState);
  }

  protected tick(life: PlantOptions['life']): void {
    const s = this.state;
    s.time += 1000;
    live(s, life, 1, this.noise);
    ageActs(s, 1);
    ageOrders(s, 1);
    s.hall = 24 + wander(s.hall - 24, 1.2, 7200, 1, this.noise.stream('hall'));
    s.volts = 400 + wander(s.volts - 400, 3, 600, 1, this.noise.stream('volts'));
    const dt = this.#isActive() ? fine : coarse;
    for (let part = Math.round(1 / dt); part > 0; part--) stepCell(s, this.noise, dt);
    report(s);
    reportTally(s);
    this.sensing.sample(s, 'plc1', 1);
    reports.report(s, 1, (controller) => this.noise.stream(`${controller}.scan`).normal());
  }

  /** True if the next second needs fine steps: arms, belts or people move. */
  #isActive(): boolean {
    const s = this.state;
    const { infeed, outfeed } = s.conveyors;
    const moving = s.arms.some(({ rate, jog, away }) => rate > 0 || jog !== 0 || away);
    return isExecuting(s) || moving || s.acts.personS > 0 || infeed.speed > 0 || outfeed.speed > 0 || s.plc.stateS < 10;
  }
}
