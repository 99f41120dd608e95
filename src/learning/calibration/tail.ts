/** Share of the maxima that determines the tail, and their least number. */
const tailShare = 0.05;
const fewest = 8;
/** Stretches of the stream of which the maximum counts: long enough that one event is one value, not many. */
export const stretches = 200;

/** The upper tail of a channel's maxima: exponential beyond `base`, which `count` stretches reach. */
export interface Tail {
  readonly base: number;
  readonly scale: number;
  readonly count: number;
  readonly highest: number;
}

/**
 * Fits an exponential excess to the largest block maxima (generalised Pareto with shape 0; Coles, *An Introduction to
 * Statistical Modeling of Extreme Values*, ch. 4). Surprises are logarithms of small probabilities, or grow like them, so
 * the shape is known and the few values determine the scale; taking the maxima of stretches declusters them. The scale carries two
 * standard errors of its estimate, so that few values give a higher level.
 * @param errors standard errors in the scale, two if absent: without any the tail is the most likely one
 */
export function fitTail(maxima: Float32Array, errors = 2): Tail {
  const inTime = coarser(maxima);
  const sorted = inTime.toSorted().reverse();
  const count = Math.min(sorted.length, Math.max(fewest, Math.round(tailShare * sorted.length)));
  const base = sorted[count - 1] ?? 0;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += (sorted[i] as number) - base;
  const excess = count === 0 ? 0 : (sum / count) * (1 + errors / Math.sqrt(count));
  // one value that lasts is one event, for any number of stretches: only separate ones show the rarity of a step
  const scale = eventsAt(inTime, base) < fewest ? excess : Math.max(excess, stepScale(sorted, count));
  return { base, scale, count, highest: sorted[0] ?? 0 };
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
function eventsAt(inTime: Float32Array, level: number): number {
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
