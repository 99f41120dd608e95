import { studentQuantile } from '../../detector-kit/bound.ts';
import { graded } from '../../detector-kit/grade.ts';
import { coarser } from './tail.ts';

/** A million times the extreme of normal operation: nothing would pass a threshold beyond it. */
const beyondReach = graded(1e6);

/** Fewer stays than this do not show their variation. */
const fewestToCompare = 3;
/** More stays than this are not expected. */
const mostNeeded = 100;

/** Blocks in which a channel was judged in its mode: its surprise is more than 0 there, and 0 in other modes. */
export const judged = (maxima: Float32Array): Float32Array => maxima.filter((surprise) => surprise > 0);

/**
 * Upper bound of the next stay in a mode: a prediction bound of Student's t on the largest surprise of each stay. Their
 * number is that of the stays, for any number of values in each. Infinite if fewer than two were judged by copies that
 * had not learned them, and if so few differ so much that the bound is beyond reach.
 * @param within maxima of the holdout blocks in which the channel was judged
 * @param tried stays in them
 * @param expected number of passing stays among so many
 */
export function stayThreshold(within: Float32Array, tried: number, expected: number): number {
  const count = Math.min(Math.round(tried), within.length);
  if (count < 2) return Number.POSITIVE_INFINITY;
  const maxima = maximaOfStays(within, count);
  const bound = boundOf(maxima, maxima.length, expected);
  return bound > beyondReach ? Number.POSITIVE_INFINITY : bound;
}

/** Stays that must be judged before `stayThreshold` is finite, if the next ones are like those; undefined if more than 100. */
export function staysNeeded(within: Float32Array, tried: number, expected: number): number | undefined {
  const count = Math.min(Math.round(tried), within.length);
  if (count < 2) return fewestToCompare;
  const maxima = maximaOfStays(within, count);
  for (let n = Math.max(count + 1, fewestToCompare); n <= mostNeeded; n++)
    if (boundOf(maxima, n, expected) <= beyondReach) return n;
  return undefined;
}

/** Stays can be shorter than a block, and have different lengths: the time in the mode is cut into as many parts as there were. */
const maximaOfStays = (within: Float32Array, count: number): Float64Array => Float64Array.from(coarser(within, count));

/** @param n number of stays that equals these maxima */
function boundOf(maxima: Float64Array, n: number, expected: number): number {
  const mean = maxima.reduce((sum, most) => sum + most, 0) / maxima.length;
  const variance = maxima.reduce((sum, most) => sum + (most - mean) ** 2, 0) / (maxima.length - 1);
  const quantile = studentQuantile(1 - Math.min(0.5, expected / n), n - 1);
  return mean + quantile * Math.sqrt(variance * (1 + 1 / n));
}
