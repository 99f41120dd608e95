import type { Clock } from '../../src/core/clock.ts';

/** What is later than the swiftest by more than this has not lain in a buffer: its clock differs. */
const mostLagMs = 2_000;
/** The swiftest packet of so long a time is the measure, so that a clock that drifts or is set does not spoil it for ever. */
const windowMs = 30_000;

/**
 * When a packet of a live capture was seen, in the monitor's stream time. Programs hand packets over in bursts: how much
 * longer one took than the swiftest is subtracted, so that the time between a request and its response stays true.
 */
export class LiveTime {
  readonly #clock: Clock;
  readonly #machine: Clock;
  #since = Number.NEGATIVE_INFINITY;
  #least = Number.POSITIVE_INFINITY;
  #leastBefore = Number.POSITIVE_INFINITY;

  /** @param machine the clock that packets are stamped by, up to a constant */
  constructor(clock: Clock, machine: Clock) {
    this.#clock = clock;
    this.#machine = machine;
  }

  /** @param packetTime as the capturing program stamped it, ms UTC; NaN if it did not */
  of(packetTime: number): number {
    const now = this.#clock.now();
    if (Number.isNaN(packetTime)) return now;
    const machine = this.#machine.monotonic();
    if (machine - this.#since > windowMs) {
      this.#since = machine;
      this.#leastBefore = this.#least;
      this.#least = Number.POSITIVE_INFINITY;
    }
    const delay = machine - packetTime;
    this.#least = Math.min(this.#least, delay);
    const lag = delay - Math.min(this.#least, this.#leastBefore);
    return lag > mostLagMs ? now : now - lag;
  }
}
