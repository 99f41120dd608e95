import { sumOfLargest } from './largest.ts';

/** Numbers of rows over which surprises are averaged. */
const windows = [1, 6, 20] as const;
/** Means over each window: of all tags, and of the tags with the largest surprises, for deviations of few tags. */
export const statistics = ['mean1', 'mean6', 'mean20', 'top1', 'top6', 'top20'] as const;
/** Share of the tags in a top mean. */
const topShare = 0.25;
/** Number of tags in a top mean of `tags` tags. */
export const inTop = (tags: number): number => Math.max(1, Math.round(topShare * tags));
/** Length of the longest window, rows. */
export const longest = Math.max(...windows);
/** Number of rows kept when an alarm has ended, so that a remaining deviation is detected at once. */
export const keptRows = 3;

export interface BankSnapshot {
  readonly ring: Float64Array;
  readonly row: number;
}

/** Moving means of the surprises of d tags: short windows detect sudden deviations, long ones small deviations. */
export class Bank {
  readonly tags: number;
  /** By `statistics`; valid until the next push. */
  readonly values = new Float64Array(statistics.length);
  readonly #normal: Float64Array;
  readonly #top: number;
  /** Surprises of the last rows. */
  #ring: Float64Array;
  readonly #sums: Float64Array;
  #row = 0;

  /** @param normal mean surprise of each tag in normal operation, used for rows before the first one */
  constructor(normal: Float64Array) {
    this.tags = normal.length;
    this.#normal = normal;
    this.#top = inTop(this.tags);
    this.#ring = new Float64Array(longest * this.tags);
    this.#sums = new Float64Array(this.tags);
    for (let back = 1; back <= longest; back++) this.#ring.set(normal, this.#start(back));
  }

  push(surprise: Float64Array): void {
    this.#row++;
    this.#ring.set(surprise, this.#start(1));
    this.#average();
  }

  /** Drops all rows but the last `kept`. */
  forget(kept: number): void {
    for (let back = kept + 1; back <= longest; back++) this.#ring.set(this.#normal, this.#start(back));
    this.#average();
  }

  snapshot(): BankSnapshot {
    return { ring: this.#ring.slice(), row: this.#row };
  }

  restore(snapshot: BankSnapshot): void {
    this.#ring = snapshot.ring.slice();
    this.#row = snapshot.row;
    this.#average();
  }

  #average(): void {
    const [tags, ring] = [this.tags, this.#ring];
    const sums = this.#sums.fill(0);
    let back = 1;
    for (let next = 0; next < windows.length; next++) {
      const window = windows[next] as number;
      for (; back <= window; back++) {
        const start = this.#start(back);
        for (let j = 0; j < tags; j++) (sums[j] as number) += ring[start + j] as number;
      }
      let all = 0;
      for (let j = 0; j < tags; j++) all += sums[j] as number;
      this.values[next] = all / tags / window;
      this.values[windows.length + next] = sumOfLargest(sums, this.#top) / this.#top / window;
    }
  }

  /** Position of a row in the ring; 1 is the last. */
  #start(back: number): number {
    return ((this.#row + longest - back) % longest) * this.tags;
  }
}
