import { studentQuantile } from '../../streaming/bound.ts';
import { graded } from '../../streaming/grade.ts';
import { coarser } from './tail.ts';

/** A million times as far as normal running went: a threshold beyond this would be passed by nothing. */
const beyondReach = graded(1e6);

/** Fewer stays than this do not tell how much they differ. */
const fewestToCompare = 3;
/** More stays than this are no prospect. */
const mostNeeded = 100;

/** Blocks in which a channel was judged in its mode: a detector says more than 0 there, and 0 in other modes. */
export const judged = (maxima: Float32Array): Float32Array => maxima.filter((surprise) => surprise > 0);

/**
 * What the next stay in a mode stays under: a prediction bound of Student's t on the most that each stay surprised by. Of these
 * there are as few as there were stays, however many values each had. Infinite where fewer than two were judged by copies that
 * had not learned them, and where so few differ so much that the bound is beyond reach.
 * @param within maxima of the blocks of parts kept out in which the channel was judged
 * @param tried stays in them
 * @param expected stays of so many that may pass it
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

/** Stays can be shorter than a block, and are not equally long: the time in the mode is cut into as many parts as there were. */
const maximaOfStays = (within: Float32Array, count: number): Float64Array => Float64Array.from(coarser(within, count));

/** @param n stays that are worth as much as these maxima say */
function boundOf(maxima: Float64Array, n: number, expected: number): number {
  const mean = maxima.reduce((sum, most) => sum + most, 0) / maxima.length;
  const variance = maxima.reduce((sum, most) => sum + (most - mean) ** 2, 0) / (maxima.length - 1);
  const quantile = studentQuantile(1 - Math.min(0.5, expected / n), n - 1);
  return mean + quantile * Math.sqrt(variance * (1 + 1 / n));
}
