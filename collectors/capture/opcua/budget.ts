/** What all connections share: the bytes that they may hold, and the account of what was given up for want of room. */
export class Budget {
  /** Messages read only in part, because they were too long or no memory was left. */
  messagesCut = 0;
  /** Requests that no longer wait for their response, because too many do. */
  requestsGivenUp = 0;
  /** Channels of one connection that were one too many. */
  channelsGivenUp = 0;
  /** Times that there were not so many bytes left. */
  refused = 0;
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
    if (this.#used + bytes > this.#bound) {
      this.refused++;
      return false;
    }
    this.#used += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#used -= bytes;
  }
}
