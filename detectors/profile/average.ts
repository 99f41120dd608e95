import { Columns } from '../../src/detector-kit/columns.ts';
import type { Samples } from '../../src/detector-kit/samples.ts';
import type { Memory } from '../../src/detector-kit/tag-detector.ts';

/** The recent mean of each channel, and its mean over the hour in progress. */
export class Average implements Memory {
  readonly state: Columns;
  readonly mean: Float64Array;
  /** ms UTC of the last sample. */
  readonly time: Float64Array;
  /** Day and slot of the hour in progress, and its mean so far over `count` values. */
  readonly day: Float64Array;
  readonly slot: Float64Array;
  readonly hourMean: Float64Array;
  readonly count: Float64Array;
  readonly #since: Float64Array;
  readonly #spanMs: number;
  #stepMs = Number.NaN;
  #weight = 0;

  /** @param spanMs time constant of the recent mean */
  constructor(channels: number, spanMs: number) {
    this.#spanMs = spanMs;
    this.state = new Columns(channels);
    this.mean = this.state.add('mean');
    this.time = this.state.add('time', 1, Number.NaN);
    this.#since = this.state.add('since');
    this.day = this.state.add('day');
    this.slot = this.state.add('slot');
    this.hourMean = this.state.add('hourMean');
    this.count = this.state.add('count');
  }

  advance({ length, channel, time, value }: Samples): void {
    const { time: times, mean: means } = this;
    for (let i = 0; i < length; i++) {
      const at = channel[i] as number;
      const now = time[i] as number;
      const one = value[i] as number;
      const before = times[at] as number;
      const mean = means[at] as number;
      times[at] = now;
      if (Number.isNaN(before)) this.#since[at] = now;
      means[at] = Number.isNaN(before) ? one : mean + this.#weightOf(now - before) * (one - mean);
    }
  }

  /** Restarts the recent mean; the hour in progress continues. */
  restart(channel: number): void {
    this.time[channel] = Number.NaN;
  }

  /** True if the recent mean contains more than its first value. */
  isSettled(channel: number): boolean {
    return (this.time[channel] as number) - (this.#since[channel] as number) >= this.#spanMs;
  }

  /** Weight of a step. The last result is kept, because most steps are equal. */
  #weightOf(stepMs: number): number {
    if (stepMs !== this.#stepMs) {
      this.#stepMs = stepMs;
      this.#weight = -Math.expm1(-stepMs / this.#spanMs);
    }
    return this.#weight;
  }
}
