/** Surprise 1 is a chance of one in a thousand. */
export const edge = Math.log(1_000);

const mostDeviations = 1e6;

/**
 * Surprise of a residual of `z` predicted standard deviations: how much less likely it is than none, by Student's t with
 * `freedom` degrees, as a negative logarithm in units of `edge`. Few learned steps have heavy tails.
 */
export const residualSurprise = (z: number, freedom: number): number =>
  z > 0 ? ((freedom + 1) / 2) * (Math.log1p(Math.min(z, mostDeviations) ** 2 / freedom) / edge) : 0;

/** Number of extremes that are kept. */
export const depth = 5;

/** Adds a value to `depth` sorted ones, the largest first. */
export function insertLargest(sorted: Float64Array, from: number, value: number): void {
  let place = from + depth - 1;
  if (!(value > (sorted[place] as number))) return;
  for (; place > from && value > (sorted[place - 1] as number); place--) sorted[place] = sorted[place - 1] as number;
  sorted[place] = value;
}

/** Surprise at the largest learned value: the next time of equal length exceeds it with a chance of one half. */
const atLargest = Math.LN2 / edge;

/**
 * Surprise of a value by the `kept` largest of `count` learned ones: how unlikely it is that the next time of equal length
 * contains such a value. Beyond the largest it grows by the survival function of a Lomax distribution, the predictive distribution of
 * an exponential excess whose scale was estimated from the others.
 * @param step smallest difference between values
 */
export function extremeSurprise(sorted: Float64Array, from: number, count: number, value: number, step: number): number {
  const kept = Math.min(depth, count);
  if (kept === 0 || !(value > 0)) return 0;
  const largest = Math.max(step, sorted[from] as number);
  if (value <= largest) return (atLargest * value) / largest;
  const last = sorted[from + kept - 1] as number;
  let sum = 0;
  for (let i = from; i < from + kept - 1; i++) sum += (sorted[i] as number) - last;
  const others = Math.max(1, kept - 1);
  const margin = step + sum / others;
  return atLargest + (others * Math.log1p((value - largest) / (margin * others))) / edge;
}
