import type { Columns } from '../../src/streaming/columns.ts';

const hourMs = 3_600_000;
/** Share of a tag's variance that a straight line in time may explain before the tag counts as drifting. */
const mostExplained = 0.7;

/** Tells a tag that goes one way through the whole calibration, a tank being used up, from one that keeps a range (Welford's sums). */
export class Drift {
  readonly #count: Float64Array;
  readonly #start: Float64Array;
  readonly #meanHour: Float64Array;
  readonly #meanValue: Float64Array;
  readonly #hours: Float64Array;
  readonly #values: Float64Array;
  readonly #both: Float64Array;

  constructor(columns: Columns, count: Float64Array) {
    this.#count = count;
    this.#start = columns.add('start', 1, Number.NaN);
    this.#meanHour = columns.add('meanHour');
    this.#meanValue = columns.add('mean');
    this.#hours = columns.add('squaredHours');
    this.#values = columns.add('squares');
    this.#both = columns.add('products');
  }

  learn(channel: number, time: number, value: number): void {
    if (Number.isNaN(this.#start[channel])) this.#start[channel] = time;
    const hour = (time - (this.#start[channel] as number)) / hourMs;
    const n = (this.#count[channel] as number) + 1;
    const dHour = hour - (this.#meanHour[channel] as number);
    const dValue = value - (this.#meanValue[channel] as number);
    const meanHour = (this.#meanHour[channel] as number) + dHour / n;
    const meanValue = (this.#meanValue[channel] as number) + dValue / n;
    this.#meanHour[channel] = meanHour;
    this.#meanValue[channel] = meanValue;
    this.#hours[channel] = (this.#hours[channel] as number) + dHour * (hour - meanHour);
    this.#values[channel] = (this.#values[channel] as number) + dValue * (value - meanValue);
    this.#both[channel] = (this.#both[channel] as number) + dHour * (value - meanValue);
  }

  drifts(channel: number): boolean {
    const most = mostExplained * (this.#hours[channel] as number) * (this.#values[channel] as number);
    return (this.#both[channel] as number) ** 2 > most;
  }
}
