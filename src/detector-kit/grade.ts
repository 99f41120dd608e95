/**
 * Surprise from a ratio to the extreme of normal operation: the ratio itself up to 1, that edge, and 1 + ln beyond. Logarithms
 * of ratios have the exponential tails that thresholds are fitted to, and no single wild value sets the scale for others.
 */
export const graded = (ratio: number): number => (ratio > 1 ? 1 + Math.log(ratio) : ratio);

/**
 * A ratio to the longest or shortest of few stays, reduced by its reliability. The extreme of n is a weak bound for the next one, so
 * a ratio beyond it counts by its power n / (n + `half`).
 */
export const trusted = (ratio: number, stays: number, half: number): number =>
  ratio > 1 ? ratio ** (stays / (stays + half)) : ratio;

/**
 * Inverse of the chance of a new result after `trials` trials, of which `once` gave a unique result: (once + 1) / (trials + 1), the
 * chance that one of these and the new one is unique (Good, Biometrika 40 (1953) 237; H. Robbins, Ann. Math. Stat. 39 (1968) 256).
 * Without unique results it is the rule of succession. At least 1.
 */
export const inverseChanceOfNew = (trials: number, once: number): number => Math.max(1, (trials + 1) / (once + 1));

/** Surprise of a new result: the negative log of its chance. */
export const surpriseOfNew = (trials: number, once: number): number => Math.log(inverseChanceOfNew(trials, once));

/** Adds one value to a mean of `count` earlier ones; beyond `most` values it forgets exponentially. */
export const meanStep = (mean: number, value: number, count: number, most: number): number =>
  mean + (value - mean) / (Math.min(count, most - 1) + 1);

/** Makes a channel's number at least `value`. */
export function raise(column: Float64Array, channel: number, value: number): void {
  if (value > (column[channel] as number)) column[channel] = value;
}

/** Odds at which an anomaly is over, and the largest contribution of one value: as logarithms. */
const sureOdds = Math.log(1_000);
const mostOdds = 2;

/**
 * CUSUM of the evidence that the anomaly in a memory is over (E. S. Page, Biometrika 41 (1954) 100), so that the memory can
 * restart. It takes four values in a row, each far more likely in normal operation than by the memory.
 * @param odds logarithm of the likelihood ratio of the value, normal operation over the memory
 * @returns true when it is over; the sum then restarts
 */
export function addsOver(sums: Float64Array, channel: number, odds: number): boolean {
  const sum = Math.max(0, (sums[channel] as number) + Math.min(odds, mostOdds));
  const over = sum > sureOdds;
  sums[channel] = over ? 0 : sum;
  return over;
}
