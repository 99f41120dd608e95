import type { ScadaError } from '../../../src/core/errors.ts';

/** Number of consecutive unanswered requests after which the server is considered lost. */
const mostUnanswered = 2;

/** Decides from the answers to all requests whether a server still responds. */
export class Silence {
  readonly #ended = Promise.withResolvers<never>();
  #unanswered = 0;
  #isEnd = false;

  constructor() {
    // there may be no waiting caller
    this.#ended.promise.catch(() => {});
  }

  /** The server has answered, possibly with a fault. */
  answered(): void {
    this.#unanswered = 0;
  }

  /** A request had no answer by its deadline. */
  missed(error: ScadaError): void {
    this.#unanswered++;
    if (this.#unanswered >= mostUnanswered) this.#ended.reject(error);
  }

  /**
   * Ends the session when the server is silent. @returns promise that then rejects with the last request's error, and never
   * resolves
   */
  ends(): Promise<never> {
    this.#isEnd = true;
    return this.#ended.promise;
  }

  /** Admits one more request, unless the session is ending. @throws ScadaError */
  async pass(): Promise<void> {
    if (this.#isEnd && this.#unanswered >= mostUnanswered) await this.#ended.promise;
  }
}
