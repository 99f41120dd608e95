import { expect, it } from 'vitest';
import { learned, limitsAt, spreads } from './testing/daily-plant.ts';

// `agreement.long.test.ts` compares more seeds and baselines
it('every limit agrees with faults at another seed within 30 %', async () => {
  const calibration = await learned(1);
  const found = spreads([21, 22].map((seed) => limitsAt(calibration, seed)));
  // nine faults of two levels and eight of a temperature, without four whose time is random
  expect(found.size).toBe(22);
  for (const [what, results] of found)
    for (const ratio of results) {
      expect(ratio, what).toBeGreaterThan(0.7);
      expect(ratio, what).toBeLessThan(1.3);
    }
});
