/** Time without a deviation after which a channel is judged again, ms. */
const quietMs = 3_600_000;
/** Longest time after the end of an unlearned state in which a channel waits for that, ms. */
const mostWaitMs = 86_400_000;

/** Stream times at which the last deviation of a channel is long past, and at which it is judged at the latest, ms UTC. */
export type Waiting = readonly [quietAt: number, latest: number];

/** A channel of equipment that can be in an unlearned state: whether a deviation at the edges of that state may be an alert. */
export class UnlearnedChannel {
  /** True while its equipment is in such a state, or may be. */
  isCapped = false;
  /** Time for which a new deviation waits for the status, ms; 0 for a channel with tags of other equipment. */
  waitMs = 0;
  #quietAt = Number.NEGATIVE_INFINITY;
  #latest = Number.NEGATIVE_INFINITY;
  /** Stream time at which the present deviation began, ms UTC; NaN without one. */
  #began = Number.NaN;

  get waiting(): Waiting {
    return [this.#quietAt, this.#latest];
  }

  restore([quietAt, latest]: Waiting): void {
    this.#quietAt = quietAt;
    this.#latest = latest;
    this.#began = Number.NaN;
  }

  /** Sets if its equipment is in such a state at a stream time, ms UTC. */
  cap(isCapped: boolean, now: number): void {
    if (this.isCapped && !isCapped) this.#latest = now + mostWaitMs;
    this.isCapped = isCapped;
  }

  /** True if a score reported at a stream time, ms UTC, may only make a minor finding. */
  limits(score: number, now: number): boolean {
    if (this.isCapped || now < Math.min(this.#quietAt, this.#latest)) {
      if (score >= 1 && this.waitMs > 0) this.#quietAt = now + quietMs;
      return true;
    }
    if (score < 1) {
      this.#began = Number.NaN;
      return false;
    }
    if (Number.isNaN(this.#began)) this.#began = now;
    return now < this.#began + this.waitMs;
  }
}
