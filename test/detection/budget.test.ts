import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { achievedWords } from '../../dashboard/client/src/pure/alarm-budget.ts';
import { AlertDesk } from '../../src/alerts/desk.ts';
import { BudgetBoard } from '../../src/app/monitor/budgets.ts';
import { type Batch, BatchBuilder } from '../../src/core/batch.ts';
import { VirtualClock } from '../../src/core/clock.ts';
import { type Observation, observeBatch } from '../../src/core/observation.ts';
import { applyCalibration, calibrate } from '../../src/pipeline/calibration/index.ts';
import { count, dayMs, factory, optionsOf, running, tags } from '../../src/pipeline/calibration/testing.ts';
import { createEngine } from '../../src/pipeline/engine/index.ts';
import { openState } from '../../src/state/state.ts';

const dir = mkdtempSync(join(tmpdir(), 'scadawatch-budget-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** When a tag is far off for ten minutes, in days; the first three tags are area a, the others b. */
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

it('what the page says was promised is what the calibration promised, and what was achieved is what the engine raised', async () => {
  const position = { name: 'north', areas: ['a'], budgetPerDay: 1.2 };
  const calibration = await calibrate({ ...optionsOf(2.4), positions: [position] });
  using state = openState(dir);
  const clock = new VirtualClock(0);
  const desk = new AlertDesk({ store: state.alerts, clock, epoch: state.id, tags });
  const board = new BudgetBoard({ site: { positions: [position] }, budgetPerDay: 2.4, alerts: state.alerts, clock, wall: clock });
  board.use(calibration, dayMs);

  const engine = createEngine({ ...applyCalibration(calibration, [factory()]), tags, groups: [] });
  const raised: { at: number; area: string }[] = [];
  for (const observation of tenDays()) {
    if (observation.kind === 'batch') clock.set(observation.batch.receiveTime[0] as number);
    for (const change of engine.observe(observation)) {
      // all that is wrong is an hour apart or more at other places: each finding that begins is an alert
      if (change.change === 'begin') raised.push({ at: clock.now(), area: change.finding.area });
      desk.take(change);
    }
  }
  clock.set(10 * dayMs);

  const since = (day: number, area?: string) =>
    raised.filter((one) => one.at >= day * dayMs && one.area === (area ?? one.area)).length;
  const told = board.read().map((status) => ({
    ...status,
    achieved: status.achieved.map((span) => ({ ...span, said: achievedWords(span, status.budgetPerDay) })),
  }));
  const spans = (area?: string) =>
    [9, 3, 1]
      .map((day) => since(day, area))
      .map((count_, i) => ({ raised: count_, unjudged: count_, coveredDays: [1, 7, 9][i] }));
  expect(since(9)).toBeGreaterThanOrEqual(2);
  expect(told).toMatchObject([
    {
      position: '',
      budgetPerDay: 2.4,
      promised: calibration.promise.promised,
      text: calibration.promise.text,
      achieved: spans(),
    },
    {
      position: 'north',
      budgetPerDay: 1.2,
      promised: calibration.positions?.[0]?.promised,
      text: calibration.positions?.[0]?.text,
      achieved: spans('a'),
    },
  ]);
  expect([told[0]?.promised, told[1]?.promised]).toEqual([true, true]);
  expect(told[0]?.achieved.map(({ said }) => [said.rate, said.words, said.over])).toEqual([
    [`${since(9)}.0`, `${since(9)} in 1.0 d, ${since(9)} not judged`, since(9) > 2.4],
    [(since(3) / 7).toFixed(1), `${since(3)} in 7.0 d, ${since(3)} not judged`, false],
    [(since(1) / 9).toFixed(1), `${since(1)} in 9.0 d, ${since(1)} not judged`, false],
  ]);
});
