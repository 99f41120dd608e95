import type { Columns } from '../../src/streaming/columns.ts';

const kept = 6;

/**
 * The longest standings of each channel, at most one for each value and six in all. A value that is not among the six never
 * stood longer than the shortest of them, so that this is its bound: exact, in one pass. A pump's flow of 0, a valve at 100 %
 * or a range's end find their own long times and leave the bound of all other values tight; and one frozen stretch within the
 * calibration is remembered as a rest at its own value alone.
 */
export class Rests {
  readonly #value: Float64Array;
  readonly #ms: Float64Array;

  /** Adds two columns to the baseline: values, and the longest time in ms at each. */
  constructor(columns: Columns) {
    this.#value = columns.add('restValue', kept, Number.NaN);
    this.#ms = columns.add('restMs', kept, Number.NEGATIVE_INFINITY);
  }

  /** The channel has stood at `value` for `ms` so far. */
  learn(channel: number, value: number, ms: number): void {
    const from = channel * kept;
    let shortest = from;
    for (let i = from; i < from + kept; i++) {
      if (this.#value[i] === value) {
        if (ms > (this.#ms[i] as number)) this.#ms[i] = ms;
        return;
      }
      if ((this.#ms[i] as number) < (this.#ms[shortest] as number)) shortest = i;
    }
    if (ms <= (this.#ms[shortest] as number)) return;
    this.#value[shortest] = value;
    this.#ms[shortest] = ms;
  }

  /** ms; where the channel had fewer than six values, any other value may stand as long as the longest of them. −∞ before the first. */
  longest(channel: number, value: number): number {
    const from = channel * kept;
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    for (let i = from; i < from + kept; i++) {
      const ms = this.#ms[i] as number;
      if (this.#value[i] === value) return ms;
      least = Math.min(least, ms);
      most = Math.max(most, ms);
    }
    return least === Number.NEGATIVE_INFINITY ? most : least;
  }
}
