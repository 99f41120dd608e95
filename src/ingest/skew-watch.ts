/** Smallest reported offset of a device's clock, and smallest reported change of it, ms. */
const skewMs = 5_000;
/** Least time between two reports on one device, ms. */
const skewEveryMs = 60_000;

/**
 * Detects an offset of a device's clock. If it is ahead, samples come from the future. If it is behind, samples do not show it,
 * since the time of an unchanged value is rightly old; it is detected only if the device reports its time. Samples from the
 * future take precedence over that report, because they may have another time source.
 */
export class SkewWatch {
  #latest = Number.NEGATIVE_INFINITY;
  #windowEnd = Number.NaN;
  /** Lead by the samples of the last window, ms; 0 if they are not ahead. */
  #ahead = 0;
  /** Offset by the report of the device, ms; 0 if it agrees with the monitor. */
  #stated = 0;
  #reported = 0;

  /**
   * @param aheadMs source time minus receive time of one sample
   * @param now monotonic time, ms: with a clock that can be set back, a rare report might never come
   * @returns the offset to report, ms; undefined if nothing is new
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

  /**
   * @param offsetMs time of the device minus that of the monitor
   * @returns the offset to report, ms; undefined if nothing is new
   */
  takeOffset(offsetMs: number): number | undefined {
    this.#stated = Math.abs(offsetMs) > skewMs ? offsetMs : 0;
    return this.#news();
  }

  #news(): number | undefined {
    const offset = this.#ahead === 0 ? this.#stated : this.#ahead;
    if (Math.abs(offset - this.#reported) < skewMs) return undefined;
    this.#reported = offset;
    return offset;
  }
}
