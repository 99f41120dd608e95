/** Resources shared by all connections: the bytes that they may hold, and counts of what was given up for lack of memory. */
export class Budget {
  /** Messages decoded only in part, because they were too long or the memory limit was reached. */
  messagesCut = 0;
  /** Requests that no longer wait for their response, because too many do. */
  requestsGivenUp = 0;
  /** Channels given up because their connection had too many. */
  channelsGivenUp = 0;
  /** Number of times that a request for bytes was refused. */
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

  /** Takes `bytes` from the remaining ones. Returns false, and takes nothing, if too few remain. */
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
