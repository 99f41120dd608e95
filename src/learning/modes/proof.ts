/** Parts of the data in which a tag is selected are 0, those in which it is proved 1. */
export type Half = 0 | 1;

/** Mean and spread of values that come one by one (Welford, *Technometrics* 4, 1962). */
export class Spread {
  count = 0;
  mean = 0;
  /** Sum of squares about the mean. */
  squares = 0;

  add(value: number): void {
    const off = value - this.mean;
    this.mean += off / ++this.count;
    this.squares += off * (value - this.mean);
  }
}

/** Statistics of one measurement in one mode: in the selection and in the proof. */
export type Spreads = readonly [chosen: Spread, proved: Spread];

/** Share of a measurement's variance between the modes, 0–1; NaN if it does not vary or a mode has too few values. */
export function chosenShare(modes: readonly Spreads[], least: number): number {
  if (modes.some((halves) => halves.some(({ count }) => count < least))) return Number.NaN;
  const chosen = modes.map(([spread]) => spread);
  return 1 - chosen.reduce((sum, { squares }) => sum + squares, 0) / totalOf(chosen);
}

/**
 * Share of the variance in the proof data that the means of the modes in the selection data remove (the
 * coefficient of determination out of sample); negative if they increase it.
 */
export function provedShare(modes: readonly Spreads[]): number {
  const left = modes.reduce((sum, [chosen, { count, mean, squares }]) => sum + squares + count * (mean - chosen.mean) ** 2, 0);
  return 1 - left / totalOf(modes.map(([, spread]) => spread));
}

/** Sum of squares of all values about their common mean. */
function totalOf(spreads: readonly Spread[]): number {
  const count = spreads.reduce((sum, spread) => sum + spread.count, 0);
  const mean = spreads.reduce((sum, spread) => sum + spread.count * spread.mean, 0) / count;
  return spreads.reduce((sum, spread) => sum + spread.squares + spread.count * (spread.mean - mean) ** 2, 0);
}
