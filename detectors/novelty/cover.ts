/**
 * A bounded number of past values, sorted. When it is full, values closest to their neighbours are removed. Old values stay
 * covered, at a resolution that follows the density of values.
 */
export class Cover {
  count = 0;
  readonly values: Float64Array;
  /** The finding of each value; 0 for none. */
  readonly findings: Uint16Array;

  /** @param size most values that are kept */
  constructor(size: number) {
    this.values = new Float64Array(size);
    this.findings = new Uint16Array(size);
  }

  /** @param finding number of the finding of the value, 0 for none */
  add(value: number, finding = 0): void {
    if (this.count === this.values.length) this.#thin();
    const at = this.#place(value);
    this.values.copyWithin(at + 1, at, this.count);
    this.findings.copyWithin(at + 1, at, this.count);
    this.values[at] = value;
    this.findings[at] = finding;
    this.count++;
  }

  /**
   * The second-nearest past value: one similar value may be chance, two are normal. All values of one finding count as one. NaN
   * with fewer than two. At equal distance the lower one comes first. @param present finding of the value, 0 for none: values of
   * that finding do not count
   */
  secondNearest(value: number, present = 0): number {
    let above = this.#place(value);
    let below = above - 1;
    let nearest = -1;
    while (below >= 0 || above < this.count) {
      const down = below >= 0 ? value - (this.values[below] as number) : Number.POSITIVE_INFINITY;
      const up = above < this.count ? (this.values[above] as number) - value : Number.POSITIVE_INFINITY;
      const at = down <= up ? below-- : above++;
      const finding = this.findings[at] as number;
      if (finding !== 0 && (finding === present || finding === nearest)) continue;
      if (nearest >= 0) return this.values[at] as number;
      nearest = finding;
    }
    return Number.NaN;
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

  /**
   * Removes a quarter of all values: of every second value the half with the closest neighbours, so that no two adjacent ones are
   * removed.
   */
  #thin(): void {
    const { values, count } = this;
    const span = (i: number): number => (values[i + 1] as number) - (values[i - 1] as number);
    const candidates = Array.from({ length: (count - 1) >> 1 }, (_, i) => 2 * i + 1).toSorted(
      (a, b) => span(a) - span(b) || a - b,
    );
    const dropped = new Set(candidates.slice(0, Math.max(1, candidates.length >> 1)));
    let kept = 0;
    for (let i = 0; i < count; i++) {
      if (dropped.has(i)) continue;
      values[kept] = values[i] as number;
      this.findings[kept++] = this.findings[i] as number;
    }
    this.count = kept;
  }
}
