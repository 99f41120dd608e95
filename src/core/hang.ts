/** Detects hanging threads and processes. Checks are counted, not time, because the main thread itself may have been late. */
export class HangCounter {
  #before: readonly (number | undefined)[] = [];
  #unanswered = 0;

  /**
   * Records one check.
   * @param answered number of messages that each thread has answered; undefined if no message waits
   * @returns consecutive checks over which a thread has answered nothing
   */
  check(answered: readonly (number | undefined)[]): number {
    const hangs = answered.some((count, index) => count !== undefined && count === this.#before[index]);
    this.#unanswered = hangs ? this.#unanswered + 1 : 0;
    this.#before = answered;
    return this.#unanswered;
  }
}
