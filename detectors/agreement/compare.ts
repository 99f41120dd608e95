import type { Tag } from '../../src/core/tag.ts';
import type { Surroundings } from './polls.ts';

/** Differences are given in units of the tolerated one up to this. */
const mostRatio = 1_000;
/** Ratio of a state that no poll shows. */
const otherState = 2;
/** Share of the engineering range below which values are equal: converters of 10 bits are coarser. */
const equalShare = 0.001;
/** Tolerance in usual changes between two polls: a reading may be late by about that number of polls. */
const changes = 2;

/**
 * Distance of a reading from the polled values around it, in units of the tolerated one: 0 for equal, above 1 for another value.
 * For a discrete tag it must equal one of them.
 */
export function compare(reading: number, { values, change }: Surroundings, tag: Tag): number {
  if (tag.kind === 'discrete') return values.includes(reading) ? 0 : otherState;
  const distance = Math.max(0, Math.min(...values) - reading, reading - Math.max(...values));
  return Math.min(mostRatio, distance / (resolution(tag) + changes * change));
}

/** Smallest difference between two values of a tag that means anything. */
export function resolution({ decimals, range }: Tag): number {
  return Math.max(10 ** -decimals, range === undefined ? 0 : equalShare * (range.high - range.low));
}
