import { expect, it } from 'vitest';
import { countBetween, numberBetween } from './option-values.ts';

it('counts are whole numbers, measures may have decimals', () => {
  expect(numberBetween(1, 10)('2.5')).toBe(2.5);
  expect(countBetween(1, 10)('3')).toBe(3);
  for (const text of ['2.5', '0', '11', 'x', 'NaN']) expect(() => countBetween(1, 10)(text)).toThrow(/number from 1 to 10/);
});
