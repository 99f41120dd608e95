import { describe, expect, it } from 'vitest';
import { Quality } from '../../../../../src/core/quality.ts';
import { ageOf, expectedPeriod, freshnessOf, noSample, shownValue, type Sample } from './freshness.ts';

const at = 1_000_000;
const sample = (more: Partial<Sample> = {}): Sample => ({
  value: 4.12,
  quality: Quality.Good,
  receiveTime: at,
  sourceTime: at,
  lastGood: 4.12,
  ...more,
});

describe('freshness', () => {
  it('is good for two and a half periods', () => {
    expect(freshnessOf(sample(), at + 2500, 1000)).toBe('good');
    expect(freshnessOf(sample(), at + 2501, 1000)).toBe('stale');
    expect(freshnessOf(sample(), at + 2501, 5000)).toBe('good');
  });

  it('is bad for a sample of bad quality, whatever its age', () => {
    const bad = sample({ value: Number.NaN, quality: Quality.BadTimeout });
    expect(freshnessOf(bad, at, 1000)).toBe('bad');
    expect(freshnessOf(bad, at + 60_000, 1000)).toBe('bad');
    expect(shownValue(bad)).toBe(4.12);
  });

  it('shows no value before the first sample', () => {
    expect(freshnessOf(noSample, at, 1000)).toBe('never');
    expect(freshnessOf(sample({ quality: Quality.BadTimeout, lastGood: Number.NaN }), at, 1000)).toBe('never');
  });

  it('marks uncertain samples while they are fresh', () => {
    const uncertain = sample({ quality: Quality.UncertainEngineeringUnitsExceeded });
    expect(freshnessOf(uncertain, at, 1000)).toBe('uncertain');
    expect(freshnessOf(uncertain, at + 10_000, 1000)).toBe('stale');
  });

  it('has no negative age, since clocks differ slightly', () => {
    expect(ageOf(sample(), at - 50)).toBe(0);
  });
});

describe('the expected period', () => {
  it('is that of the tag, but not shorter than the page’s update period in a fast lab', () => {
    expect(expectedPeriod(2000, 1)).toBe(2000);
    expect(expectedPeriod(1000, 10)).toBe(10_000);
    expect(expectedPeriod(1000, 0)).toBe(1000);
  });
});
