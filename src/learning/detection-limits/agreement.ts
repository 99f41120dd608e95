import { Random } from '../../core/random.ts';

/** Factor by which measurements with faults at other times may differ, for one figure to be stated. */
export const agreement = 1.3;
/** Fewer starts do not show how much their mean varies. */
const fewest = 6;
/** Factor by which the result of one start can be wrong: limits depend on the hour. */
const alone = 2;
/** Standard errors of a difference that nearly all differences are within. */
const errors = 2;
const halves = 64;

/**
 * Mean of the middle half (interquartile mean). Like a median it ignores the tails. Unlike a median it varies little where
 * results form two clusters, such as one for each direction.
 */
export const middleMean = (values: readonly number[]): number => meanOf(middleOf(values));

/** The middle half of some values, in order of size. */
export function middleOf(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  const tail = Math.floor(sorted.length / 4);
  return sorted.slice(tail, sorted.length - tail);
}

/**
 * Standard error of the middle mean, from half-samples: one at random of each two neighbours (balanced half-samples: McCarthy,
 * Review of the International Statistical Institute 37, 1969). What neighbours have in common, such as the hour, is no error.
 * @param values in an order in which neighbours are alike
 */
export function standardError(values: readonly number[]): number {
  const random = new Random(1);
  const whole = middleMean(values);
  const squares = Array.from({ length: halves }, () => {
    const half = values
      .filter((_, i) => i % 2 === 0)
      .map((value, i) => (random.next() < 0.5 ? value : (values[2 * i + 1] ?? value)));
    return (middleMean(half) - whole) ** 2;
  });
  return Math.sqrt(meanOf(squares));
}

/**
 * Range of some results where faults at other times would give a mean that differs by more than `agreement`; undefined where the
 * mean can be stated.
 * @param logs logarithms of the results, in an order in which neighbours are alike
 */
export function spreadOf(logs: readonly number[]): { readonly least: number; readonly most: number } | undefined {
  const middle = middleOf(logs);
  const [first = Number.NaN, last = first] = [middle[0], middle.at(-1)];
  if (logs.length >= fewest) {
    const isStated = errors * Math.SQRT2 * standardError(logs) <= Math.log(agreement);
    return isStated ? undefined : { least: Math.exp(first), most: Math.exp(last) };
  }
  const mean = meanOf(middle);
  const margin = Math.log(alone) / Math.sqrt(logs.length);
  return { least: Math.exp(Math.min(first, mean - margin)), most: Math.exp(Math.max(last, mean + margin)) };
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
