import {
  BrowseNextRequest,
  BrowseNextResponse,
  BrowseRequest,
  BrowseResponse,
  type Request,
  type Response,
  StatusCodes,
} from 'node-opcua-client';
import { isAbort, toScadaError } from '../../../src/core/errors.ts';
import type { Asker } from '../requests/services.ts';

/** Refusals of requests that are too large: the caller halves the request and repeats it. */
const tooMuch = /Bad\w*(TooMany|TooLarge|EncodingLimits)\w*/;

/**
 * Asks until enough is asked: by a person's word, by the number of requests, or because the server is gone. From then on every node
 * is answered as one that cannot be browsed, so that a walk ends at once with what it has found.
 */
export class BoundedAsker implements Asker {
  readonly #asker: Asker;
  readonly #most: number;
  readonly #stop: AbortSignal;
  #asked = 0;
  #ended = '';

  constructor(asker: Asker, most: number, stop: AbortSignal) {
    this.#asker = asker;
    this.#most = most;
    this.#stop = stop;
  }

  get asked(): number {
    return this.#asked;
  }

  /** Why nothing more is asked; empty while something is. */
  get ended(): string {
    return this.#ended;
  }

  /** @throws ScadaError for what was too much at once; Ended */
  async ask(request: Request): Promise<Response> {
    if (this.#stop.aborted) this.#ended ||= 'it was stopped before its end';
    if (this.#asked >= this.#most) this.#ended ||= `it ended at ${this.#most} requests`;
    if (this.#ended !== '') return nothing(request);
    this.#asked++;
    try {
      return await this.#asker.ask(request, this.#stop);
    } catch (thrown) {
      const error = toScadaError(thrown);
      if (tooMuch.test(error.message)) throw thrown;
      this.#ended =
        this.#stop.aborted && isAbort(thrown) ? 'it was stopped before its end' : `it ended before its time: ${error.message}`;
      return nothing(request);
    }
  }
}

/** Nothing more is asked, and there is no answer that would say so. */
export class Ended extends Error {}

function nothing(request: Request): Response {
  const result = { statusCode: StatusCodes.BadRequestCancelledByClient, references: [] };
  if (request instanceof BrowseRequest) return new BrowseResponse({ results: (request.nodesToBrowse ?? []).map(() => result) });
  if (request instanceof BrowseNextRequest) return new BrowseNextResponse({ results: [result] });
  throw new Ended('nothing more is asked');
}
