import { medianSorted } from 'simple-statistics';
import { isRecord, mismatch } from '../../src/detector-kit/columns.ts';

/** Kept samples of a tag: enough for the differences that show its usual changes. */
export const keptSamples = 10;
/** Fewest samples from which the usual change of a value between two polls is known. */
export const fewestSamples = 4;
/** Number of last changes of which the median is known. */
const keptChanges = 64;
/**
 * Least usual change in median changes. Ten polls of noise may be alike by chance, and many readings would differ from them. With a tolerance of
 * twice this, 1 reading in 30,000 of white noise differs.
 */
const ofMedian = 2.1;

/** Polled values around the time of a reading. */
export interface Surroundings {
  /** The last value before the reading, the first one after it, and all between. */
  readonly values: readonly number[];
  /** Usual change from one poll to the next. */
  readonly change: number;
}

interface Polled {
  readonly times: number[];
  readonly values: number[];
  /** Last differences between successive values. */
  readonly changes: number[];
}

const emptied = (): Polled => ({ times: [], values: [], changes: [] });

/** Last polled values of the tags that other clients read. */
export class Polls {
  readonly #tags = new Map<number, Polled>();

  /** Number of followed tags. */
  get size(): number {
    return this.#tags.size;
  }

  has(tag: number): boolean {
    return this.#tags.has(tag);
  }

  /** Keeps the samples of a tag from now on. */
  follow(tag: number): void {
    if (!this.#tags.has(tag)) this.#tags.set(tag, emptied());
  }

  /** Adds a sample of a followed tag. @param time receive time, ms UTC */
  take(tag: number, time: number, value: number): void {
    const polled = this.#tags.get(tag);
    if (polled === undefined) return;
    const { times, values, changes } = polled;
    if (time < (times.at(-1) ?? time)) this.lose(tag);
    const last = values.at(-1);
    if (last !== undefined) changes.push(Math.abs(value - last));
    if (changes.length > keptChanges) changes.shift();
    times.push(time);
    values.push(value);
    if (times.length <= keptSamples) return;
    times.shift();
    values.shift();
  }

  /** Forgets the samples of a tag: its device was lost, or its value is bad. */
  lose(tag: number): void {
    const polled = this.#tags.get(tag);
    if (polled === undefined) return;
    for (const list of [polled.times, polled.values, polled.changes]) list.length = 0;
  }

  /**
   * Polled values around a time.
   * @param slackMs values closer than this to the time count as neither before nor after it
   * @param gapMs longest time between the value before and the value after
   * @returns `wait` until a later sample; undefined if the tag was not polled continuously
   */
  around(tag: number, time: number, slackMs: number, gapMs: number): Surroundings | 'wait' | undefined {
    const { times, values, changes } = this.#tags.get(tag) ?? nothing;
    const first = times.findLastIndex((at) => at <= time - slackMs);
    if (first < 0) return undefined;
    const last = times.findIndex((at) => at >= time + slackMs);
    if (last < 0) return 'wait';
    const [from, to] = [Math.min(first, last), Math.max(first, last)];
    if (times.length < fewestSamples || (times[to] as number) - (times[from] as number) > gapMs) return undefined;
    return { values: values.slice(from, to + 1), change: usualChange(values, changes) };
  }

  save(): unknown {
    const samples = [...this.#tags].map(([tag, { times, values }]) => Float64Array.of(tag, ...times, ...values));
    return { samples, changes: [...this.#tags.values()].map(({ changes }) => Float64Array.from(changes)) };
  }

  /** @throws ScadaError BASELINE_MISMATCH */
  load(saved: unknown): void {
    // an earlier version saved the samples alone
    const { samples: all, changes } = isRecord(saved) ? saved : { samples: saved, changes: [] };
    if (!Array.isArray(all) || !Array.isArray(changes)) throw mismatch('the polled values of agreement are missing');
    this.#tags.clear();
    (all as Float64Array[]).forEach(([tag = Number.NaN, ...samples], i) => {
      const half = samples.length / 2;
      const kept = (changes as Float64Array[])[i] ?? [];
      this.#tags.set(tag, { times: samples.slice(0, half), values: samples.slice(half), changes: [...kept] });
    });
  }
}

const nothing = emptied();

/**
 * The second largest difference between successive values. The largest one may be a single step: of the process, which a reading beside
 * it shows as well, or of a falsified value, which must not hide itself. At least some median changes of a longer time.
 */
function usualChange(values: readonly number[], changes: readonly number[]): number {
  let [largest, second] = [0, 0];
  for (let i = 1; i < values.length; i++) {
    const change = Math.abs((values[i] as number) - (values[i - 1] as number));
    if (change > largest) [largest, second] = [change, largest];
    else if (change > second) second = change;
  }
  return Math.max(second, changes.length === 0 ? 0 : ofMedian * medianSorted(changes.toSorted((a, b) => a - b)));
}
