import type { Batch } from '../../core/batch.ts';
import { isUsable } from '../../core/quality.ts';
import { Random } from '../../core/random.ts';
import type { Floor } from './candidate.ts';

/** Samples kept of each tag: enough to distinguish two values from many. */
const kept = 200;
/** Quantile of the highest value: rarer values are spikes, or the current of a start. */
const top = 0.98;
/**
 * Fractions of the highest value: no measurement is above the first at rest or below the last in operation; the cut is in
 * between.
 */
const rests = 0.1;
const cut = 0.2;
const runs = 0.4;
/** Least share of the kept samples at rest and in operation, and greatest share in between. */
const least = 0.02;
const mostBetween = 0.1;

/**
 * Checks in a uniform sample of each measurement (reservoir sampling, algorithm R: Vitter, ACM TOMS 11(1), 1985) if it rests at noise
 * about 0 and runs far above it. The result is a guess that all data must confirm.
 */
export class Floors {
  readonly #random = new Random(1);
  /** By index of a tag; undefined for one that is not checked. */
  readonly #reservoirs: readonly (Float64Array | undefined)[];
  readonly #seen: Float64Array;

  /**
   * @param tags indices of the measurements to check
   * @param size of the table of tags
   */
  constructor(tags: readonly number[], size: number) {
    const looked = new Set(tags);
    this.#reservoirs = Array.from({ length: size }, (_, tag) => (looked.has(tag) ? new Float64Array(kept) : undefined));
    this.#seen = new Float64Array(size);
  }

  observe(batch: Batch): void {
    for (let row = 0; row < batch.length; row++) {
      const tag = batch.tag[row] as number;
      const value = batch.value[row] as number;
      const reservoir = this.#reservoirs[tag];
      if (reservoir === undefined || !isUsable(batch.quality[row] as number) || !Number.isFinite(value)) continue;
      const seen = (this.#seen[tag] as number) + 1;
      this.#seen[tag] = seen;
      const place = seen <= kept ? seen - 1 : Math.floor(this.#random.next() * seen);
      if (place < kept) reservoir[place] = value;
    }
  }

  /** The cut of a measurement; undefined if it does not rest at noise, or only at exactly 0. */
  of(tag: number): Floor | undefined {
    const length = Math.min(kept, this.#seen[tag] ?? 0);
    const sorted = this.#reservoirs[tag]?.slice(0, length).sort() ?? new Float64Array();
    const highest = sorted[Math.floor(top * length)] ?? 0;
    if (!(highest > 0)) return undefined;
    const count = (is: (value: number) => boolean): number => sorted.filter(is).length / length;
    const resting = sorted.filter((value) => value <= rests * highest);
    const isSeparate = resting.length >= least * length && count((value) => value >= runs * highest) >= least;
    const between = count((value) => value > rests * highest && value < runs * highest);
    if (!isSeparate || between > mostBetween || resting.every((value) => value === 0)) return undefined;
    return { cut: Number((cut * highest).toPrecision(3)), clear: [rests * highest, runs * highest] };
  }
}
