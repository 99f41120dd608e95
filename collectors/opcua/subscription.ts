import {
  type ClientSession,
  type ClientSessionPublishService,
  type ClientSessionRawSubscriptionService,
  AttributeIds,
  DataChangeFilter,
  DataChangeNotification,
  DataChangeTrigger,
  DeadbandType,
  MonitoringMode,
  type NodeId,
  PublishRequest,
  type PublishResponse,
  StatusChangeNotification,
  TimestampsToReturn,
} from 'node-opcua-client';
import { ScadaError } from '../../src/core/errors.ts';
import type { Change } from './hold.ts';
import { chunks } from './nodes.ts';

type RawSession = ClientSession & ClientSessionRawSubscriptionService & ClientSessionPublishService;

/** A tag to be watched. `position` is its place among the device's tags, and the client handle. */
export interface Item {
  readonly position: number;
  readonly nodeId: NodeId;
  readonly samplingMs: number;
  readonly queueSize: number;
}

/** What one publish response brought; no changes is a keep-alive. */
export interface Notification {
  readonly changes: readonly Change[];
  /** Notifications of ours that never came. */
  readonly lost: number;
}

/** Publish requests that wait at the server: the next answer can come while one is on its way. */
const pipelined = 2;
/** The server forgets a subscription that nobody fetches from for so long, ms. */
const lifetimeMs = 60_000;
/** Data changes in one response; more come in the next one. */
const mostNotifications = 10_000;

/**
 * One subscription by the plain services. The library's own subscription object makes an emitter per item, asks for at least
 * three publishing periods between keep-alives and re-creates itself; here the publish loop is ours, in order and without a
 * queue of its own: who reads slowly lets publish requests run out, and the server's queues overflow visibly.
 */
export class Subscription {
  readonly #session: RawSession;
  readonly #id: number;
  /** The longest time between two answers that the server agreed to, ms. */
  readonly keepAliveMs: number;
  readonly #pending: Promise<PublishResponse>[] = [];
  #acknowledge: number[] = [];
  #expected = 1;
  #pipelined = pipelined;

  private constructor(session: RawSession, id: number, keepAliveMs: number) {
    this.#session = session;
    this.#id = id;
    this.keepAliveMs = keepAliveMs;
  }

  /** A subscription that says something in each publishing period, and be it that nothing changed. */
  static async create(session: ClientSession, publishingMs: number): Promise<Subscription> {
    const raw = session as RawSession;
    const response = await raw.createSubscription({
      requestedPublishingInterval: publishingMs,
      requestedMaxKeepAliveCount: 1,
      requestedLifetimeCount: Math.max(10, Math.ceil(lifetimeMs / publishingMs)),
      maxNotificationsPerPublish: mostNotifications,
      publishingEnabled: true,
      priority: 0,
    });
    return new Subscription(raw, response.subscriptionId, response.revisedPublishingInterval * response.revisedMaxKeepAliveCount);
  }

  /** Watches more items, in calls of at most `perCall`. Returns the StatusCode of each, 0 where it is watched now. */
  async watch(items: readonly Item[], perCall: number): Promise<number[]> {
    const filter = new DataChangeFilter({
      trigger: DataChangeTrigger.StatusValue,
      deadbandType: DeadbandType.None,
      deadbandValue: 0,
    });
    const statuses: number[] = [];
    for (const part of chunks(items, perCall)) {
      const response = await this.#session.createMonitoredItems({
        subscriptionId: this.#id,
        timestampsToReturn: TimestampsToReturn.Both,
        itemsToCreate: part.map(({ position, nodeId, samplingMs, queueSize }) => ({
          itemToMonitor: { nodeId, attributeId: AttributeIds.Value },
          monitoringMode: MonitoringMode.Reporting,
          requestedParameters: { clientHandle: position, samplingInterval: samplingMs, filter, queueSize, discardOldest: true },
        })),
      });
      statuses.push(...part.map((_, i) => response.results?.[i]?.statusCode.value ?? 0));
    }
    return statuses;
  }

  /** Waits for the server's next word. @throws ScadaError `retryable` when the subscription has ended there */
  async next(): Promise<Notification> {
    while (this.#pending.length < this.#pipelined) this.#request();
    let response: PublishResponse;
    try {
      response = await (this.#pending.shift() as Promise<PublishResponse>);
    } catch (thrown) {
      if (this.#pipelined > 1 && String(thrown).includes('BadTooManyPublishRequests')) {
        this.#pipelined--;
        return await this.next();
      }
      throw thrown;
    }
    return this.#read(response);
  }

  #request(): void {
    const subscriptionAcknowledgements = this.#acknowledge.map((sequenceNumber) => ({
      subscriptionId: this.#id,
      sequenceNumber,
    }));
    this.#acknowledge = [];
    const request = new PublishRequest({
      requestHeader: { timeoutHint: this.keepAliveMs * 4 + lifetimeMs },
      subscriptionAcknowledgements,
    });
    const { promise, resolve, reject } = Promise.withResolvers<PublishResponse>();
    // Those in flight when the loop ends are nobody's business any more.
    promise.catch(() => {});
    this.#pending.push(promise);
    this.#session.publish(request, (error, response) => {
      if (error !== null || response === undefined) reject(error ?? new Error('publish without a response'));
      else resolve(response);
    });
  }

  #read({ notificationMessage }: PublishResponse): Notification {
    const { sequenceNumber } = notificationMessage;
    const data = notificationMessage.notificationData ?? [];
    const lost = sequenceNumber > this.#expected ? sequenceNumber - this.#expected : 0;
    // A keep-alive names the number that the next data will have.
    this.#expected = data.length === 0 ? sequenceNumber : (sequenceNumber % 0xffffffff) + 1;
    if (data.length > 0) this.#acknowledge.push(sequenceNumber);
    const changes: Change[] = [];
    for (const part of data) {
      if (part instanceof DataChangeNotification) changes.push(...(part.monitoredItems ?? []));
      if (part instanceof StatusChangeNotification) {
        throw new ScadaError('retryable', 'DEVICE_REFUSED', `the server ended the subscription: ${part.status.toString()}`);
      }
    }
    return { changes, lost };
  }
}
