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
import type { Requester } from '../requests/services.ts';

/** Refusals of requests that are too large: the caller halves the request and repeats it. */
const tooMuch = /Bad\w*(TooMany|TooLarge|EncodingLimits)\w*/;

/**
 * Sends requests until discovery ends: at a person's command, at the maximum number of requests, or if the server is gone. After
 * that it answers for every node that it cannot be browsed, so that a walk ends at once with its result so far.
 */
export class BoundedRequester implements Requester {
  readonly #requester: Requester;
  readonly #most: number;
  readonly #stop: AbortSignal;
  #sent = 0;
  #ended = '';

  constructor(requester: Requester, most: number, stop: AbortSignal) {
    this.#requester = requester;
    this.#most = most;
    this.#stop = stop;
  }

  get sent(): number {
    return this.#sent;
  }

  /** Reason why no more requests are sent; empty while they are. */
  get ended(): string {
    return this.#ended;
  }

  /** @throws ScadaError for a request that was too large; Ended */
  async send(request: Request): Promise<Response> {
    if (this.#stop.aborted) this.#ended ||= 'it was stopped before its end';
    if (this.#sent >= this.#most) this.#ended ||= `it ended at ${this.#most} requests`;
    if (this.#ended !== '') return nothing(request);
    this.#sent++;
    try {
      return await this.#requester.send(request, this.#stop);
    } catch (thrown) {
      const error = toScadaError(thrown);
      if (tooMuch.test(error.message)) throw thrown;
      this.#ended =
        this.#stop.aborted && isAbort(thrown) ? 'it was stopped before its end' : `it ended before its time: ${error.message}`;
      return nothing(request);
    }
  }
}

/** No more requests are sent, and this request type has no answer that expresses it. */
export class Ended extends Error {}

function nothing(request: Request): Response {
  const result = { statusCode: StatusCodes.BadRequestCancelledByClient, references: [] };
  if (request instanceof BrowseRequest) return new BrowseResponse({ results: (request.nodesToBrowse ?? []).map(() => result) });
  if (request instanceof BrowseNextRequest) return new BrowseNextResponse({ results: [result] });
  throw new Ended('nothing more is asked');
}
