/** Requirements for the vertical scale of a trend. */
export interface RangeNeeds {
  readonly data: { readonly low: number; readonly high: number };
  readonly band?: { readonly low: number; readonly high: number } | undefined;
  /** Only near limits extend the scale, so that far ones do not flatten the line. */
  readonly limits: readonly number[];
  /** Smallest height, e.g. ten steps of the last digit, so that noise does not fill the plot. */
  readonly least: number;
}

/** Ends of the vertical scale: data and band with a margin, and limits within one height of them. */
export function trendRange({ data, band, limits, least }: RangeNeeds): readonly [number, number] {
  const ends = [data.low, data.high, band?.low, band?.high].filter((end): end is number => Number.isFinite(end));
  if (ends.length === 0) return [0, 1];
  let low = Math.min(...ends);
  let high = Math.max(...ends);
  const height = Math.max(high - low, least);
  const middle = (low + high) / 2;
  low = Math.min(low, middle - height / 2);
  high = Math.max(high, middle + height / 2);
  for (const limit of limits) {
    if (limit > high && limit - high < height * 0.6) high = limit;
    if (limit < low && low - limit < height * 0.6) low = limit;
  }
  const margin = (high - low) * 0.08;
  return [low - margin, high + margin];
}

/** Ends of the scale of a discrete tag: all of its states, and received values without a state. */
export function stateRange(
  states: Readonly<Record<string, string>>,
  low: number | null,
  high: number | null,
): readonly [number, number] {
  const ends = [...Object.keys(states).map(Number), low, high].filter((end): end is number => Number.isFinite(end));
  if (ends.length === 0) return [0, 1];
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  const margin = 0.15 * Math.max(1, most - least);
  return [least - margin, most + margin];
}
