import type { Batch } from '../../core/batch.ts';
import { Random } from '../../core/random.ts';
import { isUsable } from '../../core/quality.ts';
import type { NormalBand } from '../../core/monitor.ts';
import type { Tag } from '../../core/tag.ts';

/** Samples kept of each tag. */
const kept = 2_000;
/** Share of normal operation that a band omits at each end. */
const outside = 0.005;

/**
 * The normal band of each tag, for indicators and trends: quantiles of a uniform sample of its good values
 * (reservoir sampling, algorithm R: Vitter, ACM TOMS 11(1), 1985). Not a threshold: detectors have their own.
 */
export class BandLearner {
  readonly #reservoirs: Float64Array[];
  readonly #seen: Float64Array;
  readonly #random: Random;

  constructor(tags: number, random: Random = new Random(1)) {
    this.#reservoirs = Array.from({ length: tags }, () => new Float64Array(kept));
    this.#seen = new Float64Array(tags);
    this.#random = random;
  }

  learn(batch: Batch): void {
    for (let row = 0; row < batch.length; row++) {
      const value = batch.value[row] as number;
      if (!isUsable(batch.quality[row] as number) || !Number.isFinite(value)) continue;
      const tag = batch.tag[row] as number;
      const seen = (this.#seen[tag] as number) + 1;
      this.#seen[tag] = seen;
      const place = seen <= kept ? seen - 1 : Math.floor(this.#random.next() * seen);
      if (place < kept) (this.#reservoirs[tag] as Float64Array)[place] = value;
    }
  }

  /**
   * The band of a tag, or undefined before its first sample.
   * @param range engineering range, beyond which noise of a value at an end of it is not drawn
   */
  band(tag: number, range?: Tag['range']): NormalBand | undefined {
    const length = Math.min(kept, this.#seen[tag] ?? 0);
    if (length === 0) return undefined;
    const sorted = (this.#reservoirs[tag] as Float64Array).slice(0, length).sort();
    const cut = Math.floor(outside * length);
    const low = sorted[cut] as number;
    const high = sorted[length - 1 - cut] as number;
    // a tag whose values are all beyond it operates there
    if (range === undefined || high < range.low || low > range.high) return { low, high };
    return { low: Math.max(low, range.low), high: Math.min(high, range.high) };
  }
}
