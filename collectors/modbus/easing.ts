/** Answers that are averaged before it is known what is usual. */
const warmUp = 16;
/** An answer is slow when it takes three times as long as usual and this much more: less may be our own machine. */
const slowMs = 100;
/** At most one step down in this time, so that each step is seen to work before the next, ms. */
const stepMs = 2_000;
/** Answers in usual time after which one step is taken back, or the time after which one is enough, ms. */
const calmAnswers = 8;
const calmMs = 15_000;

/**
 * How much more seldom a device is asked because it is slow or busy: twice as seldom at each sign of trouble, and back by halves
 * while all is well, as TCP does with a network that it shares (multiplicative decrease, V. Jacobson 1988).
 */
export class Easing {
  readonly #most: number;
  #stretch = 1;
  #usualMs = 0;
  #recentMs = 0;
  #answers = 0;
  #calm = 0;
  #lastStepMs = Number.NEGATIVE_INFINITY;
  /** Since the last trouble, or the last step back. */
  #calmSinceMs = Number.NEGATIVE_INFINITY;

  /** @param most times that a period is stretched at most; 1 never */
  constructor(most: number) {
    this.#most = most;
  }

  /** Each tag is read at so many times its period. */
  get stretch(): number {
    return this.#stretch;
  }

  /** The device has answered after `latencyMs`. True if the stretch has changed. */
  answered(latencyMs: number, nowMs: number): boolean {
    this.#answers++;
    this.#recentMs += (latencyMs - this.#recentMs) / Math.min(this.#answers, 4);
    // A lasting change of the answer time gradually becomes the usual one.
    this.#usualMs += (latencyMs - this.#usualMs) / (this.#answers <= warmUp ? this.#answers : 256);
    if (this.#answers > warmUp && this.#recentMs > 3 * this.#usualMs + slowMs) return this.troubled(nowMs);
    this.#calm++;
    if (this.#stretch === 1 || (this.#calm < calmAnswers && nowMs - this.#calmSinceMs < calmMs)) return false;
    this.#calm = 0;
    this.#calmSinceMs = nowMs;
    this.#stretch /= 2;
    return true;
  }

  /** The device has said that it is busy, or nothing. True if the stretch has changed. */
  troubled(nowMs: number): boolean {
    this.#calm = 0;
    this.#calmSinceMs = nowMs;
    if (2 * this.#stretch > this.#most || nowMs - this.#lastStepMs < stepMs) return false;
    this.#lastStepMs = nowMs;
    this.#stretch *= 2;
    return true;
  }
}
