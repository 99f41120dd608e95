const most = 256;

/** Median of a period's values from a bounded sample: all of up to 256 values, beyond that every second, fourth, eighth … one. */
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

  /** NaN without values; mean of the two middle values if their number is even. */
  value(): number {
    const sorted = this.#kept.toSorted((a, b) => a - b);
    const upper = sorted[sorted.length >> 1] ?? Number.NaN;
    return sorted.length % 2 === 1 ? upper : (upper + (sorted[(sorted.length >> 1) - 1] ?? Number.NaN)) / 2;
  }
}
