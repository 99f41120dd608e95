import { expect, it } from 'vitest';
import { achievedWords, perDay } from './alarm-budget.ts';

it('has no rate for less than a day: an anomaly in the first hour does not mean 24 per day', () => {
  expect(perDay({ raised: 1, coveredDays: 1 / 24 })).toBeNaN();
  expect(perDay({ raised: 0, coveredDays: 0 })).toBeNaN();
  expect(perDay({ raised: 3, coveredDays: 1 })).toBe(3);
  expect(perDay({ raised: 3, coveredDays: 7 })).toBeCloseTo(0.43, 2);
});

it('counts raised anomalies over the time in which thresholds were in force', () => {
  const words = (coveredDays: number): string => achievedWords({ days: 7, coveredDays, raised: 1, unjudged: 0 }, 2.4).words;
  expect(words(0)).toBe('no thresholds yet');
  expect(words(20 / 1_440)).toBe('a day: 1 in 20 min, 0 without verdict');
  expect(words(0.5)).toBe('a day: 1 in 12 h, 0 without verdict');
  expect(words(7)).toBe('a day: 1 in 7 d, 0 without verdict');
});
