import { Columns } from '../../src/detector-kit/columns.ts';
import { meanStep, addsOver } from '../../src/detector-kit/grade.ts';
import type { Samples } from '../../src/detector-kit/samples.ts';
import type { Memory } from '../../src/detector-kit/tag-detector.ts';

/** Innovations are clipped here, in scales, so that one extreme sample is no shift. */
const mostInnovation = 20;
/** Maximum step of the level, in scales, so that an anomalous value does not become the reference. */
const mostStep = 2;
/** Innovations up to this number of scales are noise and do not add to a sum; a mean within them has returned. */
const allowance = 1;

/** Lowest and highest level of each channel in normal operation; NaN if unknown. */
export interface LevelRange {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** Control charts of each channel on the deviation from its slow level. */
export class Charts implements Memory {
  readonly state: Columns;
  readonly count: Float64Array;
  readonly level: Float64Array;
  readonly recent: Float64Array;
  /** Last value minus the level before it, in the unit of the tag. */
  readonly innovation: Float64Array;
  /** Size of the last change of the value; 0 after a gap. */
  readonly change: Float64Array;
  readonly #last: Float64Array;
  readonly #above: Float64Array;
  readonly #below: Float64Array;
  /** Evidence of a return to the level. */
  readonly #back: Float64Array;
  readonly #fast: number;
  readonly #slow: number;
  /** Scale of the innovations, by channel, from the baseline. */
  readonly #scale: Float64Array;
  /** Largest learned sum. */
  readonly #mostSum: Float64Array;
  readonly #range: LevelRange | undefined;

  /**
   * Scale, largest sum and range are columns of the baseline.
   * @param range of the first level of a stretch; undefined while it is learned
   */
  constructor(scale: Float64Array, mostSum: Float64Array, fast: number, slow: number, range?: LevelRange) {
    this.state = new Columns(scale.length);
    this.#scale = scale;
    this.#mostSum = mostSum;
    this.#range = range;
    this.#fast = fast;
    this.#slow = slow;
    this.count = this.state.add('count');
    this.level = this.state.add('level');
    this.recent = this.state.add('recent');
    this.innovation = this.state.add('innovation');
    this.#above = this.state.add('above');
    this.#below = this.state.add('below');
    this.#back = this.state.add('back');
    this.#last = this.state.add('last', 1, Number.NaN, true);
    this.change = this.state.add('change', 1, 0, true);
  }

  advance({ length, channel, value }: Samples): void {
    const { count: counts, level: levels, recent, innovation: innovations, change: changes } = this;
    const [scales, last, fast, slow] = [this.#scale, this.#last, this.#fast, this.#slow];
    for (let i = 0; i < length; i++) {
      const at = channel[i] as number;
      const one = value[i] as number;
      const count = counts[at] as number;
      const level = levels[at] as number;
      const innovation = count === 0 ? 0 : one - level;
      const scale = scales[at] as number;
      // the first value alone may be an extreme of a cycle, from which small steps do not lead back
      const known = scale > 0 && count >= fast;
      const z = known ? clip(innovation / scale, mostInnovation) : 0;
      innovations[at] = innovation;
      levels[at] = meanStep(level, known ? level + clip(z, mostStep) * scale : one, count, slow);
      recent[at] = meanStep(recent[at] as number, known ? level + z * scale : one, count, fast);
      if (count === fast - 1) this.#bound(at);
      counts[at] = count + 1;
      changes[at] = count === 0 ? 0 : Math.abs(one - (last[at] as number));
      last[at] = one;
      if (known) this.#sum(at, z, scale);
    }
  }

  /** A stretch may begin in a short state, such as a stop: its first level is then the nearest normal one. */
  #bound(channel: number): void {
    const level = this.level[channel] as number;
    const low = this.#range?.low[channel] ?? Number.NaN;
    const high = this.#range?.high[channel] ?? Number.NaN;
    if (level < low) this.level[channel] = this.recent[channel] = low;
    else if (level > high) this.level[channel] = this.recent[channel] = high;
  }

  #sum(channel: number, z: number, scale: number): void {
    this.#above[channel] = Math.max(0, (this.#above[channel] as number) + z - allowance);
    this.#below[channel] = Math.max(0, (this.#below[channel] as number) - z - allowance);
    const away = this.offset(channel) / scale;
    const isFar = Math.abs(away) > allowance;
    // of a normal deviate around the level against one around the recent mean
    const isBack = addsOver(this.#back, channel, isFar ? away * (away / 2 - z) : Number.NEGATIVE_INFINITY);
    if (isBack) this.recent[channel] = this.level[channel] ?? 0;
    else if (isFar || this.sum(channel) <= (this.#mostSum[channel] as number)) return;
    // a shift that has ended is removed at once, whatever its size and duration
    this.#above[channel] = 0;
    this.#below[channel] = 0;
  }

  /** The larger CUSUM of both sides, in scales. */
  sum(channel: number): number {
    return Math.max(this.#above[channel] as number, this.#below[channel] as number);
  }

  /** EWMA of the recent values minus the slow level, in the unit of the tag. */
  offset(channel: number): number {
    return (this.recent[channel] as number) - (this.level[channel] as number);
  }
}

const clip = (value: number, most: number): number => Math.max(-most, Math.min(most, value));
