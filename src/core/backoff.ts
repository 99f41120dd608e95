import type { Random } from './random.ts';

export interface BackoffOptions {
  readonly firstMs: number;
  readonly mostMs: number;
}

/**
 * Waiting times between attempts. They double up to a bound, with a jitter of ±25 %, so that many clients of one device or store
 * do not return at the same time.
 */
export class Backoff {
  readonly #options: BackoffOptions;
  readonly #random: Random;
  #failures = 0;

  constructor(options: BackoffOptions, random: Random) {
    this.#options = options;
    this.#random = random;
  }

  /** Waiting time after another failure, ms. */
  next(): number {
    const { firstMs, mostMs } = this.#options;
    const wait = Math.min(mostMs, firstMs * 2 ** Math.min(this.#failures, 30));
    this.#failures++;
    return wait * this.#random.between(0.75, 1.25);
  }

  reset(): void {
    this.#failures = 0;
  }
}
