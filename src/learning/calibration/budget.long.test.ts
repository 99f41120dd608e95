// Long: ten plants are calibrated and watched for a week at each alarm budget: a gate of quality.
import { describe, expect, it } from 'vitest';
import { calibrateNow } from './index.ts';
import { alertsIn, optionsOf, running } from './testing.ts';

describe('the budget', () => {
  it.each([2.4, 12])('of %d a day is kept in nine of ten weeks with operations that are new each time', (budget) => {
    let kept = 0;
    for (let seed = 1; seed <= 10; seed++) {
      const { calibration } = calibrateNow(optionsOf(budget, 3, seed), () => running(3, seed, 4));
      if (alertsIn(calibration, running(7, 100 + seed, 4)).length <= 7 * budget) kept++;
    }
    expect(kept).toBeGreaterThanOrEqual(9);
  });
});
