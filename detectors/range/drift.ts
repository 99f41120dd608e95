import type { Columns } from '../../src/detector-kit/columns.ts';
import type { Samples } from '../../src/detector-kit/samples.ts';

const hourMs = 3_600_000;
/** Share of a tag's variance that a straight line in time may explain before the tag counts as drifting. */
const mostExplained = 0.7;

/**
 * Distinguishes a tag with a range from one that moves in one direction through the whole calibration, such as an emptying tank
 * (Welford's sums).
 */
export class Drift {
  readonly #count: Float64Array;
  readonly #start: Float64Array;
  readonly #meanHour: Float64Array;
  readonly #meanValue: Float64Array;
  readonly #hours: Float64Array;
  readonly #values: Float64Array;
  readonly #both: Float64Array;
  readonly #most: Float64Array;

  /** @param canDrift by channel; false for a set-point, which always has a range */
  constructor(columns: Columns, count: Float64Array, canDrift: readonly boolean[]) {
    this.#count = count;
    this.#most = Float64Array.from(canDrift, (can) => (can ? mostExplained : Number.POSITIVE_INFINITY));
    this.#start = columns.add('start', 1, Number.NaN);
    this.#meanHour = columns.add('meanHour');
    this.#meanValue = columns.add('mean');
    this.#hours = columns.add('squaredHours');
    this.#values = columns.add('squares');
    this.#both = columns.add('products');
  }

  /** Must be called before the samples are counted. */
  learn({ length, channel, time, value }: Samples): void {
    const [count, start, meanHours, meanValues] = [this.#count, this.#start, this.#meanHour, this.#meanValue];
    const [squaredHours, squares, products] = [this.#hours, this.#values, this.#both];
    for (let i = 0; i < length; i++) {
      const at = channel[i] as number;
      const one = value[i] as number;
      if (Number.isNaN(start[at])) start[at] = time[i] as number;
      const hour = ((time[i] as number) - (start[at] as number)) / hourMs;
      const n = (count[at] as number) + 1;
      const dHour = hour - (meanHours[at] as number);
      const dValue = one - (meanValues[at] as number);
      const meanHour = (meanHours[at] as number) + dHour / n;
      const meanValue = (meanValues[at] as number) + dValue / n;
      meanHours[at] = meanHour;
      meanValues[at] = meanValue;
      squaredHours[at] = (squaredHours[at] as number) + dHour * (hour - meanHour);
      squares[at] = (squares[at] as number) + dValue * (one - meanValue);
      products[at] = (products[at] as number) + dHour * (one - meanValue);
    }
  }

  drifts(channel: number): boolean {
    const most = (this.#most[channel] as number) * (this.#hours[channel] as number) * (this.#values[channel] as number);
    return (this.#both[channel] as number) ** 2 > most;
  }
}
