import type { Clock } from '../../src/core/clock.ts';

/** A greater lag relative to the fastest packet is a clock difference, not a buffer delay. */
const mostLagMs = 2_000;
/** Length of the window in which the fastest packet is sought, so that clock drift or a set clock has a limited effect. */
const windowMs = 30_000;

/**
 * Stream time at which a live packet was on the wire. Capturing programs deliver packets in bursts: the extra delay relative to
 * the fastest packet is subtracted, so that the time between request and response stays correct.
 */
export class LiveTime {
  readonly #clock: Clock;
  readonly #machine: Clock;
  #since = Number.NEGATIVE_INFINITY;
  #least = Number.POSITIVE_INFINITY;
  #leastBefore = Number.POSITIVE_INFINITY;

  /** @param machine clock of the packet time stamps, up to a constant offset */
  constructor(clock: Clock, machine: Clock) {
    this.#clock = clock;
    this.#machine = machine;
  }

  /** @param packetTime time stamp by the capturing program, ms UTC; NaN if missing */
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
