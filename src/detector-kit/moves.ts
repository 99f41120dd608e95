import { Columns } from './columns.ts';
import { counted, placeIn } from './ring.ts';
import type { Samples } from './samples.ts';
import type { Memory } from './tag-detector.ts';

/** Rates of each channel, per second: from the previous sample, and from the sample `window` before. 0 if there is none. */
export class Moves implements Memory {
  readonly state: Columns;
  readonly value: Float64Array;
  readonly step: Float64Array;
  readonly slope: Float64Array;
  /** Time span of `slope`, ms. */
  readonly slopeMs: Float64Array;
  readonly #window: number;
  readonly #scanMs: Float64Array;
  readonly #count: Float64Array;
  /** Rings of the last `window` samples. */
  readonly #values: Float64Array;
  readonly #times: Float64Array;

  constructor(scanMs: readonly number[], window: number) {
    this.state = new Columns(scanMs.length);
    this.#window = window;
    this.#scanMs = Float64Array.from(scanMs);
    this.value = this.state.add('value', 1, Number.NaN);
    this.step = this.state.add('step');
    this.slope = this.state.add('slope');
    this.slopeMs = this.state.add('slopeMs');
    this.#count = this.state.add('count');
    this.#values = this.state.add('values', window);
    this.#times = this.state.add('times', window);
  }

  /** True if `slope` covers a whole window. */
  isFull(channel: number): boolean {
    return (this.#count[channel] as number) > this.#window;
  }

  /** Least interval: polls have jitter, and a value may have changed at any moment since the last one, so an interval counts as at least one scan. */
  advance({ length, channel, time, value }: Samples): void {
    const [window, scans, counts, times, values] = [this.#window, this.#scanMs, this.#count, this.#times, this.#values];
    const { value: last, step, slope, slopeMs } = this;
    for (let i = 0; i < length; i++) {
      const at = channel[i] as number;
      const now = time[i] as number;
      const one = value[i] as number;
      const scan = scans[at] as number;
      const count = counts[at] as number;
      const first = at * window;
      const oldest = first + placeIn(count, window);
      const newest = oldest === first ? first + window - 1 : oldest - 1;
      const overMs = now - (times[oldest] as number);
      slopeMs[at] = overMs;
      slope[at] = count < window ? 0 : (1_000 * (one - (values[oldest] as number))) / Math.max(overMs, window * scan);
      step[at] = count === 0 ? 0 : (1_000 * (one - (last[at] as number))) / Math.max(now - (times[newest] as number), scan);
      last[at] = one;
      values[oldest] = one;
      times[oldest] = now;
      counts[at] = counted(count, window);
    }
  }
}
