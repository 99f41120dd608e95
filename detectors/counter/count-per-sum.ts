import type { Columns } from '../../src/detector-kit/columns.ts';
import type { BaselineLine, Figure } from '../../src/detector-kit/facts.ts';
import type { Pair, Summed } from './summed.ts';

/** Minimum factor by which the count per sum may differ: meters of the least accurate classes differ by 2 %. */
const leastFactor = 1.02;
/** A counter whose count per sum varies by more than this factor in normal operation counts something else. */
const mostFactor = 1.25;
/** Surprise of a count that the sum rules out altogether. */
const mostFactorJudged = 1_000;

/** The normal count per sum, and the factor by which it may differ. */
export interface NormalCount {
  readonly middle: number;
  readonly factor: number;
}

/** Bounds of the count per sum over a window; an unknown bound is 0 or infinite. */
interface Bounds {
  readonly least: number;
  readonly most: number;
}

/**
 * Normal count per sum of the measurement, in units of the counter per unit of the measurement and s. In normal operation each window bounds it
 * on both sides. The learned value is therefore known within the closest bounds, and differs where they contradict each other.
 */
export class CountPerSum {
  readonly #pairs: readonly Pair[];
  /** By channel: the smallest upper bound and the largest lower bound of all windows. */
  readonly #low: Float64Array;
  readonly #high: Float64Array;
  readonly #windows: Float64Array;
  readonly #minWindows: number;

  constructor(pairs: readonly Pair[], baseline: Columns, minWindows: number) {
    this.#pairs = pairs;
    this.#minWindows = minWindows;
    this.#low = baseline.add('countPerSumLow', 1, Number.POSITIVE_INFINITY, true);
    this.#high = baseline.add('countPerSumHigh', 1, 0, true);
    this.#windows = baseline.add('countPerSumWindows', 1, 0, true);
  }

  absorb(pair: number, summed: Summed): void {
    const bounds = this.#bounds(pair, summed, 0);
    if (bounds === undefined || !(bounds.least > 0 && bounds.most < Number.POSITIVE_INFINITY)) return;
    const { channel } = this.#pairs[pair] as Pair;
    this.#low[channel] = Math.min(this.#low[channel] as number, bounds.most);
    this.#high[channel] = Math.max(this.#high[channel] as number, bounds.least);
    (this.#windows[channel] as number)++;
  }

  /** Log of the factor by which the count per sum is off, in units of its normal spread; 0 if it is not judged. @param allowMs tolerance of the window's duration */
  surprise(pair: number, summed: Summed, allowMs: number): number {
    const normal = this.normal(pair);
    const bounds = normal && this.#bounds(pair, summed, allowMs);
    if (normal === undefined || bounds === undefined) return 0;
    const { middle, factor } = normal;
    const nearest = Math.max(Math.min(Math.max(middle, bounds.least), bounds.most), middle / mostFactorJudged);
    return Math.abs(Math.log(Math.min(nearest, middle * mostFactorJudged) / middle)) / Math.log(factor);
  }

  /** The normal count per sum, and the factor by which it may differ; undefined if it is not known, or if the counter counts something else. */
  normal(pair: number): NormalCount | undefined {
    const { channel } = this.#pairs[pair] as Pair;
    if ((this.#windows[channel] as number) < this.#minWindows) return undefined;
    const [low, high] = [this.#low[channel] as number, this.#high[channel] as number];
    const spread = Math.sqrt(Math.max(1, high / low));
    return spread > mostFactor ? undefined : { middle: Math.sqrt(low * high), factor: Math.max(spread, leastFactor) };
  }

  /** Baseline entry of a counter with a measurement. @param pair −1 without one */
  lines(pair: number): readonly BaselineLine[] {
    const of = this.#pairs[pair];
    if (of === undefined || this.normal(pair) === undefined) return [];
    const perHour = (away: 1 | -1): Figure => ({
      read: () => {
        const { middle = Number.NaN, factor = 1 } = this.normal(pair) ?? {};
        return 3_600 * middle * factor ** away;
      },
    });
    return [
      {
        name: of.measured.kind === 'discrete' ? `while ${of.measured.name}` : `per ${of.measured.unit} of ${of.measured.name}`,
        unit: `${of.counter.unit}/h`,
        figures: { low: perHour(-1), high: perHour(1) },
      },
    ];
  }

  #bounds(pair: number, { counted, sum, unsure, overMs }: Summed, allowMs: number): Bounds | undefined {
    const count = counted[pair] as number;
    if (Number.isNaN(count)) return undefined;
    // a hundredth more, so that the rounding of large totals does not count
    const decimal = 1.01 * 10 ** -(this.#pairs[pair] as Pair).counter.decimals;
    const late = allowMs / (overMs[pair] as number);
    const fewest = Math.max(0, (sum[pair] as number) - (unsure[pair] as number)) * Math.max(0, 1 - late);
    const greatest = ((sum[pair] as number) + (unsure[pair] as number)) * (1 + late);
    return {
      least: Math.max(0, count - decimal) / Math.max(greatest, Number.MIN_VALUE),
      most: fewest > 0 ? (count + decimal) / fewest : Number.POSITIVE_INFINITY,
    };
  }
}
