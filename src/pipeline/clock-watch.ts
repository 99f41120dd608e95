import type { Clock } from '../core/clock.ts';

/**
 * Notices that the machine's clock was set: time of day and monotonic time then no longer move on together. Slewing by a time
 * service is far below the limit and is not noticed; a machine that was suspended is, as a step forward.
 */
export class ClockWatch {
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly #limitMs: number;
  #difference: number;

  /** @param limitMs smallest step that is told, ms */
  constructor(clock: Pick<Clock, 'now' | 'monotonic'>, limitMs = 1_000) {
    this.#clock = clock;
    this.#limitMs = limitMs;
    this.#difference = clock.now() - clock.monotonic();
  }

  /** By how much the clock was set since the last call, ms, positive when forward; 0 when it was not. */
  stepMs(): number {
    const difference = this.#clock.now() - this.#clock.monotonic();
    const step = difference - this.#difference;
    this.#difference = difference;
    return Math.abs(step) < this.#limitMs ? 0 : step;
  }
}

/** Smallest difference of a device's clock that is told, and by how much it must change to be told again, ms. */
const skewMs = 5_000;
/** Time between two statements about one device, ms. */
const skewEveryMs = 60_000;

/**
 * Notices that a device's clock is ahead of ours: its samples come from the future. A clock that is behind can not be told
 * from samples alone, since a value that has not changed is rightly old.
 */
export class SkewWatch {
  #ahead = Number.NEGATIVE_INFINITY;
  #told = 0;
  #windowEnd = Number.NaN;

  /** @param aheadMs source time minus receive time of one sample @returns what is to be told, ms; undefined for nothing new */
  take(aheadMs: number, now: number): number | undefined {
    if (Number.isNaN(this.#windowEnd)) this.#windowEnd = now + (aheadMs > skewMs ? 0 : skewEveryMs);
    if (aheadMs > this.#ahead) this.#ahead = aheadMs;
    if (now < this.#windowEnd) return undefined;
    const ahead = this.#ahead > skewMs ? this.#ahead : 0;
    this.#ahead = Number.NEGATIVE_INFINITY;
    this.#windowEnd = now + skewEveryMs;
    if (Math.abs(ahead - this.#told) < skewMs) return undefined;
    this.#told = ahead;
    return ahead;
  }
}
