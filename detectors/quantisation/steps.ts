import { Columns } from '../../src/streaming/columns.ts';
import type { Memory } from '../../src/streaming/tag-detector.ts';

/** A change that is smaller than this share of the values is rounding of the arithmetic, not a step of the measurement. */
const rounding = 1e-6;

/** Smallest change from one sample to the next, over each `window` changes in turn and over the window that is open. */
export class Steps implements Memory {
  readonly state: Columns;
  readonly value: Float64Array;
  /** Changes in the open window. */
  readonly count: Float64Array;
  /** Smallest change of the open window, in the unit of the tag; +∞ before the first. */
  readonly smallest: Float64Array;
  /** Smallest change of the last two whole windows; NaN before there are two. */
  readonly whole: Float64Array;
  /** 1 on the sample that makes a window whole. */
  readonly ended: Float64Array;
  /** Smallest change of the last whole window; NaN before there is one. */
  readonly #last: Float64Array;
  readonly #window: number;

  constructor(channels: number, window: number) {
    this.state = new Columns(channels);
    this.#window = window;
    this.value = this.state.add('value', 1, Number.NaN);
    this.count = this.state.add('count');
    this.smallest = this.state.add('smallest', 1, Number.POSITIVE_INFINITY);
    this.whole = this.state.add('whole', 1, Number.NaN);
    this.#last = this.state.add('last', 1, Number.NaN);
    this.ended = this.state.add('ended');
  }

  advance(channel: number, _time: number, value: number): void {
    const last = this.value[channel] as number;
    this.value[channel] = value;
    this.ended[channel] = 0;
    const change = Math.abs(value - last);
    if (!(change > rounding * Math.max(Math.abs(value), Math.abs(last)))) return;
    const count = (this.count[channel] as number) % this.#window;
    const smallest = count === 0 ? change : Math.min(change, this.smallest[channel] as number);
    this.smallest[channel] = smallest;
    this.count[channel] = count + 1;
    if (count + 1 < this.#window) return;
    this.whole[channel] = Math.min(smallest, this.#last[channel] as number);
    this.#last[channel] = smallest;
    this.ended[channel] = 1;
  }
}
