import type { Clock } from '../../src/core/clock.ts';
import { RequestBudget } from '../../src/ingest/polling/budget.ts';

/**
 * Keeps the load on one device within what was allowed: a pause after each request, and never more than so many in any second.
 * It belongs to the device and is shared by all its connections, one after the other or at once.
 */
export class RequestPacer {
  readonly #pauseMs: number;
  readonly #budget: RequestBudget;

  /** @param clock of the machine: the device bears real requests in real time */
  constructor(clock: Clock, pauseMs: number, maxPerSecond: number) {
    this.#pauseMs = pauseMs;
    this.#budget = new RequestBudget(clock, wholePerSecond(maxPerSecond));
  }

  /** Takes the turn for the next request, which must be sent at once, if no pause and no other request is before it. */
  take(): boolean {
    return this.#budget.take();
  }

  /** Resolves when the next request may be sent, which must be at once. @throws AbortError */
  turn(signal: AbortSignal): Promise<void> {
    return this.#budget.turn(signal);
  }

  /** The answer is in, or will not come: the pause begins. */
  done(): void {
    this.#budget.rest(this.#pauseMs);
  }
}

/**
 * Requests per second, evenly spaced, if no second may see more than `maxPerSecond`: 2.5 in any second are 2, since the third
 * would fall into the second of the first.
 */
export const wholePerSecond = (maxPerSecond: number): number => (maxPerSecond < 1 ? maxPerSecond : Math.floor(maxPerSecond));
