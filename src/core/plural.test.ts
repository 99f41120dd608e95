import { expect, it } from 'vitest';
import { plural } from './plural.ts';

it.each([
  ['Battery', 'Batteries'],
  ['relay', 'relays'],
  ['Busbar', 'Busbars'],
  ['bus', 'buses'],
  ['switch', 'switches'],
  ['press', 'presses'],
  ['pumps', 'pumps'],
  ['Equipment', 'Equipment'],
  ['switchgear', 'switchgear'],
  ['PRV', 'PRVs'],
])('the plural of %s is %s', (one, several) => {
  expect(plural(one)).toBe(several);
});
