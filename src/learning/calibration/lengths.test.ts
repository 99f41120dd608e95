import { expect, test } from 'vitest';
import { Random } from '../../core/random.ts';
import { falseRowsPerDay, fitOf, fitsByLength, median, stepsFound, worstOf } from './testing-noise.ts';

/** Largest ratio of a tag's threshold to the lowest one of shorter calibrations. */
const mostRise = 1.8;

test('every threshold is finite at every alarm budget, length and number of tags, and no channel of noise is unwatched', () => {
  const random = new Random(12);
  const between = (low: number, high: number): number => low * (high / low) ** random.next();
  for (let run = 0; run < 40; run++) {
    const [budget, days, tags] = [between(0.05, 50), between(1 / 24, 60), Math.round(between(5, run % 20 === 0 ? 500 : 60))];
    const setting = { budgetPerDay: budget, days, tags, periodMs: 10_000, seed: run };
    const fit = fitOf(setting);
    const { ranges, relations, unwatched, promise } = fit;
    const where = `${budget} a day, ${days} days, ${tags} tags`;
    expect(ranges, where).toHaveLength(tags);
    for (const begin of [...ranges, ...relations]) {
      expect(begin, where).toBeGreaterThan(0);
      expect(begin, where).toBeLessThan(50);
    }
    expect([...unwatched.keys()], where).toEqual([]);
    if (promise.promised) {
      expect(budget * days, where).toBeGreaterThanOrEqual(3);
      // it holds in nine of ten weeks, and the tenth comes close
      expect(falseRowsPerDay(fit, setting), where).toBeLessThan(1.5 * budget);
    } else expect(promise.missingDays, where).toBeGreaterThan(0);
  }
});

/** Lengths grow threefold; `lengths.long.test.ts` uses a finer grid. */
const growth = 3;

test.each([
  [50, 24],
  [2.4, 1],
  [0.2, 0.05],
])('at %d and %d alerts a day no length finds more than one 5-sigma step fewer than a shorter one', (...budgets) => {
  for (const budgetPerDay of budgets)
    for (const [tags, periodMs] of [
      [5, 60_000],
      [30, 10_000],
    ] as const) {
      const { steps, meanSteps, rise } = worstOf(fitsByLength({ budgetPerDay, tags, periodMs }, growth, [1, 2, 3, 4]));
      const where = `${budgetPerDay} a day, ${tags} tags each ${periodMs} ms`;
      expect(steps, where).toBeLessThanOrEqual(1);
      expect(meanSteps, where).toBeLessThanOrEqual(2);
      // a threshold must rise from the share of rows to the budget, see README.md, "Detection and length"
      expect(rise, where).toBeLessThan(mostRise);
    }
});

// before the tails of a detector shared what they have in common, 12 and 9 steps were found at both budgets
test.each([
  [24, 0.146, 0.348],
  [0.2, 3, 30],
])('with 500 tags each minute, at %d alerts a day, %d days find at most one step more than %d days', (...of) => {
  const [budgetPerDay, ...lengths] = of;
  const [short = 0, long = 0] = lengths.map((days) => {
    const setting = { budgetPerDay, days, tags: 500, periodMs: 60_000, seed: 1 };
    return stepsFound(fitOf(setting), setting).byTag;
  });
  expect(short - long).toBeLessThanOrEqual(1);
});

test('no number of rows leaves tags unwatched', () => {
  for (let rows = 60; rows <= 90; rows++) {
    const setting = { budgetPerDay: 1, days: rows / 1_440, tags: 5, periodMs: 60_000 };
    const unwatched = [1, 2, 3, 4].filter((seed) => fitOf({ ...setting, seed }).ranges.length < 3);
    expect(unwatched, `${rows} rows`).toEqual([]);
  }
});

test.each([
  [24, 5, 10_000],
  [2.4, 100, 10_000],
  [0.5, 20, 10_000],
  // 180, 360 and 600 rows: 0.3 % of them is one row
  [24, 5, 60_000],
  [2.4, 5, 300_000],
  [1, 20, 432_000],
])(
  'thresholds are no step where a promise of %d alerts a day begins, with %d tags each %d ms',
  (budgetPerDay, tags, periodMs) => {
    const [before, after] = [2.999, 3.001].map((alerts) =>
      fitOf({ budgetPerDay, days: alerts / budgetPerDay, tags, periodMs, seed: 5 }),
    );
    const [ranges, relations] = (['ranges', 'relations'] as const).map((kind) =>
      Math.log(median(after?.[kind] ?? []) / median(before?.[kind] ?? [])),
    );
    // the row fit is never lowered, and with few rows it is above the budget fit
    expect(ranges).toBeLessThan(0.1);
    if (periodMs === 10_000) expect(ranges).toBeGreaterThan(-0.1);
    // until then the threshold is 1, and it rises only as far as alerts on holdout folds require
    expect(relations).toBeLessThan(Math.log(1.5));
  },
);
