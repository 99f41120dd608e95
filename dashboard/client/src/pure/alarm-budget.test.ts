import { expect, it } from 'vitest';
import { perDay } from './alarm-budget.ts';

it('no rate is told of less than a day: an anomaly in the first hour is not 24 a day', () => {
  expect(perDay({ raised: 1, coveredDays: 1 / 24 })).toBeNaN();
  expect(perDay({ raised: 0, coveredDays: 0 })).toBeNaN();
  expect(perDay({ raised: 3, coveredDays: 1 })).toBe(3);
  expect(perDay({ raised: 3, coveredDays: 7 })).toBeCloseTo(0.43, 2);
});
