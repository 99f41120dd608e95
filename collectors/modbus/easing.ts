/** Number of answers averaged before the usual latency is known. */
const warmUp = 16;
/** Excess over three times the usual latency from which an answer is slow, ms; a smaller one may come from this machine. */
const slowMs = 100;
/** Minimum time between two steps, so that the effect of one is seen before the next, ms. */
const stepMs = 2_000;
/** Number of answers with usual latency, or time in ms with at least one, after which one step is reverted. */
const usualAnswers = 8;
const usualMs = 15_000;

/**
 * Factor by which a slow or busy device is polled less often: doubled at each sign of trouble, halved while answers are normal,
 * as in TCP congestion control (multiplicative decrease, V. Jacobson 1988).
 */
export class Easing {
  readonly #most: number;
  #stretch = 1;
  #usualMs = 0;
  #recentMs = 0;
  #answers = 0;
  #usual = 0;
  #lastStepMs = Number.NEGATIVE_INFINITY;
  /** Time of the last trouble or the last step back. */
  #usualSinceMs = Number.NEGATIVE_INFINITY;

  /** @param most maximum factor; 1 disables it */
  constructor(most: number) {
    this.#most = most;
  }

  /** Factor by which poll periods are extended. */
  get stretch(): number {
    return this.#stretch;
  }

  /** The device has answered after `latencyMs`. Returns true if the factor has changed. */
  answered(latencyMs: number, nowMs: number): boolean {
    this.#answers++;
    this.#recentMs += (latencyMs - this.#recentMs) / Math.min(this.#answers, 4);
    // A lasting change of the latency gradually becomes the usual one.
    this.#usualMs += (latencyMs - this.#usualMs) / (this.#answers <= warmUp ? this.#answers : 256);
    if (this.#answers > warmUp && this.#recentMs > 3 * this.#usualMs + slowMs) return this.troubled(nowMs);
    this.#usual++;
    if (this.#stretch === 1 || (this.#usual < usualAnswers && nowMs - this.#usualSinceMs < usualMs)) return false;
    this.#usual = 0;
    this.#usualSinceMs = nowMs;
    this.#stretch /= 2;
    return true;
  }

  /** The device was busy or did not answer. Returns true if the factor has changed. */
  troubled(nowMs: number): boolean {
    this.#usual = 0;
    this.#usualSinceMs = nowMs;
    if (2 * this.#stretch > this.#most || nowMs - this.#lastStepMs < stepMs) return false;
    this.#lastStepMs = nowMs;
    this.#stretch *= 2;
    return true;
  }
}
