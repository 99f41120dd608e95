import {
  CreateSubscriptionRequest,
  CreateSubscriptionResponse,
  DataChangeNotification,
  DeleteSubscriptionsRequest,
  type EventFieldList,
  EventNotificationList,
  type MonitoredItemCreateRequestOptions,
  type NodeId,
  type PublishResponse,
  StatusChangeNotification,
  StatusCodes,
} from 'node-opcua-client';
import { isAbort, ScadaError } from '../../../src/core/errors.ts';
import type { Change } from '../values/hold.ts';
import { createItems, createTagItems, type Item } from './items.ts';
import type { ServerLimits } from '../requests/limits.ts';
import type { Link } from '../link/link.ts';
import { lifetimeMs, PublishChain } from './publishing.ts';
import { sendFor } from '../requests/services.ts';
import { statusOf } from '../requests/status.ts';
import type { Notification, Owned, Subscription, Watched } from '../link/subscribed.ts';
import { type Inheritance, type Left, republish, transfer } from '../link/transfer.ts';

/** Longest accepted periods of a server, ms. */
const longestPeriodMs = 3_600_000;
/** Maximum number of answers acknowledged at once after a takeover. */
const mostPending = 64;
/** Maximum number of data changes in one response; more come in the next one. */
const mostNotifications = 10_000;

const full: number = StatusCodes.BadTooManyMonitoredItems.value;

/**
 * Subscriptions of one session by the plain services: as many as the server's limits require, all served by one chain of publish
 * requests. The library's own subscription object creates an emitter per item, requires at least three publishing periods between
 * keep-alives and re-creates itself. This publish loop keeps the order and has no queue of its own.
 */
export class Subscriptions {
  readonly #link: Link;
  readonly #limits: ServerLimits;
  readonly #publishingMs: number;
  readonly #all = new Map<number, Owned>();
  readonly #now: () => number;
  readonly #chain: PublishChain;
  /** Client handles of monitored items that are not tags. */
  #others = new Set<number>();

  private constructor(link: Link, limits: ServerLimits, publishingMs: number, now: () => number) {
    this.#link = link;
    this.#limits = limits;
    this.#publishingMs = publishingMs;
    this.#now = now;
    this.#chain = new PublishChain(link, this.#all);
  }

  /** Creates the first one. @param now monotonic, ms @throws ScadaError if the server refuses it */
  static async open(
    link: Link,
    limits: ServerLimits,
    publishingMs: number,
    now: () => number,
    signal: AbortSignal,
  ): Promise<Subscriptions> {
    const subscriptions = new Subscriptions(link, limits, publishingMs, now);
    await subscriptions.#create(signal);
    return subscriptions;
  }

  /**
   * Continues the subscriptions of a session that lost its connection. Undefined if the server does not transfer them.
   * @param now monotonic, ms
   */
  static async resume(
    link: Link,
    limits: ServerLimits,
    publishingMs: number,
    now: () => number,
    inheritance: Inheritance,
    left: Left,
    signal: AbortSignal,
  ): Promise<Subscriptions | undefined> {
    const available = await transfer(link, inheritance, left, signal);
    if (available === undefined) return undefined;
    const subscriptions = new Subscriptions(link, limits, publishingMs, now);
    subscriptions.#others = new Set(left.others);
    for (const [i, before] of left.subscriptions.entries()) {
      const { id, expected, watched } = before;
      const life = { answeredAt: now(), busy: false };
      const taken: Owned = { ...before, members: new Set(watched.keys()), life, heldAt: now(), catchingUp: true };
      subscriptions.#all.set(id, taken);
      const numbers = available[i] ?? [];
      for (const sequenceNumber of numbers.slice(0, mostPending)) {
        if (sequenceNumber < expected) subscriptions.#chain.acknowledge(id, sequenceNumber);
      }
      for (const response of await republish(link, taken, numbers, signal)) subscriptions.#chain.add(response);
    }
    return subscriptions;
  }

