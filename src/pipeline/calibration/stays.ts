import { studentQuantile } from '../../streaming/bound.ts';
import { graded } from '../../streaming/grade.ts';
import { coarser } from './tail.ts';

/** A million times as far as normal running went: a threshold beyond this would be passed by nothing. */
const beyondReach = graded(1e6);

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
  // stays can be shorter than a block, and are not equally long: the time in the mode is cut into as many parts as there were
  const maxima = Float64Array.from(coarser(within, count));
  const n = maxima.length;
  const mean = maxima.reduce((sum, most) => sum + most, 0) / n;
  const variance = maxima.reduce((sum, most) => sum + (most - mean) ** 2, 0) / (n - 1);
  const quantile = studentQuantile(1 - Math.min(0.5, expected / n), n - 1);
  const bound = mean + quantile * Math.sqrt(variance * (1 + 1 / n));
  return bound > beyondReach ? Number.POSITIVE_INFINITY : bound;
}
