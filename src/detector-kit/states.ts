import type { Columns } from './columns.ts';
import type { Figure, BaselineLine } from './facts.ts';
import { surpriseOfNew } from './grade.ts';
import { NearExtreme } from './near-extreme.ts';

/** Most states of one channel; a tag with more is not discrete, and its states are not judged. */
const most = 16;

/** The states of each channel, their durations and their successors. */
export class States {
  readonly #value: Float64Array;
  /** Stays with a known beginning and end. */
  readonly #stays: Float64Array;
  readonly #longestMs: Float64Array;
  readonly #shortestMs: Float64Array;
  readonly #nearLongest: NearExtreme;
  readonly #nearShortest: NearExtreme;
  /** Samples in each state; 0 in baselines of earlier versions. */
  readonly #samples: Float64Array;
  /** Bit i: state i followed at least once. */
  readonly #followers: Float64Array;
  /** Bit i: state i followed more than once. */
  readonly #often: Float64Array;

  constructor(columns: Columns) {
    this.#value = columns.add('state', most, Number.NaN);
    this.#stays = columns.add('stays', most);
    this.#longestMs = columns.add('longestMs', most);
    this.#shortestMs = columns.add('shortestMs', most, Number.POSITIVE_INFINITY);
    this.#samples = columns.add('stateSamples', most, 0, true);
    this.#nearLongest = new NearExtreme(columns, 'longest', most);
    this.#nearShortest = new NearExtreme(columns, 'shortest', most);
    this.#followers = columns.add('followers', most);
    this.#often = columns.add('followedOften', most);
  }

  /** Index of a state of a channel; −1 if it is new. */
  find(channel: number, value: number): number {
    const from = channel * most;
    for (let i = from; i < from + most; i++) if (this.#value[i] === value) return i;
    return -1;
  }

  /** Counts a sample. @returns the index of its state, which is added if it is new; −1 if there is no capacity */
  note(channel: number, value: number): number {
    const found = this.find(channel, value);
    const state = found < 0 ? this.#free(channel) : found;
    if (state < 0) return -1;
    this.#value[state] = value;
    (this.#samples[state] as number)++;
    return state;
  }

  #free(channel: number): number {
    const from = channel * most;
    for (let i = from; i < from + most; i++) if (Number.isNaN(this.#value[i])) return i;
    return -1;
  }

  /** Share of the samples of a channel that were in a state; NaN with a baseline of an earlier version. */
  share(channel: number, state: number): number {
    let all = 0;
    for (let i = channel * most; i < (channel + 1) * most; i++) all += this.#samples[i] as number;
    return (this.#samples[state] as number) / all;
  }

  /** True if there is no capacity for another state. */
  full(channel: number): boolean {
    return !Number.isNaN(this.#value[channel * most + most - 1]);
  }

  /** The channel has been in a state for `ms` so far. */
  learnStay(state: number, ms: number): void {
    if (ms > (this.#longestMs[state] as number)) this.#longestMs[state] = ms;
  }

  /** Records a change of state; `ms` is NaN if the beginning of the stay was not observed. */
  learnChange(channel: number, from: number, to: number, ms: number): void {
    const bit = 1 << (to - channel * most);
    const known = this.#followers[from] as number;
    this.#often[from] = (this.#often[from] as number) | (known & bit);
    this.#followers[from] = known | bit;
    (this.#stays[from] as number)++;
    if (Number.isNaN(ms)) return;
    this.#nearLongest.add(from, ms);
    this.#nearShortest.add(from, ms);
    if (ms < (this.#shortestMs[from] as number)) this.#shortestMs[from] = ms;
    if (ms > (this.#longestMs[from] as number)) this.#longestMs[from] = ms;
  }

  followed(channel: number, from: number, to: number): boolean {
    return ((this.#followers[from] as number) & (1 << (to - channel * most))) !== 0;
  }

  /** True if one state led to another, directly or through others that each lasted less than `ms` once. */
  ledTo(channel: number, from: number, to: number, ms: number): boolean {
    const first = channel * most;
    let reached = this.#followers[from] as number;
    for (let known = 0; known !== reached; ) {
      known = reached;
      for (let i = 0; i < most; i++)
        if ((known & (1 << i)) !== 0 && (this.#shortestMs[first + i] as number) < ms)
          reached |= this.#followers[first + i] as number;
    }
    return (reached & (1 << (to - first))) !== 0;
  }

  /** Surprise of a new successor of a state. */
  surpriseOfNew(from: number): number {
    const once = (this.#followers[from] as number) & ~(this.#often[from] as number);
    return surpriseOfNew(this.stays(from), bitsOf(once));
  }

  stays(state: number): number {
    return this.#stays[state] as number;
  }

  /** Number of stays about as long as the longest one; of all stays with a baseline of an earlier version. */
  staysNearLongest(state: number): number {
    return this.#nearLongest.count(state, this.longestMs(state)) ?? this.stays(state);
  }

  /** Number of stays about as short as the shortest one; of all stays with a baseline of an earlier version. */
  staysNearShortest(state: number): number {
    return this.#nearShortest.count(state, this.shortestMs(state)) ?? this.stays(state);
  }

  longestMs(state: number): number {
    return this.#longestMs[state] as number;
  }

  shortestMs(state: number): number {
    return this.#shortestMs[state] as number;
  }

  /** Values of the successors of a state. */
  followers(channel: number, from: number): number[] {
    const values = this.#value.subarray(channel * most, (channel + 1) * most);
    return [...values].filter((_, i) => ((this.#followers[from] as number) & (1 << i)) !== 0);
  }

  /** True if a test holds for one of the values of a channel. */
  some(channel: number, test: (value: number) => boolean): boolean {
    for (let i = channel * most; i < (channel + 1) * most; i++) {
      const value = this.#value[i] as number;
      if (!Number.isNaN(value) && test(value)) return true;
    }
    return false;
  }

  values(channel: number): number[] {
    return [...this.#value.subarray(channel * most, (channel + 1) * most)].filter((value) => !Number.isNaN(value));
  }

  /** The states of a channel, with the names from `named`, their durations and successors. */
  lines(channel: number, named: (value: number) => string): BaselineLine[] {
    return this.values(channel).map((value) => {
      const state = this.find(channel, value);
      const next = this.followers(channel, state).map(named);
      return {
        name: named(value),
        unit: 's',
        figures: { shortest: seconds(this.#shortestMs, state), longest: seconds(this.#longestMs, state) },
        words: next.length === 0 ? undefined : { next: next.join(', ') },
      };
    });
  }
}

function bitsOf(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}

const seconds = (ms: Float64Array, state: number): Figure => ({
  read: () => (ms[state] as number) / 1_000,
  write: (_channel, value) => (ms[state] = value * 1_000),
  least: 0,
});
