import { AlertManager } from '../../src/alerts/manager.ts';
import { BudgetBoard } from '../../src/monitor/budgets.ts';
import { type Batch, BatchBuilder } from '../../src/core/batch.ts';
import { VirtualClock } from '../../src/core/clock.ts';
import type { BudgetStatus } from '../../src/core/monitor.ts';
import { type Observation, observeBatch } from '../../src/core/observation.ts';
import { calibrate } from '../../src/learning/calibration/index.ts';
import { count, dayMs, factory, optionsOf, running, tags } from '../../src/learning/calibration/testing.ts';
import { createEngine } from '../../src/detection/engine/index.ts';
import { openState } from '../../src/state/state.ts';
import { applyCalibration } from '../../src/detection/baseline/apply.ts';
import type { Calibration } from '../../src/detection/baseline/format.ts';

/** Start of each ten-minute disturbance of one tag, in days. The first three tags are in area a, the others in b. */
const troubles = [
  { day: 0.5, tag: 0 },
  { day: 5.2, tag: 1 },
  { day: 9.3, tag: 4 },
  { day: 9.6, tag: 2 },
];

function troubled(batch: Batch): Batch {
  const builder = new BatchBuilder(batch.device, count);
  for (let row = 0; row < batch.length; row++) {
    const time = batch.receiveTime[row] as number;
    const tag = batch.tag[row] as number;
    const off = troubles.some((one) => one.tag === tag && time >= one.day * dayMs && time < one.day * dayMs + 600_000);
    builder.add(tag, off ? 1_000 * 10 ** tag : (batch.value[row] as number), 0, time, time);
  }
  return builder.publish();
}

function* tenDays(): Generator<Observation> {
  for (const one of running(10, 7)) yield one.kind === 'batch' ? observeBatch(troubled(one.batch)) : one;
}

export interface BudgetRun {
  readonly calibration: Calibration;
  /** Status of the plant, then of the position `north`, which has area a. */
  readonly told: readonly BudgetStatus[];
  /** Number of alerts from a day on, in one area or in all. */
  readonly since: (day: number, area?: string) => number;
}

/** Runs a small plant for ten days with a few disturbances. The thresholds of a calibration apply from the second day on. */
export async function budgetRun(dir: string): Promise<BudgetRun> {
  const position = { name: 'north', areas: ['a'], budgetPerDay: 1.2 };
  const calibration = await calibrate({ ...optionsOf(2.4), positions: [position] });
  using state = openState(dir);
  const clock = new VirtualClock(0);
  const manager = new AlertManager({ store: state.alerts, clock, epoch: state.id, tags });
  const board = new BudgetBoard({ site: { positions: [position] }, budgetPerDay: 2.4, alerts: state.alerts, clock, wall: clock });
  board.use(calibration, dayMs);

  const engine = createEngine({ ...applyCalibration(calibration, [factory()]), tags, groups: [] });
  const raised: { at: number; area: string }[] = [];
  for (const observation of tenDays()) {
    if (observation.kind === 'batch') clock.set(observation.batch.receiveTime[0] as number);
    for (const change of engine.observe(observation)) {
      // the disturbances are at least an hour apart or at other places, so that each new finding is an alert
      if (change.change === 'begin') raised.push({ at: clock.now(), area: change.finding.area });
      manager.take(change);
    }
  }
  clock.set(10 * dayMs);
  return {
    calibration,
    told: await board.read(),
    since: (day, area) => raised.filter((one) => one.at >= day * dayMs && one.area === (area ?? one.area)).length,
  };
}
