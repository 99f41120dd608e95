/** A value at a time, ms UTC. */
export interface Reading {
  readonly time: number;
  readonly value: number;
}

/** Share of pairs of readings that must move in the direction of the trend, beyond those that move against it. */
const clearShare = 0.6;
/** Quantiles of the slopes of all pairs that must have one sign. */
const [lowQuantile, highQuantile] = [0.15, 0.85];

/**
 * Slope of readings in units per ms: the median of the slopes of all pairs (Theil–Sen), which outliers do not move. Undefined unless the
 * trend is clear: Kendall's tau is at least 0.6, and 70 % of the slopes around the median have one sign.
 */
export function clearSlope(readings: readonly Reading[]): number | undefined {
  const slopes = readings
    .flatMap((a, i) => readings.slice(i + 1).map((b) => (b.value - a.value) / (b.time - a.time)))
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  if (slopes.length === 0) return undefined;
  const at = (share: number): number => slopes[Math.round(share * (slopes.length - 1))] as number;
  const tau = slopes.reduce((sum, slope) => sum + Math.sign(slope), 0) / slopes.length;
  const isClear = Math.abs(tau) >= clearShare && at(lowQuantile) * at(highQuantile) > 0;
  return isClear ? at(0.5) : undefined;
}
