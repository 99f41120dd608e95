import { independentValues, predictionBound } from '../../detector-kit/bound.ts';
import { coarser, stretches } from './tail.ts';

/** Fewer independent values than this say nothing about how high the next one can be. */
const fewestIndependent = 30;
/** Parts within which values follow each other. */
const parts = 5;
/** What is this far below the highest says nothing of the upper tail. */
const lowest = 0.05;
/** What was seen stays below the threshold by this factor. */
const aboveSeen = 1.1;

/**
 * The threshold of a channel when the calibration is too short to promise the budget: what the logarithm of its maxima stays
 * under by a prediction bound, in which correlated values count as the few independent ones that they are worth. Infinite where
 * they are too few to speak, 0 where the channel was silent.
 * @param outOfFold block maxima of parts kept out
 * @param known highest surprise on what was learned
 * @param passing rows of the calibration that may pass
 */
export function shortThreshold(outOfFold: Float32Array, known: number, passing: number): number {
  const { highest, inTime } = logsOf(outOfFold, known);
  if (highest <= 0) return 0;
  const independent = independentValues(inTime);
  if (independent < fewestIndependent) return Number.POSITIVE_INFINITY;
  const count = inTime.reduce((sum, { length }) => sum + length, 0);
  const share = Math.min(0.5, passing / count);
  return Math.max(aboveSeen * highest, Math.exp(predictionBound(inTime, share, independent)));
}

/** How many times as long a calibration must be before `shortThreshold` is finite; 1 if it is. */
export function timesTooShort(outOfFold: Float32Array): number {
  const { highest, inTime } = logsOf(outOfFold, 0);
  return highest <= 0 ? 1 : Math.max(1, fewestIndependent / Math.max(1, independentValues(inTime)));
}

/** Logarithms of the maxima, in consecutive parts. */
function logsOf(outOfFold: Float32Array, known: number): { readonly highest: number; readonly inTime: Float64Array[] } {
  // a block may be a batch or the tick after it: two of them are never less than a row
  const maxima = coarser(outOfFold, Math.min(stretches, Math.ceil(outOfFold.length / 2)));
  const highest = maxima.reduce((most, value) => Math.max(most, value), known);
  const logs = Float64Array.from(maxima, (value) => Math.log(Math.max(value, lowest * highest)));
  const size = Math.ceil(logs.length / parts);
  return { highest, inTime: Array.from({ length: parts }, (_, i) => logs.subarray(i * size, (i + 1) * size)) };
}
