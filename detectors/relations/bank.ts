/** Rows over which surprises are averaged, and the name of each mean. */
export const windows = [1, 6, 20] as const;
export const statistics = ['mean1', 'mean6', 'mean20'] as const;
const [mean1, mean6, mean20] = [0, 1, 2] as const;
const [, middle, longest] = windows;
/** Rounding errors of the running sums are cleared each so many rows. */
const refreshRows = 10_000;

export interface BankSnapshot {
  readonly ring: Float64Array;
  readonly sum6: Float64Array;
  readonly sum20: Float64Array;
  readonly row: number;
}

/** Moving means of the surprises of d tags: short windows see what is sharp, long ones what is faint. */
export class Bank {
  readonly tags: number;
  /** By `statistics`; valid until the next push. */
  readonly values = new Float64Array(statistics.length);
  readonly #normal: Float64Array;
  #ring: Float64Array;
  #sum6: Float64Array;
  #sum20: Float64Array;
  #row = 0;

  /** @param normal mean surprise of each tag on normal running, which stands for rows that have not been */
  constructor(normal: Float64Array) {
    this.tags = normal.length;
    this.#normal = normal;
    this.#ring = new Float64Array(longest * this.tags);
    this.#sum6 = new Float64Array(this.tags);
    this.#sum20 = new Float64Array(this.tags);
    this.reset();
  }

  /** Forgets what has been. */
  reset(): void {
    for (let row = 0; row < longest; row++) this.#ring.set(this.#normal, row * this.tags);
    this.#refresh();
  }

  push(surprise: Float64Array): void {
    const d = this.tags;
    const row = this.#row;
    const now = (row % longest) * d;
    const sixth = ((row + longest - middle) % longest) * d;
    let total = 0;
    let total6 = 0;
    let total20 = 0;
    for (let j = 0; j < d; j++) {
      const s = surprise[j] as number;
      const in6 = (this.#sum6[j] as number) + s - (this.#ring[sixth + j] as number);
      const in20 = (this.#sum20[j] as number) + s - (this.#ring[now + j] as number);
      this.#ring[now + j] = s;
      this.#sum6[j] = in6;
      this.#sum20[j] = in20;
      total += s;
      total6 += in6;
      total20 += in20;
    }
    this.#row = row + 1;
    this.values[mean1] = total / d;
    this.values[mean6] = total6 / d / middle;
    this.values[mean20] = total20 / d / longest;
    if (this.#row % refreshRows === 0) this.#refresh();
  }

  /** Each tag's mean over the window of a statistic, written to `out`. */
  tagMeans(statistic: number, out: Float64Array): void {
    const long = statistic === mean20;
    if (statistic === mean1) {
      const last = ((this.#row + longest - 1) % longest) * this.tags;
      out.set(this.#ring.subarray(last, last + this.tags));
    } else
      for (let j = 0; j < this.tags; j++)
        out[j] = long ? (this.#sum20[j] as number) / longest : (this.#sum6[j] as number) / middle;
  }

  snapshot(): BankSnapshot {
    return { ring: this.#ring.slice(), sum6: this.#sum6.slice(), sum20: this.#sum20.slice(), row: this.#row };
  }

  restore(snapshot: BankSnapshot): void {
    this.#ring = snapshot.ring.slice();
    this.#sum6 = snapshot.sum6.slice();
    this.#sum20 = snapshot.sum20.slice();
    this.#row = snapshot.row;
  }

  #refresh(): void {
    const d = this.tags;
    this.#sum6.fill(0);
    this.#sum20.fill(0);
    for (let back = 1; back <= longest; back++) {
      const start = ((this.#row + longest - back) % longest) * d;
      for (let j = 0; j < d; j++) {
        const s = this.#ring[start + j] as number;
        if (back <= middle) (this.#sum6[j] as number) += s;
        (this.#sum20[j] as number) += s;
      }
    }
  }
}
