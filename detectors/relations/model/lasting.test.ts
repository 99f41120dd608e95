import { median } from 'simple-statistics';
import { expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { LastingResiduals, largestLasting } from './lasting.ts';

const rows = (count: number, seed: number): Float64Array[] => {
  const random = new Random(seed);
  return Array.from({ length: count }, () => Float64Array.of(random.normal(), Math.round(2 * random.normal()) || 0));
};
const window = 31;

it('is the median of the last 31 residuals of each tag, and 0 before', () => {
  const all = rows(200, 1);
  const lasting = new LastingResiduals(2);
  all.forEach((residuals, row) => {
    // a stay ends after 90 rows
    const since = row < 90 ? 0 : 90;
    lasting.push(residuals, row === since);
    const last = all.slice(Math.max(since, row + 1 - window), row + 1);
    const expected = [0, 1].map((tag) => (last.length < window ? 0 : median(last.map((one) => one[tag] as number))));
    expect([...lasting.medians]).toEqual(expected);
  });
});

it('continues from a snapshot as without one', () => {
  for (const at of [10, 31, 77]) {
    const all = rows(120, at);
    const [whole, first, second] = [new LastingResiduals(2), new LastingResiduals(2), new LastingResiduals(2)];
    for (const [row, residuals] of all.entries()) {
      whole.push(residuals, row === 0);
      if (row < at) first.push(residuals, row === 0);
      if (row === at) second.restore(structuredClone(first.snapshot()));
      if (row >= at) second.push(residuals, false);
    }
    expect([...second.medians]).toEqual([...whole.medians]);
  }
});

it('is not moved by residuals of less than half of a window', () => {
  const calm = rows(200, 3).map((one) => one.map((value) => value / 100));
  const step = calm.map((one, row) => (row >= 100 && row < 115 ? Float64Array.of(40, 40) : one));
  const lasts = calm.map((one, row) => (row >= 100 ? Float64Array.of(40, one[1] as number) : one));
  for (const largest of largestLasting([[step]], 2)) expect(largest).toBeLessThan(0.1);
  expect(largestLasting([[lasts]], 2)[0]).toBe(40);
});