  /** State with which the next session continues if the connection is lost. */
  leave(): Left {
    const subscriptions = [...this.#all.values()].map((owned) => ({ ...owned, expected: owned.passedOn }));
    return { subscriptions, others: this.#others };
  }

  /** Deletes all of them and their pending answers. */
  async end(signal: AbortSignal): Promise<void> {
    const subscriptionIds = [...this.#all.keys()];
    this.#all.clear();
    await this.#link.send(new DeleteSubscriptionsRequest({ subscriptionIds }), signal);
  }

  /** Node that is monitored for the tag at a position. */
  nodeOf(position: number): NodeId | undefined {
    for (const { watched } of this.#all.values()) {
      const node = watched.get(position);
      if (node !== undefined) return node;
    }
    return undefined;
  }

  get all(): readonly Subscription[] {
    return [...this.#all.values()];
  }

  /** Monitors more tags, in as many requests and subscriptions as required. Returns the result of each. */
  async watch(items: readonly Item[], signal: AbortSignal): Promise<Watched[]> {
    const watched: Watched[] = items.map(() => ({ status: full, plain: false }));
    for (const { members } of this.#all.values()) for (const { position } of items) members.delete(position);
    let open = [...items.keys()];
    while (open.length > 0) {
      const subscription = await this.#withRoom(signal);
      if (subscription === undefined) break;
      const part = open.slice(0, this.#limits.itemsPerSubscription.most - subscription.items);
      const answers = await this.#watchBy(
        subscription,
        part.map((i) => items[i] as Item),
        signal,
      );
      part.forEach((i, k) => {
        watched[i] = answers[k] as Watched;
      });
      const refused = part.filter((_, k) => answers[k]?.status === full);
      subscription.full = refused.length > 0;
      // A new subscription accepts no item: the server is full, not the subscription.
      if (refused.length === part.length && subscription.items === 0) {
        if (this.#all.size > 1) await this.#delete(subscription, signal);
        break;
      }
      open = [...refused, ...open.slice(part.length)];
    }
    return watched;
  }

  /**
   * Monitors an item that is not a tag by the first subscription, e.g. events; its client handle must not be a tag's position.
   */
  async watchOther(request: MonitoredItemCreateRequestOptions, signal: AbortSignal): Promise<number> {
    const [first] = this.#all.values();
    const handle = request.requestedParameters?.clientHandle ?? Number.NaN;
    if (first === undefined) return full;
    if (this.#others.has(handle)) return 0;
    const [result] = await createItems(this.#link, this.#limits, first.id, [request], signal);
    if (result?.statusCode.isGood() === true) {
      first.items++;
      this.#others.add(handle);
    }
    return result?.statusCode.value ?? full;
  }

  /**
   * Waits for the next notification of any of them. @throws ScadaError `retryable` when the server has ended one, and errors of
   * the library
   */
  async next(): Promise<Notification> {
    for (;;) {
      const response = await this.#chain.next();
      const subscription = this.#all.get(response.subscriptionId);
      // A deleted subscription may have had a last notification.
      if (subscription !== undefined) return this.#read(subscription, response);
    }
  }

  async #withRoom(signal: AbortSignal): Promise<Owned | undefined> {
    for (const subscription of this.#all.values()) {
      if (!subscription.full && subscription.items < this.#limits.itemsPerSubscription.most) return subscription;
    }
    if (this.#all.size >= this.#limits.subscriptions.most) return undefined;
    try {
      return await this.#create(signal);
    } catch (thrown) {
      if (isAbort(thrown) || statusOf(thrown) === undefined) throw thrown;
      this.#limits.subscriptions.state(this.#all.size);
      return undefined;
    }
  }

  /** Creates a subscription that answers in each publishing period, at least with a keep-alive. */
  async #create(signal: AbortSignal): Promise<Owned> {
    const request = new CreateSubscriptionRequest({
      requestedPublishingInterval: this.#publishingMs,
      requestedMaxKeepAliveCount: 1,
      requestedLifetimeCount: Math.max(10, Math.ceil(lifetimeMs / this.#publishingMs)),
      maxNotificationsPerPublish: mostNotifications,
      publishingEnabled: true,
      priority: 0,
    });
    const response = await sendFor(this.#link, request, CreateSubscriptionResponse, signal);
    const subscription: Owned = {
      id: response.subscriptionId,
      keepAliveMs: within(response.revisedPublishingInterval * response.revisedMaxKeepAliveCount),
      members: new Set(),
      life: { answeredAt: this.#now(), busy: false },
      samplingMs: 0,
      heldAt: this.#now(),
      backlogs: 0,
      passedOn: 1,
      expected: 1,
      items: 0,
      full: false,
      watched: new Map(),
      catchingUp: false,
    };
    this.#all.set(subscription.id, subscription);
    return subscription;
  }

  async #delete({ id }: Subscription, signal: AbortSignal): Promise<void> {
    this.#all.delete(id);
    await this.#link.send(new DeleteSubscriptionsRequest({ subscriptionIds: [id] }), signal);
  }

  async #watchBy(subscription: Owned, items: readonly Item[], signal: AbortSignal): Promise<Watched[]> {
    const created = await createTagItems(this.#link, this.#limits, subscription.id, items, signal);
    return created.map(({ result: { statusCode, revisedSamplingInterval }, plain }, i) => {
      if (statusCode.isGood()) {
        const { position, nodeId } = items[i] as Item;
        subscription.items++;
        subscription.members.add(position);
        subscription.watched.set(position, nodeId);
        subscription.samplingMs = Math.max(subscription.samplingMs, within(revisedSamplingInterval));
      }
      return { status: statusCode.isGood() ? 0 : statusCode.value, plain };
    });
  }

  #read(subscription: Owned, { moreNotifications, notificationMessage }: PublishResponse): Notification {
    if (moreNotifications) {
      subscription.backlogs++;
      this.#chain.widen();
    }
    const { sequenceNumber } = notificationMessage;
    const data = notificationMessage.notificationData ?? [];
    const old = subscription.catchingUp;
    if (data.length > 0 && !moreNotifications) subscription.catchingUp = false;
    const lost = sequenceNumber > subscription.expected ? sequenceNumber - subscription.expected : 0;
    // A keep-alive names the number that the next data will have.
    subscription.expected = data.length === 0 ? sequenceNumber : (sequenceNumber % 0xffffffff) + 1;
    if (data.length > 0) this.#chain.acknowledge(subscription.id, sequenceNumber);
    let changes: readonly Change[] = [];
    let events: readonly EventFieldList[] = [];
    for (const part of data) {
      if (part instanceof DataChangeNotification) changes = joined(changes, part.monitoredItems ?? []);
      else if (part instanceof EventNotificationList) events = joined(events, part.events ?? []);
      else if (part instanceof StatusChangeNotification) {
        // the notice to the session before this one is among the answers that a server sends again
        if (old && part.status.equals(StatusCodes.GoodSubscriptionTransferred)) continue;
        throw new ScadaError('retryable', 'DEVICE_REFUSED', `the server ended the subscription: ${part.status.toString()}`);
      }
    }
    return { subscription, changes, events, lost, more: moreNotifications, next: subscription.expected, old };
  }
}

/** Period stated by a server, ms, limited so that a watchdog can expire. */
const within = (ms: number): number => (ms >= 0 ? Math.min(ms, longestPeriodMs) : longestPeriodMs);

const joined = <T>(first: readonly T[], second: readonly T[]): readonly T[] =>
  first.length === 0 ? second : [...first, ...second];
