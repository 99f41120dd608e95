/** Time for which samples are not judged before an alarm is raised, and without any until it ends, ms. */
const lastingMs = 15_000;
/** Longest pause within such a time, ms. */
const pauseMs = 5_000;

/** Follows the number of samples that are not judged because of their time: an alarm is due when it grows for a while. */
export class DroppedSamples {
  #count = 0;
  #since = Number.NaN;
  #last = Number.NEGATIVE_INFINITY;
  #isAlarm = false;

  /**
   * Must be called about once a second.
   * @param count samples that were not judged so far
   * @param now monotonic time, ms
   * @returns true while the alarm lasts
   */
  check(count: number, now: number): boolean {
    if (count > this.#count) {
      if (!(now - this.#last <= pauseMs)) this.#since = now;
      this.#last = now;
    }
    this.#count = count;
    if (now - this.#last >= lastingMs) this.#isAlarm = false;
    else if (now - this.#last <= pauseMs && now - this.#since >= lastingMs) this.#isAlarm = true;
    return this.#isAlarm;
  }
}
