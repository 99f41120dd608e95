/** Share of the maxima that determines the tail, and their least number. */
const tailShare = 0.05;
const fewest = 8;
/** Margin of the scale of a fitted tail, in standard errors of the scale. */
const marginErrors = 2;
/** Up to this number of channels, each keeps its own scale. */
const fewestOwn = 3;
/** Stretches of the stream of which the maximum counts: long enough that one event is one value, not many. */
export const stretches = 200;

/** The upper tail of a channel's maxima: exponential beyond `base`, which `count` stretches reach. */
export interface Tail {
  readonly base: number;
  readonly scale: number;
  readonly count: number;
  readonly highest: number;
}

/** A tail before a margin is added to the mean excess over its base; `step` is the scale of a tail whose surprises come in steps, else 0. */
interface Excess extends Omit<Tail, 'scale'> {
  readonly excess: number;
  readonly step: number;
}

/**
 * Fits an exponential excess to the largest block maxima (generalised Pareto with shape 0; Coles, *An Introduction to
 * Statistical Modeling of Extreme Values*, ch. 4). Surprises are logarithms of small probabilities, or grow like them, so
 * the shape is known and the few values determine the scale; taking the maxima of stretches declusters them. The scale carries two
 * standard errors of its estimate, so that few values give a higher level.
 * @param errors standard errors in the scale, two if absent: without any the tail is the most likely one
 */
export function fitTail(maxima: Float32Array, errors = marginErrors): Tail {
  const fitted = excessOf(maxima);
  return withScale(fitted, fitted.excess * (1 + errors / Math.sqrt(Math.max(1, fitted.count))));
}

/**
 * The same for the channels of one detector. The scale of a channel follows from about ten maxima and has a standard error of a third.
 * With hundreds of channels, some scales are far too low and most carry a margin for nothing. The logarithm of its ratio to `base` is therefore shrunk
 * towards the mean of the channels: the more, the less they differ beyond that error (James–Stein; Efron, Morris, *Data Analysis Using Stein's
 * Estimator and Its Generalizations*, JASA 70, 1975). The margin is two standard errors of the shrunk value (Morris, *Parametric Empirical Bayes
 * Inference*, JASA 78, 1983). Three channels, or channels that differ much, keep their own scales.
 */
export function fitTails(maxima: readonly Float32Array[]): Tail[] {
  const fitted = maxima.map(excessOf);
  const ratios = fitted.map(({ base, excess }) => (base > 0 && excess > 0 ? Math.log(excess / base) : Number.NaN));
  const known = ratios.filter(Number.isFinite);
  const n = known.length;
  if (n <= fewestOwn) return maxima.map((one) => fitTail(one));
  const mean = known.reduce((sum, ratio) => sum + ratio, 0) / n;
  const squares = known.reduce((sum, ratio) => sum + (ratio - mean) ** 2, 0);
  return fitted.map((one, i) => {
    const ratio = ratios[i] as number;
    const variance = 1 / Math.max(1, one.count);
    const shrunk = Number.isNaN(ratio) ? 0 : Math.min(1, ((n - fewestOwn) * variance) / squares);
    const likeliest = shrunk === 0 ? one.excess : one.base * Math.exp(ratio + shrunk * (mean - ratio));
    return withScale(one, likeliest * (1 + marginErrors * Math.sqrt(variance * (1 - shrunk * (1 - 1 / n)))));
  });
}

const withScale = ({ base, count, highest, step }: Excess, scale: number): Tail => ({
  base,
  scale: Math.max(scale, step),
  count,
  highest,
});

function excessOf(maxima: Float32Array): Excess {
  const inTime = coarser(maxima);
  const sorted = inTime.toSorted().reverse();
  const count = Math.min(sorted.length, Math.max(fewest, Math.round(tailShare * sorted.length)));
  const base = sorted[count - 1] ?? 0;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += (sorted[i] as number) - base;
  // one value that lasts is one event, for any number of stretches: only separate ones show the rarity of a step
  const step = eventsAt(inTime, base) < fewest ? 0 : stepScale(sorted, count);
  return { base, excess: count === 0 ? 0 : sum / count, step, count, highest: sorted[0] ?? 0 };
}

/**
 * Scale of a tail whose surprises come in steps, such as the number of scans of a stuck value: the largest maxima are then one and
 * the same value and have no excess to fit. The decrease of the number of maxima per step gives it as well.
 */
function stepScale(sorted: Float32Array, count: number): number {
  const top = sorted[0] ?? 0;
  const base = sorted[count - 1] ?? 0;
  const isStepped = sorted.subarray(0, count).every((value) => value === top || value === base);
  const below = sorted.findIndex((value) => value < base);
  if (!isStepped || below < 0) return 0;
  const lower = sorted[below] as number;
  const reaching = sorted.findIndex((value) => value < lower);
  return (base - lower) / Math.log((reaching < 0 ? sorted.length : reaching) / below);
}

/** Runs of stretches that reach a level. */
export function eventsAt(inTime: Float32Array, level: number): number {
  let events = 0;
  inTime.forEach((value, i) => {
    if (value >= level && !((inTime[i - 1] ?? Number.NEGATIVE_INFINITY) >= level)) events++;
  });
  return events;
}

/** The level that `expected` stretches of the fitted ones are expected to pass. */
export function tailLevel(tail: Tail, expected: number): number {
  return tail.base + tail.scale * Math.max(0, Math.log(tail.count / expected));
}

/** Maxima of longer stretches, at most `count` of them. */
export function coarser(maxima: Float32Array, count = stretches): Float32Array {
  const size = Math.max(1, Math.ceil(maxima.length / count));
  const merged = new Float32Array(Math.ceil(maxima.length / size));
  maxima.forEach((value, block) => {
    const stretch = Math.floor(block / size);
    if (value > (merged[stretch] as number)) merged[stretch] = value;
  });
  return merged;
}
