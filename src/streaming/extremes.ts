import type { Columns } from './columns.ts';

const hourMs = 3_600_000;

/**
 * How far a quantity went in normal running, per channel: the largest value of each of the three most extreme hours. Hours,
 * because successive samples of one disturbance say the same thing over and over; three, so that one or two odd hours in the
 * calibration can be told from what the plant does again and again.
 */
export class Extremes {
  readonly #hour: Float64Array;
  readonly #now: Float64Array;
  readonly #top: Float64Array;

  /** @param name of the three columns that it adds to the baseline */
  constructor(columns: Columns, name: string) {
    this.#hour = columns.add(`${name}Hour`, 1, Number.NaN);
    this.#now = columns.add(`${name}Now`, 1, Number.NEGATIVE_INFINITY);
    this.#top = columns.add(name, 3, Number.NEGATIVE_INFINITY);
  }

  learn(channel: number, time: number, value: number): void {
    const hour = Math.floor(time / hourMs);
    if (hour !== this.#hour[channel]) {
      this.#close(channel);
      this.#hour[channel] = hour;
    }
    if (value > (this.#now[channel] as number)) this.#now[channel] = value;
  }

  #close(channel: number): void {
    const value = this.#now[channel] as number;
    this.#now[channel] = Number.NEGATIVE_INFINITY;
    const at = channel * 3;
    const top = this.#top;
    if (value > (top[at] as number)) {
      top[at + 2] = top[at + 1] as number;
      top[at + 1] = top[at] as number;
      top[at] = value;
    } else if (value > (top[at + 1] as number)) {
      top[at + 2] = top[at + 1] as number;
      top[at + 1] = value;
    } else if (value > (top[at + 2] as number)) top[at + 2] = value;
  }

  /** The largest value learned; −∞ before the first. */
  most(channel: number): number {
    return Math.max(this.#top[channel * 3] as number, this.#now[channel] as number);
  }

  /** The largest value of the third most extreme hour; −∞ while fewer hours have been seen. */
  third(channel: number): number {
    const at = channel * 3;
    const now = this.#now[channel] as number;
    return now > (this.#top[at + 1] as number) ? (this.#top[at + 1] as number) : Math.max(this.#top[at + 2] as number, now);
  }

  /** For quantities ≥ 0: the largest value, but at most twice that of the third most extreme hour unless that is 0. */
  bound(channel: number): number {
    const most = this.most(channel);
    const third = this.third(channel);
    return third > 0 ? Math.min(most, 2 * third) : most;
  }
}
