const most = 256;

/**
 * Median of a period's values from a bounded number of them: all of up to 256, beyond that every second, fourth, eighth … one.
 */
export class PeriodMedian {
  #kept: number[] = [];
  #stride = 1;
  #seen = 0;

  add(value: number): void {
    if (this.#seen++ % this.#stride !== 0) return;
    this.#kept.push(value);
    if (this.#kept.length < most) return;
    this.#kept = this.#kept.filter((_, i) => i % 2 === 0);
    this.#stride *= 2;
  }

  /** NaN of nothing; the mean of the middle two of an even number. */
  value(): number {
    const sorted = this.#kept.toSorted((a, b) => a - b);
    const upper = sorted[sorted.length >> 1] ?? Number.NaN;
    return sorted.length % 2 === 1 ? upper : (upper + (sorted[(sorted.length >> 1) - 1] ?? Number.NaN)) / 2;
  }
}
