import {
  PublishResponse,
  RepublishRequest,
  RepublishResponse,
  StatusCodes,
  TransferSubscriptionsRequest,
  TransferSubscriptionsResponse,
} from 'node-opcua-client';
import { isAbort } from '../../../src/core/errors.ts';
import { type Requester, sendFor } from '../requests/services.ts';
import { statusOf } from '../requests/status.ts';
import type { Owned } from './subscribed.ts';

/** Subscriptions of a session with a lost connection; the server keeps queueing their values for a while. */
export interface Left {
  readonly subscriptions: readonly Owned[];
  /** Client handles of monitored items that are not tags. */
  readonly others: ReadonlySet<number>;
}

/** State passed from one session to the next. Outlives sessions. */
export interface Inheritance {
  left: Left | undefined;
  /** The server has no TransferSubscriptions: the request is not repeated. */
  unsupported: boolean;
}

/** Maximum number of answers requested again; those beyond are counted as lost. */
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
 * Transfers subscriptions to the present session (OPC 10000-4, 5.14.7), with the notifications that the server still keeps: those
 * under way when the connection was lost, those queued since then, and the last value if nothing was queued. All of them or none.
 * @returns sequence numbers of the answers kept for each, in the order of `left`; undefined if the transfer fails
 */
export async function transfer(
  requester: Requester,
  inheritance: Inheritance,
  { subscriptions }: Left,
  signal: AbortSignal,
): Promise<readonly (readonly number[])[] | undefined> {
  const subscriptionIds = subscriptions.map(({ id }) => id);
  const request = new TransferSubscriptionsRequest({ subscriptionIds, sendInitialValues: true });
  try {
    const { results } = await sendFor(requester, request, TransferSubscriptionsResponse, signal);
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

/** Answers of a subscription from a sequence number on, as far as the server still has them, in order. */
export async function republish(
  requester: Requester,
  { id, expected }: Owned,
  available: readonly number[],
  signal: AbortSignal,
): Promise<PublishResponse[]> {
  const missed = new Set(available.slice(0, 2 * mostRepublished));
  const responses: PublishResponse[] = [];
  for (let number = expected; missed.has(number) && responses.length < mostRepublished; number++) {
    const request = new RepublishRequest({ subscriptionId: id, retransmitSequenceNumber: number });
    try {
      const { notificationMessage } = await sendFor(requester, request, RepublishResponse, signal);
      // queued values follow it
      responses.push(new PublishResponse({ subscriptionId: id, moreNotifications: true, notificationMessage }));
    } catch (thrown) {
      if (isAbort(thrown) || statusOf(thrown) === undefined) throw thrown;
      break;
    }
  }
  return responses;
}
