/** How often detection threads are checked, ms of wall time. */
export const checkEveryMs = 1_000;
/** A thread that has answered nothing over so many checks hangs. */
export const checksUntilHung = 10;

/** Finds threads that hang. Checks are counted, not time: the main thread may have been late itself. */
export class HangCounter {
  #before: readonly (number | undefined)[] = [];
  #unanswered = 0;

  /**
   * Takes one check.
   * @param answered messages that each thread has answered; undefined for one that has nothing to answer
   * @returns checks in a row over which a thread has answered nothing
   */
  check(answered: readonly (number | undefined)[]): number {
    const hangs = answered.some((count, index) => count !== undefined && count === this.#before[index]);
    this.#unanswered = hangs ? this.#unanswered + 1 : 0;
    this.#before = answered;
    return this.#unanswered;
  }
}
