import { expect, test } from 'vitest';
import { Random } from '../../core/random.ts';
import { certaintyOf } from '../../detection/engine/rarity.ts';
import { rarityOf } from './rarity.ts';

const days = 15;

test('the rarity of a surprise in normal operation is about right, rather too frequent than too rare', () => {
  const told = Array.from({ length: 20 }, (_, seed) => {
    const random = new Random(seed);
    const maxima = Float32Array.from({ length: 1_500 }, () => -Math.log(1 - random.next()));
    const certainty = certaintyOf(Math.log(5_000), rarityOf(maxima, days));
    return certainty.kind === 'calibrated' ? certainty.onceInDays : Number.NaN;
  }).toSorted((a, b) => a - b);
  // 100 blocks a day with a chance of 1 in 5 000 each: once in 50 days
  expect(told[10]).toBeGreaterThan(10);
  expect(told[10]).toBeLessThan(60);
});

test('a tail is not extrapolated beyond ten times the learned time, and without one nothing is', () => {
  const random = new Random(1);
  const maxima = Float32Array.from({ length: 1_500 }, () => -Math.log(1 - random.next()));
  expect(certaintyOf(100, rarityOf(maxima, days))).toMatchObject({ onceInDays: 10 * days, learnedDays: days, beyond: true });
  expect(certaintyOf(100, rarityOf(new Float32Array(1_500), days))).toMatchObject({ onceInDays: days, beyond: true });
});
