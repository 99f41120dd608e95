/** Rows over which surprises are averaged, and the name of each mean. */
export const windows = [1, 6, 20] as const;
export const statistics = ['mean1', 'mean6', 'mean20'] as const;
const longest = Math.max(...windows);

export interface BankSnapshot {
  readonly ring: Float64Array;
  readonly row: number;
}

/** Moving means of the surprises of d tags: short windows see what is sharp, long ones what is faint. */
export class Bank {
  readonly tags: number;
  /** By `statistics`; valid until the next push. */
  readonly values = new Float64Array(statistics.length);
  readonly #normal: Float64Array;
  /** Surprises of the last rows, and the mean over the tags of each. */
  #ring: Float64Array;
  readonly #means = new Float64Array(longest);
  #row = 0;

  /** @param normal mean surprise of each tag on normal running, which stands for rows that have not been */
  constructor(normal: Float64Array) {
    this.tags = normal.length;
    this.#normal = normal;
    this.#ring = new Float64Array(longest * this.tags);
    this.reset();
  }

  /** Forgets what has been. */
  reset(): void {
    for (let row = 0; row < longest; row++) this.#ring.set(this.#normal, row * this.tags);
    this.#means.fill(meanOf(this.#normal));
  }

  push(surprise: Float64Array): void {
    const now = this.#row % longest;
    this.#ring.set(surprise, now * this.tags);
    this.#means[now] = meanOf(surprise);
    this.#row++;
    let sum = 0;
    let next = 0;
    for (let back = 0; back < longest; back++) {
      sum += this.#means[(now + longest - back) % longest] as number;
      if (back + 1 === windows[next]) this.values[next++] = sum / (back + 1);
    }
  }

  /** Each tag's mean over the window of a statistic, written to `out`. */
  tagMeans(statistic: number, out: Float64Array): void {
    const window = windows[statistic] ?? 1;
    out.fill(0);
    for (let back = 1; back <= window; back++) {
      const start = ((this.#row + longest - back) % longest) * this.tags;
      for (let j = 0; j < this.tags; j++) (out[j] as number) += (this.#ring[start + j] as number) / window;
    }
  }

  snapshot(): BankSnapshot {
    return { ring: this.#ring.slice(), row: this.#row };
  }

  restore(snapshot: BankSnapshot): void {
    this.#ring = snapshot.ring.slice();
    this.#row = snapshot.row;
    for (let row = 0; row < longest; row++)
      this.#means[row] = meanOf(this.#ring.subarray(row * this.tags, (row + 1) * this.tags));
  }
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < values.length; j++) sum += values[j] as number;
  return sum / values.length;
}
