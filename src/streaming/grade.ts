/**
 * Surprise from a ratio to the furthest that normal running went: the ratio itself up to 1, that edge, and 1 + ln beyond. Logarithms
 * of ratios have the exponential tails that thresholds are fitted to, and let no single wild value set the scale for others.
 */
export const graded = (ratio: number): number => (ratio > 1 ? 1 + Math.log(ratio) : ratio);

/** Adds one value to a mean of `count` earlier ones; beyond `most` values it forgets exponentially. */
export const meanStep = (mean: number, value: number, count: number, most: number): number =>
  mean + (value - mean) / (Math.min(count, most - 1) + 1);

/** Makes a channel's number at least `value`. */
export function raise(column: Float64Array, channel: number, value: number): void {
  if (value > (column[channel] as number)) column[channel] = value;
}
