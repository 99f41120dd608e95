import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Random } from '../core/random.ts';
import { Columns } from './columns.ts';
import { BlockMeans, growthOf } from './wander.ts';

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
  const meansOf = (next: () => number): Float64Array => {
    const means = new BlockMeans(new Columns(1));
    for (let i = 0; i < 3_200; i++) means.add(0, next());
    return means.of(0);
  };
  const walks = Array.from({ length: 41 }, () => {
    let walk = 0;
    return meansOf(() => (walk += random.normal()));
  });
  const noises = walks.map(() => meansOf(() => random.normal()));
  expect(typical(walks.map((means) => growthOf(means, 1, 100)))).toBeGreaterThan(6);
  expect(Math.max(...walks.map((means) => growthOf(means, 1, 100)))).toBeLessThanOrEqual(10);
  expect(typical(noises.map((means) => growthOf(means, 1, 100)))).toBeLessThan(1.5);
  // what was learned for longer than the horizon has shown its range
  expect(walks.map((means) => growthOf(means, 100, 1)).every((growth) => growth === 1)).toBe(true);
});

it('keeps the level of a constant, and takes too few blocks as a random walk', () => {
  expect(growthOf(new Float64Array(40).fill(3), 1, 100)).toBe(1);
  expect(growthOf(Float64Array.of(3, 3, 3), 1, 100)).toBe(10);
});
