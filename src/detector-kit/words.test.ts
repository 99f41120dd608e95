import fc from 'fast-check';
import { expect, it } from 'vitest';
import { tagOf } from '../../test/support/detectors.ts';
import { compared, isNothing } from './words.ts';

const tag = tagOf('LT01', { decimals: 1, unit: 'm' });

it('values that a sentence compares differ in their text, and only nothing is zero', () => {
  const value = fc.integer({ min: -30_000, max: 30_000 }).map((one) => one / 10_000);
  fc.assert(
    fc.property(value, value, value, (...values) => {
      const texts = compared(tag, ...values);
      expect(new Set(texts).size).toBe(new Set(values).size);
      expect(texts.filter((text, i) => /^−?[0.]+ m$/.test(text) && !isNothing(values[i] as number, tag))).toEqual([]);
    }),
  );
});

it('has the decimals of the tag where they are enough, and three more at most', () => {
  expect(compared(tag, 3.94, 3.86)).toEqual(['3.94 m', '3.86 m']);
  expect(compared(tag, 3.94, 3.76)).toEqual(['3.9 m', '3.8 m']);
  expect(compared(tag, 0.04, 0.06)).toEqual(['0.04 m', '0.06 m']);
  expect(compared(tag, 2, 2.000_01)).toEqual(['2.0 m', '2.0 m']);
  expect(compared(tag, 0.000_2, 0.000_31, 0.000_32)).toEqual(['0.0002 m', '0.0003 m', '0.0003 m']);
  expect(compared(tag, 0, 0.04)).toEqual(['0.00 m', '0.04 m']);
});
