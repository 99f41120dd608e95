import { expect, test } from 'vitest';
import { Random } from '../core/random.ts';
import { independentValues, lnStudentTail, predictionBound, studentQuantile } from './bound.ts';

function autoregressive(length: number, rho: number, random: Random): Float64Array {
  let value = 0;
  return Float64Array.from({ length }, () => (value = rho * value + Math.sqrt(1 - rho * rho) * random.normal()));
}

test('a correlated series is worth n·(1 − ρ) / (1 + ρ) independent values', () => {
  const random = new Random(1);
  for (const rho of [0, 0.5, 0.8]) {
    const worth = independentValues([autoregressive(10_000, rho, random), autoregressive(10_000, rho, random)]) / 20_000;
    expect(worth).toBeGreaterThan(((1 - rho) / (1 + rho)) * 0.8);
    expect(worth).toBeLessThan(((1 - rho) / (1 + rho)) * 1.35);
  }
});

test('a constant series gives no information on dependence', () => {
  expect(independentValues([new Float64Array(50).fill(3)])).toBe(50);
  expect(predictionBound([new Float64Array(50).fill(3)], 0.01, 50)).toBe(3);
});

test.each([12, 50, 400])('of %d values the next one passes the bound about as rarely as promised', (n) => {
  const random = new Random(n);
  const share = 0.02;
  let passed = 0;
  const trials = 10_000;
  for (let trial = 0; trial < trials; trial++) {
    const series = Float64Array.from({ length: n }, () => random.normal());
    if (random.normal() > predictionBound([series], share, n)) passed++;
  }
  expect(passed / trials).toBeGreaterThan(0.5 * share);
  expect(passed / trials).toBeLessThan(1.4 * share);
});

test('quantiles of Student’s t are those of the tables', () => {
  expect(studentQuantile(0.975, 10)).toBeCloseTo(2.228, 1);
  expect(studentQuantile(0.99, 30)).toBeCloseTo(2.457, 1);
  expect(studentQuantile(0.95, 5)).toBeCloseTo(2.015, 1);
});

test.each([
  [318.309, 1, 0.001],
  [22.327, 2, 0.001],
  [4.297, 9, 0.001],
  [1.372, 10, 0.1],
  [0.7, 30, 0.2446],
  [0, 3, 0.5],
])('Student’s t exceeds %d with %d degrees of freedom with the chance of the tables', (t, freedom, chance) => {
  expect(Math.exp(lnStudentTail(t, freedom)) / chance).toBeCloseTo(1, 3);
});

test('the tail of Student’s t is finite where its chance is not', () => {
  expect(lnStudentTail(40, 1e5)).toBeCloseTo(-798.27, 1);
  expect(lnStudentTail(1e9, 3)).toBeCloseTo(-62.07, 1);
});
