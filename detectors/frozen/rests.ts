import type { Tag } from '../../src/core/tag.ts';
import type { Columns } from '../../src/detector-kit/columns.ts';
import type { Figure, BaselineLine } from '../../src/detector-kit/facts.ts';

const kept = 6;
/** Values with similarly long stays from which on a stay may occur at any value. */
const anywhere = 3;
/** Confidence limit: if the six longest stays are alike, there were many of them. */
const mostTrusted = 1e9;
/** Digits of a value in the name of its entry. */
const shown = 7;

/**
 * The longest stays of each channel: at most one for each value, six in total. A value among them has a bound of its own: a
 * pump's flow of 0, a valve at 100 % and an end of the range last for hours and occur again. Any other value has a common bound:
 * the longest stay at a value that occurred once, or the shortest of the six, which no other value exceeded. If three values or more have
 * stays of at least half of the longest one, every value has at least the shortest of these: an analyser holds its present value during
 * its calibration, another one each time. Exact, in one pass.
 */
export class Rests {
  readonly #value: Float64Array;
  readonly #ms: Float64Array;
  /** Stays at the value that lasted at least half as long as its longest. */
  readonly #times: Float64Array;

  /** Adds three columns to the baseline: values, the longest time in ms at each, and the number of stays of similar length. */
  constructor(columns: Columns) {
    this.#value = columns.add('restValue', kept, Number.NaN);
    this.#ms = columns.add('restMs', kept, Number.NEGATIVE_INFINITY);
    this.#times = columns.add('restTimes', kept);
  }

  /** Records that the channel has been at `value` for `ms`; `ended` is true after a change. */
  learn(channel: number, value: number, ms: number, ended: boolean): void {
    const from = channel * kept;
    // a value that has just started does not enter the full list, and does not extend another entry
    if (ms === 0 && !ended && (this.#ms[from + kept - 1] as number) >= 0) return;
    let shortest = from;
    for (let i = from; i < from + kept; i++) {
      if (this.#value[i] === value) {
        this.#again(i, ms, ended);
        return;
      }
      if ((this.#ms[i] as number) < (this.#ms[shortest] as number)) shortest = i;
    }
    if (ms <= (this.#ms[shortest] as number)) return;
    this.#value[shortest] = value;
    this.#ms[shortest] = ms;
    this.#times[shortest] = ended ? 1 : 0;
  }

  #again(i: number, ms: number, ended: boolean): void {
    const longest = this.#ms[i] as number;
    if (ended && 2 * ms >= longest) this.#times[i] = (ms > 2 * longest ? 0 : (this.#times[i] as number)) + 1;
    if (ms > longest) this.#ms[i] = ms;
  }

  /** Bound of a value, ms. With fewer than six entries, other values have the longest of them. −∞ before the first. */
  longest(channel: number, value: number): number {
    const from = channel * kept;
    let own = Number.NEGATIVE_INFINITY;
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    let once = Number.NEGATIVE_INFINITY;
    for (let i = from; i < from + kept; i++) {
      const ms = this.#ms[i] as number;
      if (this.#value[i] === value) own = ms;
      least = Math.min(least, ms);
      most = Math.max(most, ms);
      if ((this.#times[i] as number) < 2) once = Math.max(once, ms);
    }
    const common = least === Number.NEGATIVE_INFINITY ? most : Math.max(least, once);
    return Math.max(own === Number.NEGATIVE_INFINITY ? common : own, this.#anywhere(from, most));
  }

  /** Bound of all values: the shortest stay of at least half of the longest one; −∞ if such stays belong to few values. */
  #anywhere(from: number, longest: number): number {
    let [values, shortest] = [0, Number.POSITIVE_INFINITY];
    for (let i = from; i < from + kept; i++) {
      const ms = this.#ms[i] as number;
      if (2 * ms < longest) continue;
      values++;
      shortest = Math.min(shortest, ms);
    }
    return values < anywhere ? Number.NEGATIVE_INFINITY : shortest;
  }

  /**
   * Number of stays of at least half of the bound: at the value if the bound is its own, else at all values that occurred
   * once, or at all values if there are three or more with the bound.
   */
  count(channel: number, value: number): number {
    const bound = this.longest(channel, value);
    const from = channel * kept;
    let [once, all, withBound, isComplete] = [0, 0, 0, false];
    for (let i = from; i < from + kept; i++) {
      const ms = this.#ms[i] as number;
      if (this.#value[i] === value && ms === bound) return Math.max(1, this.#times[i] as number);
      if (ms >= bound) withBound++;
      if (2 * ms < bound) isComplete = true;
      else {
        all++;
        if ((this.#times[i] as number) < 2) once++;
      }
    }
    return isComplete ? Math.max(1, withBound < anywhere ? once : all) : mostTrusted;
  }

  /** Baseline entries: the common bound, and the values that have a bound of their own, which is at least that of all values. */
  lines(channel: number, tag: Tag): BaselineLine[] {
    const entries = Array.from({ length: kept }, (_, i) => channel * kept + i);
    const ofAll = (): number => this.#anywhere(channel * kept, Math.max(...entries.map((i) => this.#ms[i] as number)));
    const own = entries.filter((i) => (this.#times[i] as number) >= 2);
    const short = own.map((i) => String(Number((this.#value[i] as number).toPrecision(shown))));
    const named = new Set(short).size === own.length ? short : own.map((i) => String(this.#value[i]));
    const any: Figure = {
      read: () => this.longest(channel, Number.NaN) / 1_000,
      write: (_, seconds) => this.#bound(channel, seconds * 1_000),
      least: 0,
    };
    return [
      { name: '', unit: 's', figures: { longest: any } },
      ...own.map((i, k) => ({
        name: `at ${named[k]} ${tag.unit}`.trim(),
        unit: 's',
        figures: {
          longest: {
            read: () => Math.max(this.#ms[i] as number, ofAll()) / 1_000,
            write: (_channel: number, seconds: number) => (this.#ms[i] = seconds * 1_000),
            least: Math.max(0, ofAll() / 1_000),
          },
        },
      })),
    ];
  }

  /**
   * Sets `ms` as the common bound. If all entries belong to a value, the shortest is replaced. A longer bound of all values is lowered
   * with the stays that make it.
   */
  #bound(channel: number, ms: number): void {
    const all = Array.from({ length: kept }, (_, i) => channel * kept + i).sort(
      (a, b) => (this.#ms[b] as number) - (this.#ms[a] as number),
    );
    if (this.#anywhere(channel * kept, this.#ms[all[0] as number] as number) > ms)
      for (const i of all) this.#ms[i] = Math.min(this.#ms[i] as number, ms);
    const common = all.filter((i) => (this.#times[i] as number) < 2);
    const [first, ...rest] = common.length > 0 ? common : all.slice(-1);
    for (const i of rest) this.#ms[i] = this.#ms[i] === Number.NEGATIVE_INFINITY ? ms : Math.min(this.#ms[i] as number, ms);
    if (first === undefined) return;
    if ((this.#times[first] as number) >= 2) this.#value[first] = Number.NaN;
    this.#times[first] = 0;
    this.#ms[first] = ms;
  }
}
