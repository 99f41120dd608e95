import { Columns } from '../../src/detector-kit/columns.ts';
import type { Samples } from '../../src/detector-kit/samples.ts';
import type { Memory } from '../../src/detector-kit/tag-detector.ts';

/** A change below this share of the values is a rounding error, not a step of the measurement. */
const rounding = 1e-6;

/** Relative error of a value in single precision, as many devices send it. */
const single = 2 ** -23;
/** Largest distance of a change from a multiple of a step, as a share of the step. */
const offGrid = 0.1;

/**
 * The largest step of which all changes are multiples within their precision: Euclid's algorithm, started at the smallest change.
 * @param magnitude of the values whose changes they are @returns 0 if there is none
 */
export function commonStep(changes: Float64Array, magnitude: number): number {
  const read = single * magnitude;
  let error = read;
  let step = Number.POSITIVE_INFINITY;
  for (let i = 0; i < changes.length; i++) step = Math.min(step, changes[i] as number);
  for (;;) {
    // the error of a step is multiplied by the number of steps in a change
    const reach = (offGrid * step ** 2) / error;
    if (reach < 2 * step) return 0;
    const change = firstOff(changes, step, reach);
    if (change === undefined) return step;
    const times = Math.round(change / step);
    step = Math.abs(change - times * step);
    error = read + times * error;
  }
}

/** First change up to `reach` that is not a multiple of the step. */
const firstOff = (changes: Float64Array, step: number, reach: number): number | undefined =>
  changes.find((change) => change <= reach && Math.abs(change - Math.round(change / step) * step) > offGrid * step);

/** Changes between consecutive samples, over successive windows of `window` changes and over the open window. */
export class Steps implements Memory {
  readonly state: Columns;
  readonly value: Float64Array;
  /** Changes in the open window. */
  readonly count: Float64Array;
  /** Smallest change of the open window, in the unit of the tag; +∞ before the first. */
  readonly smallest: Float64Array;
  /** Finer one of the common steps of the last two complete windows, 0 for none; NaN before there are two. */
  readonly whole: Float64Array;
  /** Coarser one of them. */
  readonly common: Float64Array;
  /** 1 on the sample that completes a window. */
  readonly ended: Float64Array;
  /** Common step of the last complete window; NaN before there is one. */
  readonly last: Float64Array;
  /** Changes of the open window. */
  readonly #changes: Float64Array;
  readonly #window: number;

  constructor(channels: number, window: number) {
    this.state = new Columns(channels);
    this.#window = window;
    this.value = this.state.add('value', 1, Number.NaN);
    this.count = this.state.add('count');
    this.smallest = this.state.add('smallest', 1, Number.POSITIVE_INFINITY);
    this.whole = this.state.add('whole', 1, Number.NaN);
    this.last = this.state.add('last', 1, Number.NaN);
    this.common = this.state.add('common', 1, Number.NaN, true);
    this.ended = this.state.add('ended');
    this.#changes = this.state.add('changes', window);
  }

  advance({ length, channel, value }: Samples): void {
    const { value: values, ended } = this;
    for (let i = 0; i < length; i++) {
      const at = channel[i] as number;
      const one = value[i] as number;
      const last = values[at] as number;
      const change = Math.abs(one - last);
      const magnitude = Math.max(Math.abs(one), Math.abs(last));
      values[at] = one;
      ended[at] = 0;
      if (change > rounding * magnitude) this.#add(at, change, magnitude);
    }
  }

  #add(channel: number, change: number, magnitude: number): void {
    const open = this.count[channel] as number;
    const count = open === this.#window ? 0 : open;
    const smallest = count === 0 ? change : Math.min(change, this.smallest[channel] as number);
    this.smallest[channel] = smallest;
    this.#changes[channel * this.#window + count] = change;
    this.count[channel] = count + 1;
    if (count + 1 < this.#window) return;
    this.ended[channel] = 1;
    const step = commonStep(this.#changes.subarray(channel * this.#window, (channel + 1) * this.#window), magnitude);
    const before = this.last[channel] as number;
    this.whole[channel] = Math.min(step, before);
    this.common[channel] = Math.max(step, before);
    this.last[channel] = step;
  }
}
