import { expect, test } from 'vitest';
import { fitOf, median } from './testing-noise.ts';

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
