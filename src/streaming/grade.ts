/**
 * Surprise from a ratio to the furthest that normal running went: the ratio itself up to 1, that edge, and 1 + ln beyond. Logarithms
 * of ratios have the exponential tails that thresholds are fitted to, and let no single wild value set the scale for others.
 */
export const graded = (ratio: number): number => (ratio > 1 ? 1 + Math.log(ratio) : ratio);

/**
 * A ratio to the longest or shortest of few stays, as far as they can be trusted: the extreme of n says little of the next one, so that what
 * goes beyond it counts by its power n / (n + `half`).
 */
export const trusted = (ratio: number, stays: number, half: number): number =>
  ratio > 1 ? ratio ** (stays / (stays + half)) : ratio;

/**
 * Surprise at what never was in so many trials, of which `once` gave what no other gave: the negative log of the chance
 * (once + 1) / (trials + 1) that one of these and the new one, whichever, is alone in its kind (Good, Biometrika 40 (1953) 237;
 * H. Robbins, Ann. Math. Stat. 39 (1968) 256). Where nothing was singular it is the rule of succession.
 */
export const surpriseOfNew = (trials: number, once: number): number => Math.max(0, Math.log((trials + 1) / (once + 1)));

/** Adds one value to a mean of `count` earlier ones; beyond `most` values it forgets exponentially. */
export const meanStep = (mean: number, value: number, count: number, most: number): number =>
  mean + (value - mean) / (Math.min(count, most - 1) + 1);

/** Makes a channel's number at least `value`. */
export function raise(column: Float64Array, channel: number, value: number): void {
  if (value > (column[channel] as number)) column[channel] = value;
}

/** Odds at which what was anomalous is over, and the most that one value says of it: as logarithms. */
const sureOdds = Math.log(1_000);
const mostOdds = 2;

/**
 * CUSUM of the evidence that what made a memory anomalous is over (E. S. Page, Biometrika 41 (1954) 100), so that the memory can
 * forget it: it takes four values in a row, each far more likely in normal running than as the memory has it.
 * @param odds logarithm of how much more likely the value is in normal running than as the memory has it
 * @returns true when it is over; the sum then begins anew
 */
export function saysOver(sums: Float64Array, channel: number, odds: number): boolean {
  const sum = Math.max(0, (sums[channel] as number) + Math.min(odds, mostOdds));
  const over = sum > sureOdds;
  sums[channel] = over ? 0 : sum;
  return over;
}
