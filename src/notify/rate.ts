/** A token bucket: so many at once, and as many a minute again. */
export class RateLimit {
  readonly #perMinute: number;
  #tokens: number;
  #at = Number.NaN;

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
    this.#tokens = perMinute;
  }

  /** Takes a token, and returns the wait before its use, ms. */
  take(now: number): number {
    const passed = Number.isNaN(this.#at) ? 0 : now - this.#at;
    this.#at = now;
    this.#tokens = Math.min(this.#perMinute, this.#tokens + (passed * this.#perMinute) / 60_000) - 1;
    return this.#tokens >= 0 ? 0 : (-this.#tokens * 60_000) / this.#perMinute;
  }
}
