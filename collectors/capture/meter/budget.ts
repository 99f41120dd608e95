/** How much that is new may still be told in this period. */
export class Budget {
  /** What was not told by itself, since the beginning. */
  exceeded = 0;
  readonly #most: number;
  #left: number;

  constructor(most: number) {
    this.#most = most;
    this.#left = most;
  }

  take(): boolean {
    if (this.#left > 0) {
      this.#left--;
      return true;
    }
    this.exceeded++;
    return false;
  }

  renew(): void {
    this.#left = this.#most;
  }
}
