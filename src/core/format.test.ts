import { describe, expect, it } from 'vitest';
import { formatDuration, formatEstimate, formatNumber } from './format.ts';

describe('formatDuration', () => {
  it.each([
    [0, '0 s'],
    [0.2, '0.2 ms'],
    [250, '250 ms'],
    [1_400, '1.4 s'],
    [9_960, '10 s'],
    [45_000, '45 s'],
    [59_800, '1 min'],
    [130_000, '2 min 10 s'],
    [240_000, '4 min'],
    [3_599_900, '1 h'],
    [7_800_000, '2 h 10 min'],
    [72_000_000, '20 h'],
    [259_200_000, '3 d'],
    [273_600_000, '3 d 4 h'],
    [86_399_000, '1 d'],
    [-7_800_000, '−2 h 10 min'],
    [Number.NaN, 'an unknown time'],
  ])('writes %d ms as %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

  it('writes one unit if the caller requests it', () => {
    expect([45_000, 7_800_000, 273_600_000].map((ms) => formatDuration(ms, '–', 1))).toEqual(['45 s', '2 h', '3 d']);
  });

  it('writes the given text for a duration that is not a number', () => expect(formatDuration(Number.NaN, '–')).toBe('–'));
});

it.each([
  [0.04, '1 h'],
  [0.21, '5 h'],
  [1.4, '34 h'],
  [2.49, '2.5 d'],
  [9.96, '10 d'],
  [41.7, '42 d'],
  [137, '140 d'],
])('estimates %d days as %s', (days, text) => expect(formatEstimate(days * 86_400_000)).toBe(text));

describe('formatNumber', () => {
  it.each([
    [0, '0'],
    [0.012_345, '0.0123'],
    [1.5, '1.5'],
    [12.36, '12.4'],
    [-0.6, '−0.6'],
    [101.37, '101'],
    [1_013.25, '1013'],
    [1.234e-9, '1.23e−9'],
    [2.5e12, '2.50e+12'],
    [Number.NaN, '–'],
  ])('writes %d as %s', (value, text) => expect(formatNumber(value)).toBe(text));

  it('keeps more decimals if the tag has them', () => expect(formatNumber(1_013.257, 2)).toBe('1013.26'));
});
