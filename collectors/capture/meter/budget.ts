/** Number of new items that may still be reported individually in this period. */
export class Budget {
  /** Items beyond the limit, since creation. */
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
