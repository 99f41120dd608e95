import { StatusCodes } from 'node-opcua-client';
import { systemClock } from '../../../src/core/clock.ts';
import { Quality } from '../../../src/core/quality.ts';
import { Quarantine } from './quarantine.ts';
import { statusOf } from './status.ts';

/**
 * Maximum number of operations in one request: the configured number, the server's stated limit, and the number that it really
 * accepts.
 */
export class BatchSize {
  readonly #configured: number;
  #stated = Number.POSITIVE_INFINITY;
  #learned = Number.POSITIVE_INFINITY;

  constructor(configured = Number.POSITIVE_INFINITY) {
    this.#configured = configured;
  }

  get most(): number {
    return Math.max(1, Math.min(this.#configured, this.#stated, this.#learned));
  }

  /** Sets the limit that the server states; Infinity if it states none. */
  state(limit: number): void {
    this.#stated = limit;
  }

  /** Records that the server refused this number, whatever it states: half of it is the new limit. */
  refused(count: number): void {
    this.#learned = Math.min(this.#learned, Math.max(1, Math.ceil(count / 2)));
  }
}

/** Limits that a server states; Infinity without a limit. */
export interface StatedLimits {
  readonly nodesPerRead: number;
  readonly nodesPerBrowse: number;
  readonly pathsPerTranslate: number;
  readonly itemsPerCall: number;
  readonly items: number;
  readonly itemsPerSubscription: number;
  readonly subscriptions: number;
  readonly subscriptionsPerSession: number;
}

/** Batch sizes of a device. They outlive sessions, so that a refused size is not tried again. */
export class ServerLimits {
  readonly read: BatchSize;
  readonly items: BatchSize;
  readonly browse = new BatchSize(1_000);
  readonly translate = new BatchSize(1_000);
  /** Maximum number of monitored items of one subscription, and of subscriptions of one session. */
  readonly itemsPerSubscription = new BatchSize();
  readonly subscriptions = new BatchSize();
  /** Tags whose answer breaks sessions. */
  readonly quarantine = new Quarantine(systemClock);
  /** Number of consecutive sessions that ended because their subscription was silent or incomplete. */
  silentSessions = 0;

  constructor(config: { readonly nodesPerRead: number; readonly itemsPerCall: number }) {
    this.read = new BatchSize(config.nodesPerRead);
    this.items = new BatchSize(config.itemsPerCall);
  }

  state(limits: StatedLimits): void {
    this.read.state(limits.nodesPerRead);
    this.items.state(limits.itemsPerCall);
    this.browse.state(limits.nodesPerBrowse);
    this.translate.state(limits.pathsPerTranslate);
    this.itemsPerSubscription.state(Math.min(limits.itemsPerSubscription, limits.items));
    this.subscriptions.state(Math.min(limits.subscriptionsPerSession, limits.subscriptions));
  }
}

/** Refusals because of the number of operations: the server will refuse it the next time too. */
const tooMany: ReadonlySet<number> = new Set([StatusCodes.BadTooManyOperations.value]);
/** Refusals because of the size of a message. A single large value can cause them, so that no limit is stored. */
const tooLarge: ReadonlySet<number> = new Set([
  StatusCodes.BadRequestTooLarge.value,
  StatusCodes.BadResponseTooLarge.value,
  StatusCodes.BadEncodingLimitsExceeded.value,
  StatusCodes.BadTcpMessageTooLarge.value,
]);

/**
 * Sends operations in requests of at most `size.most`, in order, and returns one result for each. A request that is too large for
 * the server is halved until it is accepted. An operation that is refused alone, or has no answer, gets the result of `absent`
 * for its StatusCode, so that it does not affect the others.
 */
export async function inBatches<Item, Result>(
  items: readonly Item[],
  size: BatchSize,
  send: (part: readonly Item[]) => Promise<readonly Result[]>,
  absent: (status: number) => Result,
): Promise<Result[]> {
  const results: Result[] = [];
  const halve = async (part: readonly Item[]): Promise<void> => {
    const half = Math.ceil(part.length / 2);
    await run(part.slice(0, half));
    await run(part.slice(half));
  };
  const run = async (part: readonly Item[]): Promise<void> => {
    if (part.length > size.most) return await halve(part);
    let answers: readonly Result[];
    try {
      answers = await send(part);
    } catch (thrown) {
      const status = statusOf(thrown);
      if (status === undefined || !(tooMany.has(status) || tooLarge.has(status))) throw thrown;
      if (tooMany.has(status)) size.refused(part.length);
      if (part.length > 1) return await halve(part);
      answers = [absent(status)];
    }
    for (let i = 0; i < part.length; i++) results.push(answers[i] ?? absent(Quality.BadCommunicationError));
  };
  while (results.length < items.length) await run(items.slice(results.length, results.length + size.most));
  return results;
}
