import { independentValues, predictionBound } from '../../detector-kit/bound.ts';
import { coarser, stretches } from './tail.ts';

/** Least number of independent values that can bound the next one: with two degrees of freedom, the bound is far from what was seen, but finite. */
const fewestIndependent = 3;
/** With fewer independent values a channel has not shown its drift: its threshold is higher by the root of the ratio. */
const enoughIndependent = 36;
/** Number of contiguous parts in which dependence is measured. */
const parts = 5;
/** Values below this fraction of the highest carry no information on the upper tail. */
const lowest = 0.05;
/** Least ratio of the threshold to every observed value. */
const aboveSeen = 1.1;
/** Largest one where the alarm budget can be promised, as for the tails there. */
const mostAboveSeen = 2;

/**
 * Threshold of a channel if the calibration is too short to promise the budget: a prediction bound on the logarithm of its
 * maxima. Correlated values count as the smaller number of independent values. Infinite if these are too few, 0 if the channel
 * had no surprise.
 * With few degrees of freedom the quantile of a rare share is far beyond any surprise that a fault can cause. What exceeds
 * twice the highest observed value is therefore reduced, on a logarithmic scale, as the evidence on the budget grows.
 * @param outOfFold block maxima of holdout folds
 * @param known highest surprise on learned data
 * @param passing rows of the calibration that may pass
 * @param evidence 0–1: 1 if the budget can be promised
 */
export function shortThreshold(outOfFold: Float32Array, known: number, passing: number, evidence: number): number {
  const { highest, inTime } = logsOf(outOfFold, known);
  if (highest <= 0) return 0;
  const independent = independentValues(inTime);
  if (independent < fewestIndependent) return Number.POSITIVE_INFINITY;
  const count = inTime.reduce((sum, { length }) => sum + length, 0);
  const share = Math.min(0.5, passing / count);
  const caution = Math.sqrt(Math.max(1, enoughIndependent / independent));
  const bound = Math.log(Math.max(aboveSeen * highest, Math.exp(predictionBound(inTime, share, independent))));
  const excess = Math.max(0, bound - Math.log(mostAboveSeen * highest));
  return caution * Math.exp(bound - evidence * excess);
}

/** Factor by which a calibration must be longer so that `shortThreshold` is finite; 1 if it is. */
export function timesTooShort(outOfFold: Float32Array): number {
  const { highest, inTime } = logsOf(outOfFold, 0);
  return highest <= 0 ? 1 : Math.max(1, fewestIndependent / Math.max(1, independentValues(inTime)));
}

/** Logarithms of the maxima, in consecutive parts. */
function logsOf(outOfFold: Float32Array, known: number): { readonly highest: number; readonly inTime: Float64Array[] } {
  // a block may be a batch or the tick after it, so two of them are at least a row
  const maxima = coarser(outOfFold, Math.min(stretches, Math.ceil(outOfFold.length / 2)));
  const highest = maxima.reduce((most, value) => Math.max(most, value), known);
  const logs = Float64Array.from(maxima, (value) => Math.log(Math.max(value, lowest * highest)));
  const size = Math.ceil(logs.length / parts);
  return { highest, inTime: Array.from({ length: parts }, (_, i) => logs.subarray(i * size, (i + 1) * size)) };
}
