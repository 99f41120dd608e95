import {
  PublishResponse,
  RepublishRequest,
  RepublishResponse,
  StatusCodes,
  TransferSubscriptionsRequest,
  TransferSubscriptionsResponse,
} from 'node-opcua-client';
import { isAbort } from '../../../src/core/errors.ts';
import { type Asker, askFor } from '../requests/services.ts';
import { statusOf } from '../requests/status.ts';
import type { Owned } from './subscribed.ts';

/** Subscriptions of a session with a lost connection; the server keeps filling their queues for a while. */
export interface Left {
  readonly subscriptions: readonly Owned[];
  /** Client handles of what they watch beside tags. */
  readonly others: ReadonlySet<number>;
}

/** The way from one session to the next. Outlives sessions. */
export interface Inheritance {
  left: Left | undefined;
  /** The server has no TransferSubscriptions: it is not asked again. */
  unsupported: boolean;
}

/** Answers that a server is asked for again; those beyond are counted as lost. */
const mostRepublished = 64;

const unsupported: ReadonlySet<number> = new Set(
  [
    StatusCodes.BadServiceUnsupported,
    StatusCodes.BadRequestTypeInvalid,
    StatusCodes.BadNotSupported,
    StatusCodes.BadNotImplemented,
  ].map(({ value }) => value),
);

/**
 * Takes subscriptions over into the present session (OPC 10000-4, 5.14.7), with what the server still keeps of them: the answers that
 * were on their way when the connection was lost, then by the next publish responses what has queued up since, and the last value
 * where nothing has. All of them or none.
 * @returns the numbers of the answers that each keeps, in the order of `left`; undefined where the server gives them not or no more
 */
export async function transfer(
  asker: Asker,
  inheritance: Inheritance,
  { subscriptions }: Left,
  signal: AbortSignal,
): Promise<readonly (readonly number[])[] | undefined> {
  const subscriptionIds = subscriptions.map(({ id }) => id);
  const request = new TransferSubscriptionsRequest({ subscriptionIds, sendInitialValues: true });
  try {
    const { results } = await askFor(asker, request, TransferSubscriptionsResponse, signal);
    const taken = subscriptionIds.map((_, i) => results?.[i]).filter((result) => result?.statusCode.isGood() === true);
    if (taken.length < subscriptionIds.length) return undefined;
    return taken.map((result) => [...(result?.availableSequenceNumbers ?? [])]);
  } catch (thrown) {
    const status = statusOf(thrown);
    if (isAbort(thrown) || status === undefined) throw thrown;
    inheritance.unsupported = unsupported.has(status);
    return undefined;
  }
}

/** The answers of a subscription from a number on, as far as the server still has them, in order. */
export async function republish(
  asker: Asker,
  { id, expected }: Owned,
  available: readonly number[],
  signal: AbortSignal,
): Promise<PublishResponse[]> {
  const missed = new Set(available.slice(0, 2 * mostRepublished));
  const responses: PublishResponse[] = [];
  for (let number = expected; missed.has(number) && responses.length < mostRepublished; number++) {
    const request = new RepublishRequest({ subscriptionId: id, retransmitSequenceNumber: number });
    try {
      const { notificationMessage } = await askFor(asker, request, RepublishResponse, signal);
      // queued values follow it
      responses.push(new PublishResponse({ subscriptionId: id, moreNotifications: true, notificationMessage }));
    } catch (thrown) {
      if (isAbort(thrown) || statusOf(thrown) === undefined) throw thrown;
      break;
    }
  }
  return responses;
}
