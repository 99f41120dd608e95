// Long: fits thresholds for up to 500 tags, two sample periods and up to 30 lengths of each of 7 alarm budgets, which takes
// 4 minutes of CPU.
// `lengths.test.ts` has a part of the same grid.
import { expect, test } from 'vitest';
import { fitsByLength, worstOf } from './testing-noise.ts';

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
        expect(rise, where).toBeLessThan(1.8);
      }
  },
);
