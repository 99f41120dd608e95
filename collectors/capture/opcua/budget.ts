/** Bytes that all connections share, so that many of them together are bounded as well as each is. */
export class Budget {
  readonly #bound: number;
  #used = 0;

  /** @param bound bytes */
  constructor(bound: number) {
    this.#bound = bound;
  }

  get used(): number {
    return this.#used;
  }

  /** False, and nothing taken, where there are not so many bytes left. */
  take(bytes: number): boolean {
    if (this.#used + bytes > this.#bound) return false;
    this.#used += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#used -= bytes;
  }
}
