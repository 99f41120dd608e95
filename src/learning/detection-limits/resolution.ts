/** Factor from the median of absolute normal values to their standard deviation. */
const deviations = 1.4826;
/** Standard deviation of second differences of white noise, in units of its own. */
const ofSecondDifferences = Math.sqrt(6);
/** Fraction of the largest value below which a change is one of the arithmetic. */
const least = 1e-9;

/** Properties of a tag's values that a fault keeps or changes. */
export interface Resolution {
  /** Smallest change; 0 if the values never change. */
  readonly step: number;
  /** Standard deviation of the noise of the values while they change; 0 if they never do. */
  readonly noise: number;
  readonly lowest: number;
  readonly highest: number;
}

/** @param values of one tag, in order of time */
export function resolutionOf(values: Float64Array): Resolution {
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  if (values.length === 0) return { step: 0, noise: 0, lowest: 0, highest: 0 };
  const isChange = (by: number): boolean => by > least * Math.max(Math.abs(lowest), Math.abs(highest));
  let step = Number.POSITIVE_INFINITY;
  const bends: number[] = [];
  for (let i = 1; i < values.length; i++) {
    const by = Math.abs((values[i] as number) - (values[i - 1] as number));
    if (isChange(by) && by < step) step = by;
    if (i < 2) continue;
    // second differences contain neither levels nor slopes
    const bend = Math.abs((values[i] as number) - 2 * (values[i - 1] as number) + (values[i - 2] as number));
    if (isChange(bend)) bends.push(bend);
  }
  bends.sort((a, b) => a - b);
  const noise = (deviations * (bends[bends.length >> 1] ?? 0)) / ofSecondDifferences;
  // values in single precision have steps such as 0.00499999
  return { step: Number.isFinite(step) ? Number(step.toPrecision(4)) : 0, noise, lowest, highest };
}

/** A value moved by as many of its steps as are nearest: a fault keeps the resolution of its transmitter. */
export const moved = (value: number, by: number, step: number): number => value + (step > 0 ? Math.round(by / step) * step : by);
