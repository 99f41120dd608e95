import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sumOfLargest } from './largest.ts';

test('the sum of the largest is that of a sorted copy, and the values are unchanged', () => {
  const values = fc.array(fc.oneof(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), fc.integer({ min: 0, max: 3 })), {
    minLength: 1,
    maxLength: 60,
  });
  fc.assert(
    fc.property(values, fc.nat(), (list, n) => {
      const count = 1 + (n % list.length);
      const data = Float64Array.from(list);
      const expected = list.toSorted((a, b) => b - a).slice(0, count);
      expect(sumOfLargest(data, count)).toBeCloseTo(
        expected.reduce((sum, value) => sum + value, 0),
        4,
      );
      expect([...data]).toEqual(list);
    }),
    { seed: 7, numRuns: 500 },
  );
});
