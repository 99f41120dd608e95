import { expect, test } from 'vitest';
import { fitsByLength, worstOf } from './testing-noise.ts';

// Long: fits thresholds for up to 500 tags, two sample periods and some 30 lengths of each of 7 alarm budgets, which takes
// minutes of CPU.
// `lengths.test.ts` has a part of the same grid.
const growth = 1.7;

test.each([50, 24, 12, 2.4, 1, 0.2, 0.05])(
  'at %d alerts a day no length from an hour to 60 days finds more than one 5-sigma step fewer than a shorter one',
  (budgetPerDay) => {
    for (const tags of [5, 30, 100, 500])
      for (const periodMs of [10_000, 60_000]) {
        const { steps, meanSteps, rise } = worstOf(
          fitsByLength({ budgetPerDay, tags, periodMs }, growth, [1, 2, 3, 4, 5, 6, 7, 8]),
        );
        const where = `${tags} tags each ${periodMs} ms`;
        expect(steps, where).toBeLessThanOrEqual(1);
        expect(meanSteps, where).toBeLessThanOrEqual(2);
        expect(rise, where).toBeLessThan(1.8);
      }
  },
);
