import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Random } from '../core/random.ts';
import { Columns } from './columns.ts';
import { BlockMeans, blockMeans, growthOf } from './wander.ts';

it('keeps the means of equal blocks of any number of values (property)', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { maxLength: 700 }), (values) => {
      const means = new BlockMeans(new Columns(2));
      for (const value of values) means.add(1, value);
      const own = means.of(1);
      expect(own.length).toBeLessThanOrEqual(64);
      const size = own.length === 0 ? 1 : 2 ** Math.max(0, Math.ceil(Math.log2(values.length / 64)));
      expect(own.length).toBe(Math.floor(values.length / size));
      own.forEach((mean, block) => {
        const part = values.slice(block * size, (block + 1) * size);
        expect(mean).toBeCloseTo(part.reduce((sum, value) => sum + value, 0) / size, 9);
      });
      expect(means.of(0)).toHaveLength(0);
    }),
    { seed: 1, numRuns: 50 },
  );
});

it('lets the level of a random walk grow by the root of the time, and that of noise hardly', () => {
  const random = new Random(7);
  const typical = (growths: readonly number[]): number => growths.toSorted((a, b) => a - b)[growths.length >> 1] ?? Number.NaN;
  const both = Array.from({ length: 41 }, () => {
    let walk = 0;
    const rows = Array.from({ length: 3_200 }, () => Float64Array.of((walk += random.normal()), random.normal()));
    return [blockMeans(rows, 0), blockMeans(rows, 1)] as const;
  });
  const [walks, noises] = [both.map(([one]) => one), both.map(([, one]) => one)];
  expect(typical(walks.map((means) => growthOf(means, 1, 100)))).toBeGreaterThan(6);
  expect(Math.max(...walks.map((means) => growthOf(means, 1, 100)))).toBeLessThanOrEqual(10);
  expect(typical(noises.map((means) => growthOf(means, 1, 100)))).toBeLessThan(1.5);
  // what was learned for longer than the horizon has shown its range
  expect(walks.map((means) => growthOf(means, 100, 1)).every((growth) => growth === 1)).toBe(true);
});
