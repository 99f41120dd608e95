// Long: fits thresholds for up to 500 tags, two sample periods and up to 30 lengths of each of 7 alarm budgets, which takes
// 4 minutes of CPU, and ten plants at two budgets.
import { expect, test } from 'vitest';
import { Random } from '../../core/random.ts';
import { calibrateNow } from './index.ts';
import { alertsIn, optionsOf, running } from './testing.ts';
import { falseRowsPerDay, fitOf, fitsByLength, stepsFound, worstOf } from './testing-noise.ts';

/** Largest ratio of a tag's threshold to the lowest one of shorter calibrations. */
const mostRise = 1.8;

const recordings = [1, 2, 3, 4, 5, 6, 7, 8];

test.each([50, 24, 12, 2.4, 1, 0.2, 0.05])(
  'at %d alerts a day no length from an hour to 60 days finds more than one 5-sigma step fewer than a shorter one',
  (budgetPerDay) => {
    // fits take as long as there are tags: with many, lengths grow faster and fewer recordings with few rows are averaged
    for (const [tags, growth, seeds] of [
      [5, 1.7, recordings],
      [30, 1.7, recordings],
      [100, 1.7, recordings.slice(0, 2)],
      [500, 2.5, recordings.slice(0, 1)],
    ] as const)
      for (const periodMs of [10_000, 60_000]) {
        const { steps, meanSteps, rise } = worstOf(fitsByLength({ budgetPerDay, tags, periodMs }, growth, seeds));
        const where = `${tags} tags each ${periodMs} ms`;
        expect(steps, where).toBeLessThanOrEqual(1);
        expect(meanSteps, where).toBeLessThanOrEqual(2);
        // a threshold must rise from the share of rows to the budget, see README.md, "Detection and length"
        expect(rise, where).toBeLessThan(mostRise);
      }
  },
);

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

test.each([2.4, 12])('a budget of %d a day is kept in nine of ten weeks with operations that are new each time', (budget) => {
  let kept = 0;
  for (let seed = 1; seed <= 10; seed++) {
    const { calibration } = calibrateNow(optionsOf(budget, 3, seed), () => running(3, seed, 4));
    if (alertsIn(calibration, running(7, 100 + seed, 4)).length <= 7 * budget) kept++;
  }
  expect(kept).toBeGreaterThanOrEqual(9);
});
