/**
 * Values that were seen, sorted, as a bounded number of them: when it is full, those that lie closest between their neighbours
 * go. What was seen anywhere stays covered however long ago it was, at a resolution that follows how often values fall there.
 */
export class Cover {
  count = 0;
  readonly values: Float64Array;

  /** @param size most values that are kept */
  constructor(size: number) {
    this.values = new Float64Array(size);
  }

  add(value: number): void {
    if (this.count === this.values.length) this.#thin();
    const at = this.#place(value);
    this.values.copyWithin(at + 1, at, this.count);
    this.values[at] = value;
    this.count++;
  }

  /**
   * The value seen that is second nearest: one like it is chance, two are a habit. NaN while there are not two.
   * On equal distance the lower one comes first.
   */
  secondNearest(value: number): number {
    if (this.count < 2) return Number.NaN;
    let above = this.#place(value);
    let below = above - 1;
    let found = Number.NaN;
    for (let i = 0; i < 2; i++) {
      const down = below >= 0 ? value - (this.values[below] as number) : Number.POSITIVE_INFINITY;
      const up = above < this.count ? (this.values[above] as number) - value : Number.POSITIVE_INFINITY;
      found = this.values[down <= up ? below-- : above++] as number;
    }
    return found;
  }

  /** Index of the first value that is not below `value`. */
  #place(value: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.values[middle] as number) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Of every second value, drops the half whose neighbours are closest to each other: a quarter of all, and no two side by side. */
  #thin(): void {
    const { values, count } = this;
    const span = (i: number): number => (values[i + 1] as number) - (values[i - 1] as number);
    const candidates = Array.from({ length: (count - 1) >> 1 }, (_, i) => 2 * i + 1).toSorted(
      (a, b) => span(a) - span(b) || a - b,
    );
    const dropped = new Set(candidates.slice(0, Math.max(1, candidates.length >> 1)));
    let kept = 0;
    for (let i = 0; i < count; i++) if (!dropped.has(i)) values[kept++] = values[i] as number;
    this.count = kept;
  }
}
