import { PublishRequest, PublishResponse, type Response, StatusCodes } from 'node-opcua-client';
import { systemClock } from '../../../src/core/clock.ts';
import { ScadaError } from '../../../src/core/errors.ts';
import { Rounds } from '../../../src/core/rounds.ts';
import type { Link } from '../link/link.ts';
import { statusOf } from '../requests/status.ts';

/** Lifetime of a subscription without a publish request, ms; then the server deletes it. */
export const lifetimeMs = 60_000;
/** Maximum number of extra publish requests for a server that has more to report than one answer holds. */
const mostSpare = 8;

type Outcome = { readonly response: Response } | { readonly error: unknown };

/** Subscriptions served by the chain. */
interface Fed {
  readonly keepAliveMs: number;
}

/**
 * Publish requests of a session, one chain for all its subscriptions: always one for each of them at the server, and a few more
 * for a backlog. A slow consumer lets them run out, so that the server's queues overflow visibly.
 */
export class PublishChain {
  readonly #link: Pick<Link, 'publish'>;
  readonly #subscriptions: ReadonlyMap<number, Fed>;
  /** A server may answer or refuse each request at once. */
  readonly #rounds = new Rounds(systemClock);
  /** Number of publish requests that wait at the server. */
  #pending = 0;
  /** Results in order of arrival: a request that is never answered does not delay the others. */
  readonly #outcomes: Outcome[] = [];
  #wake: () => void = () => {};
  #acknowledged: { subscriptionId: number; sequenceNumber: number }[] = [];
  /** Publish requests beyond one for each subscription: the next answer can arrive while a request is under way. */
  #spare = 1;
  /** Number of publish requests that the server accepts at the same time. */
  #mostPending = Number.POSITIVE_INFINITY;

  /** @param subscriptions live map of the session's subscriptions */
  constructor(link: Pick<Link, 'publish'>, subscriptions: ReadonlyMap<number, Fed>) {
    this.#link = link;
    this.#subscriptions = subscriptions;
  }

  /** Acknowledges a notification with the next request, so that the server can drop it. */
  acknowledge(subscriptionId: number, sequenceNumber: number): void {
    this.#acknowledged.push({ subscriptionId, sequenceNumber });
  }

  /** Queues an answer that was received in another way as the next one. */
  add(response: PublishResponse): void {
    this.#outcomes.push({ response });
  }

  /** Sends more requests, because the server has more to report than one answer holds. */
  widen(): void {
    this.#spare = Math.min(this.#spare + 1, mostSpare);
  }

  /** Waits for the server's next answer. @throws ScadaError `retryable` for one of another type, and errors of the library */
  async next(): Promise<PublishResponse> {
    for (;;) {
      await this.#rounds.next();
      const wanted = Math.min(this.#subscriptions.size + this.#spare, this.#mostPending);
      while (this.#pending < wanted) this.#publish();
      const outcome = this.#outcomes.shift();
      if (outcome === undefined) {
        const { promise, resolve } = Promise.withResolvers<void>();
        this.#wake = resolve;
        await promise;
      } else if ('error' in outcome) this.#refused(outcome.error);
      else {
        const { response } = outcome;
        if (response instanceof PublishResponse) {
          if ((response.notificationMessage.notificationData ?? []).length > 0) this.#rounds.worked();
          return response;
        }
        const what = `the server answered a publish request with ${response.schema.name}`;
        throw new ScadaError('retryable', 'DEVICE_PROTOCOL', what);
      }
    }
  }

  /** A publish request may be one too many, or may have waited for too long; silent subscriptions are detected elsewhere. */
  #refused(error: unknown): void {
    const tooMany = statusOf(error) === StatusCodes.BadTooManyPublishRequests.value;
    if (tooMany && this.#pending > 0) this.#mostPending = this.#pending;
    else if (!/timed out|BadTimeout/i.test(String(error))) throw error;
  }

  #publish(): void {
    const subscriptionAcknowledgements = this.#acknowledged;
    this.#acknowledged = [];
    const keepAliveMs = Math.max(...[...this.#subscriptions.values()].map((subscription) => subscription.keepAliveMs));
    const timeoutHint = keepAliveMs * 4 + lifetimeMs;
    const request = new PublishRequest({ requestHeader: { timeoutHint }, subscriptionAcknowledgements });
    const settle = (outcome: Outcome): void => {
      this.#pending--;
      this.#outcomes.push(outcome);
      this.#wake();
    };
    this.#pending++;
    this.#link.publish(request).then(
      (response) => settle({ response }),
      (error: unknown) => settle({ error }),
    );
  }
}
