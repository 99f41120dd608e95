import type { ScadaError } from '../../../src/core/errors.ts';

/** So many unanswered requests in a row are a server that is gone. */
const mostUnanswered = 2;

/** Decides from all answers of a server, to any request, if it still answers. */
export class Silence {
  readonly #ended = Promise.withResolvers<never>();
  #unanswered = 0;
  #isEnd = false;

  constructor() {
    // there may be no waiting caller
    this.#ended.promise.catch(() => {});
  }

  /** The server has answered something, be it with a fault. */
  heard(): void {
    this.#unanswered = 0;
  }

  /** A request had no answer by its deadline. */
  missed(error: ScadaError): void {
    this.#unanswered++;
    if (this.#unanswered >= mostUnanswered) this.#ended.reject(error);
  }

  /** Makes silence the end of the session. @returns what rejects then, with the last request's error, and never resolves */
  ends(): Promise<never> {
    this.#isEnd = true;
    return this.#ended.promise;
  }

  /** Lets one more request be sent, unless the session is at its end. @throws ScadaError */
  async pass(): Promise<void> {
    if (this.#isEnd && this.#unanswered >= mostUnanswered) await this.#ended.promise;
  }
}
