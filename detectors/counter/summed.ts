import type { Batch } from '../../src/core/batch.ts';
import type { Tag, TagTable } from '../../src/core/tag.ts';
import { Columns } from '../../src/detector-kit/columns.ts';
import { bounded, hasValue } from '../../src/detector-kit/intake.ts';
import { measurementOf } from './pairs.ts';

/** Intervals of the counter over which its count is compared: ten minutes at one poll per 10 s. */
const window = 60;
/** A value is too old after this number of scans. */
const staleScans = 3;
const width = 5;

/** A counter and the measurement that it sums up. */
export interface Pair {
  /** Channel of the counter. */
  readonly channel: number;
  readonly counter: Tag;
  readonly measured: Tag;
  /** Index of the measurement in the tag table. */
  readonly tag: number;
}

/** The last window: count, sum of the measurement in its unit times s, and duration. */
export interface SumWindow {
  readonly counted: number;
  readonly sum: number;
  readonly overMs: number;
}

/** @param counters by channel */
export const pairsOf = (counters: readonly Tag[], tags: TagTable): Pair[] =>
  counters.flatMap((counter, channel) => {
    const tag = measurementOf(counter, tags);
    return tag === undefined ? [] : [{ channel, counter, measured: tags.at(tag), tag }];
  });

/**
 * Compares the count of each counter with the sum of its measurement over the last `window` intervals. A value between two polls is unknown: the
 * sum lies within half of the changes between them, and within the whole change at its ends. A sample of the counter between two polls of the
 * measurement is therefore added with the second one. Only consumption is counted: negative values add nothing.
 */
export class Summed {
  readonly state: Columns;
  /** By pair: count of the window; NaN until it is full. */
  readonly counted: Float64Array;
  /** By pair: sum of the measurement over the window, in its unit times s, and the uncertainty of this sum. */
  readonly sum: Float64Array;
  readonly unsure: Float64Array;
  readonly overMs: Float64Array;
  readonly #pairs: readonly Pair[];
  /** By tag: the pairs of which it is the measurement. */
  readonly #pairsOfTag: ReadonlyMap<number, readonly number[]>;
  /** By pair: last value of the measurement with its time, its sum since the start, and half of its changes. */
  readonly #value: Float64Array;
  readonly #time: Float64Array;
  readonly #total: Float64Array;
  readonly #changed: Float64Array;
  /** By pair: time and count of the sample of the counter that waits for the next measurement; NaN without one. */
  readonly #waitingTime: Float64Array;
  readonly #waitingCount: Float64Array;
  /** By pair: number of the counter's samples, and a ring of the last ones: time, count, sum, half of the changes, uncertainty there. */
  readonly #samples: Float64Array;
  readonly #ring: Float64Array;

  constructor(pairs: readonly Pair[]) {
    this.#pairs = pairs;
    this.#pairsOfTag = Map.groupBy(pairs.keys(), (pair) => (pairs[pair] as Pair).tag);
    this.state = new Columns(pairs.length);
    this.counted = this.state.add('counted', 1, Number.NaN);
    this.sum = this.state.add('sum');
    this.unsure = this.state.add('unsure');
    this.overMs = this.state.add('overMs');
    this.#value = this.state.add('value', 1, Number.NaN);
    this.#time = this.state.add('time', 1, Number.NEGATIVE_INFINITY);
    this.#total = this.state.add('total');
    this.#changed = this.state.add('changed');
    this.#waitingTime = this.state.add('waitingTime', 1, Number.NaN);
    this.#waitingCount = this.state.add('waitingCount', 1, Number.NaN);
    this.#samples = this.state.add('samples');
    this.#ring = this.state.add('ring', window * width);
  }

  /** Adds the measurements of a batch. */
  take(batch: Batch): void {
    for (let row = 0; row < batch.length; row++) {
      const pairs = this.#pairsOfTag.get(batch.tag[row] as number);
      if (pairs === undefined || !hasValue(batch, row)) continue;
      for (const pair of pairs) this.#measure(pair, batch.sourceTime[row] as number, batch.value[row] as number);
    }
  }

  #measure(pair: number, time: number, measured: number): void {
    const last = this.#time[pair] as number;
    if (!Number.isFinite(measured) || !Number.isFinite(time) || time <= last) return;
    const value = Math.max(0, bounded(measured));
    const before = this.#value[pair] as number;
    this.#time[pair] = time;
    this.#value[pair] = value;
    if (time - last > this.#staleMs(pair)) {
      this.restart(pair);
      return;
    }
    const seconds = (time - last) / 1_000;
    const change = Math.abs(value - before);
    const waiting = ((this.#waitingTime[pair] as number) - last) / 1_000;
    if (waiting > 0) {
      const there = before + ((value - before) * waiting) / seconds;
      this.#push(pair, (waiting * (before + there)) / 2, seconds * change);
    }
    (this.#total[pair] as number) += (seconds * (value + before)) / 2;
    (this.#changed[pair] as number) += (seconds * change) / 2;
  }

  /** Adds a sample of the counter, after the measurements of its batch. @param total its count since a start */
  count(pair: number, time: number, total: number): void {
    const ahead = (time - (this.#time[pair] as number)) / 1_000;
    if (!(Math.abs(1_000 * ahead) <= this.#staleMs(pair))) {
      this.restart(pair);
      return;
    }
    this.#waitingTime[pair] = time;
    this.#waitingCount[pair] = total;
    const since = ahead * (this.#value[pair] as number);
    if (ahead <= 0) this.#push(pair, since, -since);
  }

  /**
   * Adds the waiting sample of the counter.
   * @param since sum of the measurement from the last poll to this sample
   * @param unsure uncertainty of this sum
   */
  #push(pair: number, since: number, unsure: number): void {
    const [time, count] = [this.#waitingTime[pair] as number, this.#waitingCount[pair] as number];
    this.#waitingTime[pair] = Number.NaN;
    const sum = (this.#total[pair] as number) + since;
    const changed = this.#changed[pair] as number;
    const samples = this.#samples[pair] as number;
    const place = (pair * window + (samples % window)) * width;
    const ring = this.#ring;
    const isFull = samples >= window;
    this.overMs[pair] = time - (ring[place] as number);
    this.counted[pair] = isFull ? count - (ring[place + 1] as number) : Number.NaN;
    this.sum[pair] = sum - (ring[place + 2] as number);
    this.unsure[pair] = changed - (ring[place + 3] as number) + unsure + (ring[place + 4] as number);
    ring.set([time, count, sum, changed, unsure], place);
    // the place in the ring stays exact for ever
    this.#samples[pair] = samples < 2 * window - 1 ? samples + 1 : window;
  }

  windowOf(pair: number): SumWindow {
    return {
      counted: this.counted[pair] as number,
      sum: this.sum[pair] as number,
      overMs: this.overMs[pair] as number,
    };
  }

  /** The next window begins with the next sample. */
  restart(pair: number): void {
    this.counted[pair] = Number.NaN;
    this.#waitingTime[pair] = Number.NaN;
    this.#samples[pair] = 0;
    this.#total[pair] = 0;
    this.#changed[pair] = 0;
  }

  #staleMs(pair: number): number {
    return staleScans * (this.#pairs[pair] as Pair).measured.scanMs;
  }
}
