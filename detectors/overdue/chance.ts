import { lnStudentTail } from '../../src/detector-kit/bound.ts';

/** Surprise 1 is a chance of one in a thousand. */
const edge = Math.log(1_000);
/** Surprise at the mean: a chance of one half. */
const atMean = Math.LN2 / edge;

/** Learned values: their number, mean, sum of squared deviations, and the largest. */
export interface Learnt {
  readonly n: number;
  readonly mean: number;
  readonly squares: number;
  readonly largest: number;
}

/**
 * Surprise of a value ≥ 0 that is still growing: the chance that the next one exceeds it, as a negative logarithm in units of `edge`.
 * The chance is that of Student's t with n − 1 degrees of freedom. The next of n + 1 values is the largest with a chance of 1 / (n + 1),
 * so up to the largest learned value the chance is at least that, and beyond it falls from there as the tail does.
 * @param step smallest difference between values
 */
export function surpriseOf(value: number, { n, mean, squares, largest }: Learnt, step: number): number {
  if (n < 2 || !(value > 0)) return 0;
  if (value <= mean) return (atMean * value) / mean;
  const deviation = Math.sqrt((squares / (n - 1) + step * step) * (1 + 1 / n));
  const lnTail = (at: number): number => lnStudentTail((at - mean) / deviation, n - 1);
  const lnNext = -Math.log(n + 1);
  if (value <= largest) return -Math.max(lnTail(value), lnNext) / edge;
  return -(lnTail(value) + Math.max(0, largest > mean ? lnNext - lnTail(largest) : 0)) / edge;
}

/** The value with a surprise of 1, at most one `step` too large. */
export function deadlineOf(learnt: Learnt, step: number): number {
  let [low, high] = [0, Math.max(step, learnt.mean, learnt.largest)];
  while (surpriseOf(high, learnt, step) < 1 && high < mostMs) high *= 2;
  while (high - low > step) {
    const middle = (low + high) / 2;
    if (surpriseOf(middle, learnt, step) < 1) low = middle;
    else high = middle;
  }
  return high;
}

/** Ten thousand years: no deadline is later. */
const mostMs = 3.2e14;
