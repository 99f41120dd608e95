import { isBad, isUncertain } from '../../../../../src/core/quality.ts';

/** The last sample of a tag in the browser. Times in ms UTC of the site's clock, NaN before the first sample. */
export interface Sample {
  readonly value: number;
  readonly quality: number;
  readonly receiveTime: number;
  readonly sourceTime: number;
  /** Last value that was good, NaN before the first. */
  readonly lastGood: number;
}

/** Freshness of a sample, which a value cell shows beside the figure. */
export type Freshness = 'good' | 'uncertain' | 'stale' | 'bad' | 'never';

/** A value is stale when it is older than this many of its expected periods. */
export const stalePeriods = 2.5;

/** Period at which the page receives values, ms of wall time. In a fast lab this is much plant time. */
const paintMs = 1000;

/** Period at which a new sample can be expected on the page, site ms. */
export const expectedPeriod = (scanMs: number, speed: number): number => Math.max(scanMs, paintMs * speed);

/** Age of a sample, ms, never negative; NaN before the first. */
export const ageOf = (sample: Sample, now: number): number => Math.max(0, now - sample.receiveTime);

/**
 * Freshness of a sample. Bad takes precedence over stale: a device that reports bad quality each second is fresh and bad.
 * @param periodMs period at which a new sample is expected, see `expectedPeriod`
 */
export function freshnessOf(sample: Sample, now: number, periodMs: number): Freshness {
  if (Number.isNaN(sample.receiveTime)) return 'never';
  if (isBad(sample.quality)) return Number.isNaN(sample.lastGood) ? 'never' : 'bad';
  if (ageOf(sample, now) > stalePeriods * periodMs) return 'stale';
  return isUncertain(sample.quality) ? 'uncertain' : 'good';
}

/** The figure to show: bad samples show the last good value, in brackets. */
export const shownValue = (sample: Sample): number => (isBad(sample.quality) ? sample.lastGood : sample.value);

export const noSample: Sample = {
  value: Number.NaN,
  quality: 0x80320000,
  receiveTime: Number.NaN,
  sourceTime: Number.NaN,
  lastGood: Number.NaN,
};
