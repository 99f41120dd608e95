import { expect, it } from 'vitest';
import { VirtualClock } from '../core/clock.ts';
import type { AnomalyCount } from '../core/state.ts';
import type { Calibration } from '../detection/baseline/format.ts';
import { BudgetBoard } from './budgets.ts';

const dayMs = 86_400_000;
const promise = { budgetPerDay: 2.4, promised: true, days: 3, achievedPerDay: 1, missingDays: 0, text: 'kept' };
const calibration = {
  version: 4,
  source: 'test',
  from: 0,
  to: 1,
  promise,
  positions: [{ ...promise, name: 'north', budgetPerDay: 1, promised: false, text: 'too little' }],
  detectors: {},
} as const satisfies Calibration;

const anomalies: readonly (AnomalyCount & { readonly at: number })[] = [
  { at: 0.5, area: 'a', count: 4 },
  { at: 8.2, area: 'a', verdict: 'false', count: 1 },
  { at: 9.5, area: 'a', count: 2 },
  { at: 9.5, area: 'b', verdict: 'true', count: 5 },
  { at: 9.5, area: 'b', verdict: 'expected', count: 3 },
  { at: 9.5, area: 'b', count: 1 },
];

function boardAt(day: number) {
  const clock = new VirtualClock(day * dayMs);
  const positions = [{ name: 'north', areas: ['a'], budgetPerDay: 1 }];
  const alerts = { countAnomalies: (from: number) => anomalies.filter(({ at }) => at * dayMs >= from) };
  return { board: new BudgetBoard({ site: { positions }, budgetPerDay: 2.4, alerts, clock, wall: clock }), clock };
}

it('reports for each budget the promise, and the alerts raised under the present thresholds without true and expected ones', async () => {
  const { board } = boardAt(10);
  board.use(calibration, 2 * dayMs);
  expect(await board.read()).toEqual([
    {
      position: '',
      budgetPerDay: 2.4,
      promised: true,
      text: 'kept',
      achieved: [
        { days: 1, coveredDays: 1, raised: 3, unjudged: 3 },
        { days: 7, coveredDays: 7, raised: 4, unjudged: 3 },
        // the four alerts of the first day were raised by other thresholds
        { days: 30, coveredDays: 8, raised: 4, unjudged: 3 },
      ],
    },
    {
      position: 'north',
      budgetPerDay: 1,
      promised: false,
      text: 'too little',
      achieved: [
        { days: 1, coveredDays: 1, raised: 2, unjudged: 2 },
        { days: 7, coveredDays: 7, raised: 3, unjudged: 2 },
        { days: 30, coveredDays: 8, raised: 3, unjudged: 2 },
      ],
    },
  ]);
});

it('promises nothing before the first calibration, and counts nothing', async () => {
  const [plant] = await boardAt(10).board.read();
  expect(plant).toMatchObject({ promised: false, achieved: [{ coveredDays: 0, raised: 0 }, {}, {}] });
});

it('continues to count after a review, and restarts with another calibration', async () => {
  const { board, clock } = boardAt(9);
  board.use(calibration, 2 * dayMs);
  clock.set(10 * dayMs);
  board.use({ ...calibration, detectors: { range: { baseline: null, thresholds: {} } } }, 9 * dayMs);
  expect((await board.read())[0]?.achieved[1]?.coveredDays).toBe(7);
  board.use({ ...calibration, to: 2 }, 9 * dayMs);
  expect((await board.read())[0]?.achieved[1]).toMatchObject({ coveredDays: 1, raised: 3 });
});
