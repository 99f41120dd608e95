/** Share of the block maxima that shapes the tail, and the least and most of them. */
const tailShare = 0.05;
const fewest = 8;
const most = 64;

/** The upper tail of a channel's block maxima: exponential beyond `base`, reached by `count` of `blocks` blocks. */
export interface Tail {
  readonly base: number;
  readonly scale: number;
  readonly count: number;
  readonly highest: number;
}

/**
 * Fits an exponential excess to the largest block maxima (generalised Pareto with shape 0; Coles, *An Introduction to
 * Statistical Modeling of Extreme Values*, ch. 4). Surprises are logarithms of small probabilities, or grow like them, so
 * the shape is known and the few values go into the scale; taking block maxima declusters them. The scale carries one
 * standard error of its estimate, so that few values promise less.
 */
export function fitTail(maxima: Float32Array): Tail {
  const sorted = Float32Array.from(maxima).sort().reverse();
  const count = Math.min(sorted.length, Math.max(fewest, Math.min(most, Math.round(tailShare * sorted.length))));
  const base = sorted[count - 1] ?? 0;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += (sorted[i] as number) - base;
  const scale = count === 0 ? 0 : (sum / count) * (1 + 1 / Math.sqrt(count));
  return { base, scale, count, highest: sorted[0] ?? 0 };
}

/** The level that `expected` blocks of the fitted ones are expected to pass. */
export function tailLevel(tail: Tail, expected: number): number {
  return tail.base + tail.scale * Math.max(0, Math.log(tail.count / expected));
}
