import type { Json } from '../../src/core/detector.ts';
import { type ChannelState, Columns, isRecord, mismatch } from '../../src/detector-kit/columns.ts';
import type { Samples } from '../../src/detector-kit/samples.ts';
import type { Memory } from '../../src/detector-kit/tag-detector.ts';
import { Past } from './past.ts';

/**
 * Stores the changes of each channel and follows the earlier sequence that is being repeated. Repetitions of a value are omitted,
 * so that values that a device holds for several polls, and the times of polls, have no effect.
 */
export class Recall implements Memory, ChannelState {
  readonly state: ChannelState = this;
  /** Number of changes for which the present equals an earlier sequence; 0 for none. */
  readonly matched: Float64Array;
  readonly value: Float64Array;
  readonly #columns: Columns;
  /** Number of the change in the past that equals the present one. */
  readonly #at: Float64Array;
  readonly #memory: number;
  /** Length of the searched sequences, by channel, from the baseline; 0 for none. */
  readonly #length: Float64Array;
  /** True to store changes of channels without a search too. */
  readonly #all: boolean;
  /** By channel; undefined before the first change. */
  #pasts: (Past | undefined)[];

  constructor(length: Float64Array, memory: number, all: boolean) {
    this.#length = length;
    this.#memory = memory;
    this.#all = all;
    this.#columns = new Columns(length.length);
    this.value = this.#columns.add('value', 1, Number.NaN);
    this.matched = this.#columns.add('matched');
    this.#at = this.#columns.add('at', 1, -1);
    this.#pasts = this.#none();
  }

  advance({ length, channel, time, value }: Samples): void {
    for (let i = 0; i < length; i++) this.#pasts[channel[i] as number]?.lookUp(value[i] as number);
    for (let i = 0; i < length; i++) this.#pasts[channel[i] as number]?.fetch();
    for (let i = 0; i < length; i++) this.#take(channel[i] as number, time[i] as number, value[i] as number);
  }

  #take(channel: number, time: number, value: number): void {
    if (value === this.value[channel]) return;
    this.value[channel] = value;
    const length = this.#length[channel] as number;
    if (length === 0 && !this.#all) return;
    const past = this.past(channel);
    if (length > 0) this.#follow(channel, past, value, length);
    past.push(value, time, length);
  }

  #follow(channel: number, past: Past, value: number, length: number): void {
    const next = (this.#at[channel] as number) + 1;
    if (next > 0 && past.valueAt(next) === value) {
      this.#at[channel] = next;
      (this.matched[channel] as number)++;
      return;
    }
    const found = past.find(value, length);
    this.#at[channel] = found;
    this.matched[channel] = found < 0 ? 0 : length;
  }

  /** Marks a gap: the next sequence does not continue the previous one. */
  part(channel: number, time: number): void {
    if (Number.isNaN(this.value[channel])) return;
    const length = this.#length[channel] as number;
    if (length > 0 || this.#all) this.past(channel).push(Number.NaN, time, length);
    this.#columns.clear(channel);
  }

  past(channel: number): Past {
    return (this.#pasts[channel] ??= new Past(this.#memory));
  }

  #none(): (Past | undefined)[] {
    return Array.from({ length: this.#length.length }, () => undefined);
  }

  /** ms UTC of the start of the present sequence, and of its original. */
  origin(channel: number): { readonly since: number; readonly original: number } {
    const past = this.past(channel);
    const back = (this.matched[channel] as number) - 1;
    return { since: past.timeAt(past.count - 1 - back), original: past.timeAt((this.#at[channel] as number) - back) };
  }

  clear(channel?: number): void {
    this.#columns.clear(channel);
    if (channel === undefined) this.#pasts = this.#none();
    else this.#pasts[channel] = undefined;
  }

  save(): unknown {
    const pasts = this.#pasts.flatMap((past, channel) => (past === undefined ? [] : [{ channel, ...past.save() }]));
    return { columns: this.#columns.save(), pasts };
  }

  load(saved: unknown): void {
    const { columns, pasts } = isRecord(saved) ? saved : {};
    this.#columns.load(columns);
    this.#pasts = this.#none();
    for (const entry of Array.isArray(pasts) ? (pasts as unknown[]) : []) {
      const { channel, count, values, times } = isRecord(entry) ? entry : {};
      if (typeof channel !== 'number' || typeof count !== 'number') throw mismatch('running state lacks a past');
      if (!(values instanceof Float64Array) || !(times instanceof Float64Array)) throw mismatch('running state lacks values');
      this.past(channel).load(count, values, times);
    }
  }

  toJson(channel: number): Json | undefined {
    const columns = this.#columns.toJson(channel);
    const past = this.#pasts[channel]?.save();
    if (columns === undefined && past === undefined) return undefined;
    const { count = 0, values = new Float64Array(0), times = new Float64Array(0) } = past ?? {};
    return {
      columns: columns ?? {},
      count,
      values: Array.from(values, (value) => (Number.isNaN(value) ? null : value)),
      times: Array.from(times),
    };
  }

  fromJson(channel: number, entry: unknown): void {
    this.clear(channel);
    if (!isRecord(entry)) return;
    const { columns, count, values, times } = entry;
    this.#columns.fromJson(channel, isRecord(columns) && Object.keys(columns).length > 0 ? columns : undefined);
    if (typeof count !== 'number' || !Array.isArray(values) || !Array.isArray(times))
      throw mismatch('learning lacks its changes');
    if (count === 0) return;
    const numbers = (values as unknown[]).map((value) => (value === null ? Number.NaN : Number(value)));
    this.past(channel).load(count, Float64Array.from(numbers), Float64Array.from((times as unknown[]).map(Number)));
  }
}
