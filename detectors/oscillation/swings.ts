import { Columns } from '../../src/detector-kit/columns.ts';
import type { Samples } from '../../src/detector-kit/samples.ts';
import type { Memory } from '../../src/detector-kit/tag-detector.ts';

/** Number of consecutive similar swings: four periods. */
export const swings = 8;

const slotAfter = (slot: number): number => (slot + 1 < swings ? slot + 1 : 0);

/**
 * Swings between turning points. A turning point is an extreme from which the value has returned by more than `least`, so that
 * noise creates none. Unlike zero crossings, turning points are also visible on a slow trend.
 */
export class Swings implements Memory {
  readonly state: Columns;
  readonly value: Float64Array;
  /** Smallest of the last swings times the regularity of their periods, 0–1, in the unit of the tag; 0 before there are enough. */
  readonly strength: Float64Array;
  /** 1 while the value rises from a turning point, −1 while it falls. */
  readonly #way: Float64Array;
  readonly #extreme: Float64Array;
  readonly #extremeAt: Float64Array;
  readonly #turn: Float64Array;
  readonly #turnAt: Float64Array;
  readonly #count: Float64Array;
  readonly #longestMs: Float64Array;
  readonly #height: Float64Array;
  readonly #ms: Float64Array;
  readonly #slowestMs: number;
  /** Minimum return of the value, in the unit of the tag, from the baseline. */
  readonly #least: Float64Array;

  /** @param slowestMs maximum duration of a swing */
  constructor(least: Float64Array, slowestMs: number) {
    this.#slowestMs = slowestMs;
    this.state = new Columns(least.length);
    this.#least = least;
    this.value = this.state.add('value', 1, Number.NaN);
    this.strength = this.state.add('strength');
    this.#way = this.state.add('way');
    this.#extreme = this.state.add('extreme');
    this.#extremeAt = this.state.add('extremeAt');
    this.#turn = this.state.add('turn', 1, Number.NaN);
    this.#turnAt = this.state.add('turnAt', 1, Number.NaN);
    this.#count = this.state.add('count');
    this.#longestMs = this.state.add('longestMs');
    this.#height = this.state.add('height', swings);
    this.#ms = this.state.add('ms', swings);
  }

  advance({ length, channel, time, value }: Samples): void {
    const [values, ways, extremes, leasts] = [this.value, this.#way, this.#extreme, this.#least];
    for (let i = 0; i < length; i++) {
      const at = channel[i] as number;
      const one = value[i] as number;
      const way = ways[at] as number;
      const beyond = (one - (extremes[at] as number)) * way;
      values[at] = one;
      if (way === 0) this.#begin(at, time[i] as number, one);
      else if (beyond >= 0) this.#reach(at, time[i] as number, one);
      else if (-beyond > (leasts[at] as number)) this.#turnBack(at, time[i] as number, one);
    }
  }

  /** Mean period of the last swings, ms. */
  periodMs(channel: number): number {
    let sum = 0;
    for (let i = channel * swings; i < (channel + 1) * swings; i++) sum += this.#ms[i] as number;
    return (2 * sum) / swings;
  }

  /** Smallest of the last swings from end to end, in the unit of the tag. */
  smallest(channel: number): number {
    let smallest = Number.POSITIVE_INFINITY;
    for (let i = channel * swings; i < (channel + 1) * swings; i++) smallest = Math.min(smallest, this.#height[i] as number);
    return smallest;
  }

  /** True if the next turning point is overdue: no turn for longer than the longest of the last periods. */
  isOver(channel: number, time: number): boolean {
    return time - (this.#turnAt[channel] as number) > (this.#longestMs[channel] as number);
  }

  #begin(channel: number, time: number, value: number): void {
    if (Number.isNaN(this.#turn[channel])) {
      this.#turn[channel] = value;
      this.#turnAt[channel] = time;
    }
    const moved = value - (this.#turn[channel] as number);
    if (Math.abs(moved) <= (this.#least[channel] as number)) return;
    this.#way[channel] = Math.sign(moved);
    this.#reach(channel, time, value);
  }

  #reach(channel: number, time: number, value: number): void {
    this.#extreme[channel] = value;
    this.#extremeAt[channel] = time;
  }

  #turnBack(channel: number, time: number, value: number): void {
    const extreme = this.#extreme[channel] as number;
    const extremeAt = this.#extremeAt[channel] as number;
    const count = this.#count[channel] as number;
    const slot = channel * swings + (count % swings);
    const ms = extremeAt - (this.#turnAt[channel] as number);
    this.#height[slot] = Math.abs(extreme - (this.#turn[channel] as number));
    this.#ms[slot] = ms;
    this.#turn[channel] = extreme;
    this.#turnAt[channel] = extremeAt;
    // such a slow swing is a normal movement of the process and ends an oscillation; the next swing is the first
    const isSlow = ms > this.#slowestMs;
    this.#count[channel] = isSlow ? 1 : count + 1;
    this.#way[channel] = -(this.#way[channel] as number);
    this.#reach(channel, time, value);
    // the first swing started at an arbitrary value
    if (isSlow) this.strength[channel] = 0;
    else if (count >= swings) this.strength[channel] = this.smallest(channel) * this.#evenness(channel, count);
  }

  /** Shortest of the last periods as a share of the longest; a period is two swings. */
  #evenness(channel: number, count: number): number {
    const from = channel * swings;
    let shortest = Number.POSITIVE_INFINITY;
    let longest = 0;
    // a whole number: the remainder of any other takes several times as long
    let slot = slotAfter((count % swings) | 0);
    for (let i = 1; i < swings; i++) {
      const after = slotAfter(slot);
      const period = (this.#ms[from + slot] as number) + (this.#ms[from + after] as number);
      shortest = Math.min(shortest, period);
      longest = Math.max(longest, period);
      slot = after;
    }
    this.#longestMs[channel] = longest;
    return shortest / longest;
  }
}
