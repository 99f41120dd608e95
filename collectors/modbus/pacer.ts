import type { Clock } from '../../src/core/clock.ts';
import { RequestBudget } from '../../src/ingest/polling/budget.ts';

/**
 * Enforces the request limits of one device: a pause after each request, and a maximum number in any second. Belongs to the
 * device and is shared by all its connections, successive or parallel.
 */
export class RequestPacer {
  readonly #pauseMs: number;
  readonly #budget: RequestBudget;

  /** @param clock of the machine, because the limits protect a real device */
  constructor(clock: Clock, pauseMs: number, maxPerSecond: number) {
    this.#pauseMs = pauseMs;
    this.#budget = new RequestBudget(clock, wholePerSecond(maxPerSecond));
  }

  /**
   * Takes permission for the next request, which must be sent at once. Returns false if a pause or another request comes first.
   */
  take(): boolean {
    return this.#budget.take();
  }

  /** Resolves when the next request may be sent, which must be at once. @throws AbortError */
  turn(signal: AbortSignal): Promise<void> {
    return this.#budget.turn(signal);
  }

  /** The request was answered or given up: the pause begins. */
  done(): void {
    this.#budget.rest(this.#pauseMs);
  }
}

/**
 * Requests per second, evenly spaced, for at most `maxPerSecond` in any second: 2.5 means 2, because a third one would fall into
 * the same second as the first.
 */
export const wholePerSecond = (maxPerSecond: number): number => (maxPerSecond < 1 ? maxPerSecond : Math.floor(maxPerSecond));
