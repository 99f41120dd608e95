/** Number of latest changes whose delays are kept. */
const kept = 15;

/** Delay of the server's clock and the network relative to a local time: median of the last delays, ms. */
export class RecentDelays {
  readonly #ring = new Float64Array(kept);
  readonly #sorted = new Float64Array(kept);
  #count = 0;
  #median = Number.NaN;
  #stale = false;

  clear(): void {
    this.#count = 0;
    this.#median = Number.NaN;
    this.#stale = false;
  }

  add(delay: number): void {
    this.#ring[this.#count % kept] = delay;
    this.#count++;
    this.#stale = true;
  }

  /** NaN without any delays. */
  get median(): number {
    if (!this.#stale) return this.#median;
    const length = Math.min(this.#count, kept);
    const sorted = this.#sorted.subarray(0, length);
    sorted.set(this.#ring.subarray(0, length));
    sorted.sort();
    this.#median = sorted[length >> 1] ?? Number.NaN;
    this.#stale = false;
    return this.#median;
  }
}
