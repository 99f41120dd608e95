import type { Clock } from './clock.ts';

type Now = Pick<Clock, 'now' | 'monotonic'>;

/** Time for which the clock is past a stated end before that counts although less time has passed, ms. A wrong clock is corrected by then. */
const persistsMs = 600_000;

/** Time since an event that the clock dates. What the clock is set to after the first look changes nothing. */
export class Stopwatch {
  #since = Number.NaN;
  #before = 0;
  #at = 0;

  /** @param since time of the event, ms UTC; another event starts anew @returns ms */
  elapsed(since: number, clock: Now): number {
    const at = clock.monotonic();
    if (since !== this.#since) {
      this.#since = since;
      this.#before = Math.max(0, clock.now() - since);
      this.#at = at;
    }
    return this.#before + at - this.#at;
  }
}

/**
 * Follows what was stated to last until a time of the clock: a shelf, maintenance. It lasts as long as stated, also if the clock is set back or
 * is wrong for a moment. A clock that stays past the end was corrected, and counts after ten minutes.
 */
export class Lasting {
  readonly #watch = new Stopwatch();
  #from = Number.NaN;
  #pastSince: number | undefined;

  /** @param from begin @param to end, ms UTC; another begin starts anew */
  isOver(from: number, to: number, clock: Now): boolean {
    if (from !== this.#from) {
      // at the first look, only the clock is known: nothing is noted, so that a corrected one counts again
      if (clock.now() >= to) return true;
      this.#from = from;
      this.#pastSince = undefined;
    }
    if (this.#watch.elapsed(from, clock) >= to - from) return true;
    const at = clock.monotonic();
    this.#pastSince = clock.now() < to ? undefined : (this.#pastSince ?? at);
    return this.#pastSince !== undefined && at - this.#pastSince >= persistsMs;
  }
}
