import { Columns } from './columns.ts';
import { placeIn } from './ring.ts';
import type { Memory } from './tag-detector.ts';

/** Rates of each channel, per second: from the sample before, and from the sample `window` before. 0 where there is none. */
export class Moves implements Memory {
  readonly state: Columns;
  readonly value: Float64Array;
  readonly step: Float64Array;
  readonly slope: Float64Array;
  /** Time over which `slope` was taken, ms. */
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

  /** There is a whole window behind `slope`. */
  isFull(channel: number): boolean {
    return (this.#count[channel] as number) > this.#window;
  }

  /** Polls jitter, and a value may have moved at any moment since the last one: no interval counts as less than a scan. */
  advance(channel: number, time: number, value: number): void {
    const window = this.#window;
    const scan = this.#scanMs[channel] as number;
    const count = this.#count[channel] as number;
    const oldest = channel * window + placeIn(count, window);
    this.slopeMs[channel] = time - (this.#times[oldest] as number);
    this.slope[channel] =
      count < window
        ? 0
        : (1_000 * (value - (this.#values[oldest] as number))) / Math.max(this.slopeMs[channel] ?? 0, window * scan);
    const newest = channel * window + placeIn(count + window - 1, window);
    this.step[channel] =
      count === 0
        ? 0
        : (1_000 * (value - (this.value[channel] as number))) / Math.max(time - (this.#times[newest] as number), scan);
    this.value[channel] = value;
    this.#values[oldest] = value;
    this.#times[oldest] = time;
    this.#count[channel] = count + 1;
  }
}
