import { atFullSize, withRoom } from './room.ts';

/**
 * A bounded number of past values, sorted. When it is full, values closest to their neighbours are removed. Old values stay
 * covered, at a resolution that follows the density of values.
 */
export class Cover {
  count = 0;
  /** Sorted; as long as needed. */
  values: Float64Array = new Float64Array(0);
  /** The finding of each value, 0 for none; absent until there is one. */
  #findings: Uint16Array | undefined;
  readonly size: number;

  /** @param size most values that are kept, a power of two */
  constructor(size: number) {
    this.size = size;
  }

  /** @param finding number of the finding of the value, 0 for none */
  add(value: number, finding = 0): void {
    if (this.count === this.size) this.#thin();
    const at = this.#place(value);
    this.values = withRoom(this.values, this.count + 1, this.size);
    this.values.copyWithin(at + 1, at, this.count);
    this.values[at] = value;
    if (finding !== 0) this.#findings ??= new Uint16Array(this.size);
    this.#findings?.copyWithin(at + 1, at, this.count);
    if (this.#findings !== undefined) this.#findings[at] = finding;
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
      const finding = this.#findings?.[at] ?? 0;
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
      if (this.#findings !== undefined) this.#findings[kept] = this.#findings[i] as number;
      kept++;
    }
    this.count = kept;
  }

  /** Values and their findings at full size. */
  save(): readonly [Float64Array, Uint16Array] {
    const findings = new Uint16Array(this.size);
    if (this.#findings !== undefined) findings.set(this.#findings.subarray(0, this.count));
    return [atFullSize(this.values.subarray(0, this.count), this.size), findings];
  }

  /** Restores the result of `save`. */
  load(count: number, values: Float64Array, findings: Uint16Array): void {
    this.count = count;
    this.values = withRoom(new Float64Array(0), count, this.size);
    this.values.set(values.subarray(0, count));
    this.#findings = findings.some((finding) => finding !== 0) ? findings.slice() : undefined;
  }
}
