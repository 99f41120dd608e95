import type { Clock } from '../../core/clock.ts';

/**
 * What one device may be asked for: never more than so many requests in any second, spread evenly, so that no burst meets a
 * device that is busy with its plant. It belongs to the device and outlives its sessions.
 */
export class RequestBudget {
  readonly #clock: Clock;
  readonly #perSecond: number;
  #freeAt: number;
  #waiting = 0;
  #taken = 0;
  #reportedAt: number;

  /** @param clock of the machine: a device bears real requests in real time, however fast a laboratory's plant runs */
  constructor(clock: Clock, perSecond: number) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#freeAt = clock.monotonic();
    this.#reportedAt = this.#freeAt;
  }

  /** Takes the turn if the next request may be sent now, and nobody has waited for that. */
  take(): boolean {
    return this.#waiting === 0 && this.#takeIfFree();
  }

  /** Resolves when the next request may be sent. Who asks first is served first. @throws AbortError; the turn is then not used up */
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

  /** Nothing is sent for so long from now. */
  rest(ms: number): void {
    this.#freeAt = Math.max(this.#freeAt, this.#clock.monotonic() + ms);
  }

  /** Share of the budget that was used since the last call, 0–1. */
  takeUsed(): number {
    const now = this.#clock.monotonic();
    const allowed = ((now - this.#reportedAt) * this.#perSecond) / 1_000;
    // The first request of an interval comes at its very beginning: one more than its length allows.
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
