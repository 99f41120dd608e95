import { expect, it } from 'vitest';
import { Random } from '../../core/random.ts';
import { spreadOf } from './agreement.ts';
import { learned, limitsAt, spreads } from './testing/daily-plant.ts';

// `agreement.long.test.ts` compares more seeds and baselines
it('every figure that a limit states agrees with faults at another seed within 30 %', async () => {
  const calibration = await learned(1);
  const found = spreads([21, 22].map((seed) => limitsAt(calibration, seed)));
  // nine faults of two levels, eight of a temperature and of a flow
  expect(found.size).toBe(34);
  for (const [what, results] of found)
    for (const ratio of results) {
      expect(ratio, what).toBeGreaterThan(0.7);
      expect(ratio, what).toBeLessThan(1.3);
    }
  // the time to a finding at random is no figure, nor is noise that no detector finds; most other limits are one
  expect(found.get('LT1 doubled-noise')).toEqual([]);
  expect([...found.values()].filter(({ length }) => length === 2).length).toBeGreaterThan(18);
});

it('states no figure of results at random, and one of results that follow the hour alone', () => {
  const random = new Random(1);
  const results = (noise: number): number[] =>
    Array.from({ length: 24 }, (_, hour) => Math.sin(hour / 4) + noise * random.normal());
  const stated = (noise: number): number =>
    Array.from({ length: 50 }, () => spreadOf(results(noise))).filter((one) => one === undefined).length;
  expect(stated(0.05)).toBe(50);
  expect(stated(1.3)).toBe(0);
  // fewer starts do not show how much they vary
  const { least, most } = spreadOf([0, 0.01]) ?? { least: 1, most: 1 };
  expect(most / least).toBeGreaterThan(2);
});
