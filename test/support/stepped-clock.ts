import { type Clock, systemClock } from '../../src/core/clock.ts';

/** The machine's clock, which a test sets and slews. */
export class SteppedClock implements Clock {
  #offsetMs = 0;
  #passedMs = 0;
  #slew = 0;
  #slewedSince = systemClock.monotonic();

  now(): number {
    return Math.round(systemClock.now() + this.#offsetMs + this.#slew * (systemClock.monotonic() - this.#slewedSince));
  }

  monotonic(): number {
    return systemClock.monotonic() + this.#passedMs;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await systemClock.sleep(ms, signal);
  }

  /** Sets the clock by a difference, ms. */
  step(ms: number): void {
    this.#offsetMs += ms;
  }

  /** Lets time pass at once, also monotonic time. */
  pass(ms: number): void {
    this.#offsetMs += ms;
    this.#passedMs += ms;
  }

  /** Lets it gain `rate` milliseconds in each millisecond from now on. */
  slew(rate: number): void {
    this.#offsetMs += this.#slew * (systemClock.monotonic() - this.#slewedSince);
    this.#slew = rate;
    this.#slewedSince = systemClock.monotonic();
  }
}
