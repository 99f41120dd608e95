import type { Clock } from '../../src/core/clock.ts';

/** Keeps the load on one device within what was allowed: a pause after each request, and never more than so many a second. */
export class RequestPacer {
  readonly #clock: Clock;
  readonly #pauseMs: number;
  readonly #intervalMs: number;
  #notBefore = Number.NEGATIVE_INFINITY;

  /** @param clock of the machine: the device bears real requests in real time */
  constructor(clock: Clock, pauseMs: number, maxPerSecond: number) {
    this.#clock = clock;
    this.#pauseMs = pauseMs;
    this.#intervalMs = 1000 / maxPerSecond;
  }

  /** Resolves when the next request may be sent. */
  async turn(signal: AbortSignal): Promise<void> {
    for (;;) {
      const now = this.#clock.monotonic();
      const wait = this.#notBefore - now;
      if (wait <= 0) {
        this.#notBefore = now + this.#intervalMs;
        return;
      }
      await this.#clock.sleep(wait, signal);
    }
  }

  /** The answer is in, or will not come: the pause begins. */
  done(): void {
    this.#notBefore = Math.max(this.#notBefore, this.#clock.monotonic() + this.#pauseMs);
  }
}
