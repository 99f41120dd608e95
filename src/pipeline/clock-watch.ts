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
 * Notices that a device's clock differs from ours. One that is ahead shows in its samples, which come from the future; one that is
 * behind can not be told from samples, since a value that has not changed is rightly old, and is known only where the device was asked
 * for its time. Samples from the future are believed before the device's own word: they need not have their time from it.
 */
export class SkewWatch {
  #latest = Number.NEGATIVE_INFINITY;
  #windowEnd = Number.NaN;
  /** By the samples of the last window, ms; 0 when they are not ahead. */
  #ahead = 0;
  /** By the device's own word, ms; 0 when it agrees with ours. */
  #asked = 0;
  #told = 0;

  /**
   * @param aheadMs source time minus receive time of one sample
   * @param now monotonic, ms: what is told seldom would be told never after our clock was set back
   * @returns what is to be told, ms; undefined for nothing new
   */
  take(aheadMs: number, now: number): number | undefined {
    if (Number.isNaN(this.#windowEnd)) this.#windowEnd = now + (aheadMs > skewMs ? 0 : skewEveryMs);
    if (aheadMs > this.#latest) this.#latest = aheadMs;
    if (now < this.#windowEnd) return undefined;
    this.#ahead = this.#latest > skewMs ? this.#latest : 0;
    this.#latest = Number.NEGATIVE_INFINITY;
    this.#windowEnd = now + skewEveryMs;
    return this.#news();
  }

  /** @param offsetMs the time that the device says less ours @returns what is to be told, ms; undefined for nothing new */
  ask(offsetMs: number): number | undefined {
    this.#asked = Math.abs(offsetMs) > skewMs ? offsetMs : 0;
    return this.#news();
  }

  #news(): number | undefined {
    const offset = this.#ahead === 0 ? this.#asked : this.#ahead;
    if (Math.abs(offset - this.#told) < skewMs) return undefined;
    this.#told = offset;
    return offset;
  }
}
