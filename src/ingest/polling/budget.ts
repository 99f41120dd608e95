import type { Clock } from '../../core/clock.ts';

/**
 * Rate limit of requests to one device: never more than a number of requests in any second, evenly spread, so that no burst
 * reaches a busy device. It belongs to the device and outlives its sessions.
 */
export class RequestBudget {
  readonly #clock: Clock;
  readonly #perSecond: number;
  #freeAt: number;
  #waiting = 0;
  #taken = 0;
  #reportedAt: number;

  /** @param clock machine's clock: a device handles real requests in real time, at any speed of a lab's plant */
  constructor(clock: Clock, perSecond: number) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#freeAt = clock.monotonic();
    this.#reportedAt = this.#freeAt;
  }

  /** Takes the turn if the next request may be sent now and nobody waits for it. */
  take(): boolean {
    return this.#waiting === 0 && this.#takeIfFree();
  }

  /** Resolves when the next request may be sent, in the order of calls. @throws AbortError; the turn is then not used up */
  async turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#takeIfFree()) return;
    this.#waiting++;
    try {
      do await this.#clock.sleep(this.#freeAt - this.#clock.monotonic(), signal);
      while (!this.#takeIfFree());
    } finally {
      this.#waiting--;
    }
  }

  /** Blocks requests for a time from now. */
  rest(ms: number): void {
    this.#freeAt = Math.max(this.#freeAt, this.#clock.monotonic() + ms);
  }

  /** Fraction of the budget that was used since the last call, 0–1. */
  takeUsed(): number {
    const now = this.#clock.monotonic();
    const allowed = ((now - this.#reportedAt) * this.#perSecond) / 1_000;
    // The first request of an interval is at its begin, so there is one more than its length permits.
    const used = allowed > 0 ? Math.min(1, this.#taken / allowed) : 0;
    this.#taken = 0;
    this.#reportedAt = now;
    return used;
  }

  #takeIfFree(): boolean {
    const now = this.#clock.monotonic();
    if (now < this.#freeAt) return false;
    this.#freeAt = now + 1_000 / this.#perSecond;
    this.#taken++;
    return true;
  }
}
