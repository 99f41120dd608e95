import type { Tag } from '../../src/core/tag.ts';
import type { Columns } from '../../src/detector-kit/columns.ts';
import type { BaselineLine } from '../../src/detector-kit/facts.ts';

/** Bounds of a channel: at 0, and at every other value. */
const bounds = 2;

/**
 * The longest stay of each channel at 0, and the longest one at any other value. A flow or a current of 0 is at rest. A value that drifts in
 * steps has been constant for as long at another one.
 */
export class Rests {
  readonly #ms: Float64Array;
  /** Stays that lasted at least half as long as the longest. */
  readonly #times: Float64Array;

  /** Adds two columns to the baseline: the longest time in ms, and the number of stays of similar length. */
  constructor(columns: Columns) {
    this.#ms = columns.add('restMs', bounds);
    this.#times = columns.add('restTimes', bounds);
  }

  /** Records that the channel was at `value` for `ms`: a change, a gap or the calibration has ended the stay. */
  learn(channel: number, value: number, ms: number): void {
    const i = bounds * channel + (value === 0 ? 0 : 1);
    const longest = this.#ms[i] as number;
    if (2 * ms >= longest) this.#times[i] = (ms > 2 * longest ? 0 : (this.#times[i] as number)) + 1;
    if (ms > longest) this.#ms[i] = ms;
  }

  /** Bound of a value, ms; 0 before the first stay. */
  longest(channel: number, value: number): number {
    return this.#ms[this.#boundOf(channel, value)] as number;
  }

  /** Number of stays of at least half of a value's bound; at least 1. */
  count(channel: number, value: number): number {
    return Math.max(1, this.#times[this.#boundOf(channel, value)] as number);
  }

  /** Baseline entries: the bound of 0, if the channel was at rest there, and of all other values. */
  lines(channel: number, { unit }: Tag): BaselineLine[] {
    const lineOf = (name: string, i: number): BaselineLine => ({
      name,
      unit: 's',
      figures: {
        longest: {
          read: () => (this.#ms[i] as number) / 1_000,
          write: (_, seconds) => void (this.#ms[i] = seconds * 1_000),
          least: 0,
        },
      },
    });
    const atZero = bounds * channel;
    return [lineOf('', atZero + 1), ...((this.#ms[atZero] as number) > 0 ? [lineOf(`at 0 ${unit}`.trim(), atZero)] : [])];
  }

  /** A value of 0 that was never kept has no bound of its own. */
  #boundOf(channel: number, value: number): number {
    const atZero = bounds * channel;
    return value === 0 && (this.#ms[atZero] as number) > 0 ? atZero : atZero + 1;
  }
}
