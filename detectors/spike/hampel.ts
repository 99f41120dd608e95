import { Columns } from '../../src/detector-kit/columns.ts';
import { surelySeenMs } from '../../src/detector-kit/fast-time.ts';
import { counted, placeIn } from '../../src/detector-kit/ring.ts';
import type { Samples } from '../../src/detector-kit/samples.ts';
import type { Memory } from '../../src/detector-kit/tag-detector.ts';

/** Ratio of the standard deviation to the median absolute deviation of normally distributed noise. */
const normalMad = 1.4826;

/**
 * Scan periods between two samples up to which a sample is compared with its neighbours. A lab at a higher speed reads less often: a start of a pump then
 * passes between two samples, and looks like a spike.
 */
const usualScans = 2;

/**
 * The last `window` samples of each channel, and the height of the last but one above or below them. A sample is judged one
 * sample late, because only then a spike, which returns, differs from a step, which stays.
 */
export class Hampel implements Memory {
  readonly state: Columns;
  readonly count: Float64Array;
  /** The judged sample, the median and the deviation of its window. */
  readonly candidate: Float64Array;
  readonly median: Float64Array;
  readonly deviation: Float64Array;
  /** Height of the candidate relative to median, predecessor and successor: the smallest of the three; 0 for no spike. */
  readonly height: Float64Array;
  /** Times of the last two samples, ms. */
  readonly #times: Float64Array;
  readonly #scanMs: readonly number[];
  /** Longest time between the neighbours of a sample, ms. */
  #reachMs: Float64Array;
  readonly #window: number;
  readonly #ring: Float64Array;
  readonly #sorted: Float64Array;

  /** @param scanMs period of each channel, by the configuration */
  constructor(scanMs: readonly number[], window: number) {
    this.state = new Columns(scanMs.length);
    this.#window = window;
    this.#scanMs = scanMs;
    this.#reachMs = this.#reachAt(1);
    this.count = this.state.add('count');
    this.candidate = this.state.add('candidate', 1, Number.NaN);
    this.median = this.state.add('median', 1, Number.NaN);
    this.deviation = this.state.add('deviation');
    this.height = this.state.add('height');
    this.#ring = this.state.add('ring', window);
    this.#times = this.state.add('times', 2, Number.NaN, true);
    this.#sorted = new Float64Array(window);
  }

  #reachAt(speed: number): Float64Array {
    return Float64Array.from(this.#scanMs, (ms) => 2 * Math.min(usualScans * ms, surelySeenMs(ms, speed)));
  }

  /** @param speed seconds of plant time per second */
  set speed(speed: number) {
    this.#reachMs = this.#reachAt(speed);
  }

  advance({ length, channel, time, value }: Samples): void {
    const { count: counts, candidate: candidates, height: heights } = this;
    const [window, ring, times, reachMs] = [this.#window, this.#ring, this.#times, this.#reachMs];
    for (let i = 0; i < length; i++) {
      const at = channel[i] as number;
      const one = value[i] as number;
      const count = counts[at] as number;
      const from = at * window;
      const place = placeIn(count, window);
      ring[from + place] = one;
      counts[at] = counted(count, window);
      const isClose = !((time[i] as number) - (times[2 * at] as number) > (reachMs[at] as number));
      times[2 * at] = times[2 * at + 1] as number;
      times[2 * at + 1] = time[i] as number;
      if (count + 1 < window) continue;
      const candidate = ring[from + (place === 0 ? window - 1 : place - 1)] as number;
      const before = ring[from + (place < 2 ? place + window - 2 : place - 2)] as number;
      candidates[at] = candidate;
      heights[at] = 0;
      // most samples are between their neighbours: they need no further computation
      if (isClose && candidate > before === candidate > one && candidate < before === candidate < one)
        this.#measure(at, candidate, before, one);
    }
  }

  /** Height of a sample that is above, or below, both its neighbours. */
  #measure(channel: number, candidate: number, before: number, value: number): void {
    const window = this.#window;
    this.#sortRing(channel * window);
    const median = this.#sorted[window >> 1] as number;
    const side = candidate < median ? -1 : 1;
    const height = Math.min(side * (candidate - median), side * (candidate - before), side * (candidate - value));
    this.median[channel] = median;
    if (!(height > 0)) return;
    this.height[channel] = height;
    this.deviation[channel] = normalMad * this.#medianDeviation(median);
  }

  /**
   * Median absolute deviation. Distances increase on both sides of the median, so that half of the sorted values are merged from
   * there.
   */
  #medianDeviation(median: number): number {
    const sorted = this.#sorted;
    const middle = this.#window >> 1;
    let [low, high, distance] = [middle - 1, middle + 1, 0];
    for (let step = 0; step < middle; step++) {
      const below = low < 0 ? Number.POSITIVE_INFINITY : median - (sorted[low] as number);
      const above = high >= this.#window ? Number.POSITIVE_INFINITY : (sorted[high] as number) - median;
      distance = below < above ? below : above;
      if (below < above) low--;
      else high++;
    }
    return distance;
  }

  #sortRing(from: number): void {
    for (let i = 0; i < this.#window; i++) this.#sorted[i] = this.#ring[from + i] as number;
    this.#sort();
  }

  /** Insertion sort: the fastest for so few values, without allocations. */
  #sort(): void {
    const sorted = this.#sorted;
    for (let i = 1; i < sorted.length; i++) {
      const value = sorted[i] as number;
      let at = i;
      while (at > 0 && (sorted[at - 1] as number) > value) {
        sorted[at] = sorted[at - 1] as number;
        at--;
      }
      sorted[at] = value;
    }
  }
}
