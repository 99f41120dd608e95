import { type EventFieldList, StatusCodes } from 'node-opcua-client';
import { isAbort } from '../../../src/core/errors.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { observeBatch, observeEvent } from '../../../src/core/observation.ts';
import { qualityName } from '../../../src/core/quality.ts';
import { Rounds } from '../../../src/core/rounds.ts';
import type { TaskScope } from '../../../src/core/scope.ts';
import { auditReports } from './audit.ts';
import { readServerTime } from '../requests/facts.ts';
import { guard } from '../values/guard.ts';
import { type Item, itemOf } from '../subscription/items.ts';
import { abortable } from '../connection/request-queue.ts';
import type { Push, SessionParts } from '../session-parts.ts';
import type { TagNodes } from '../requests/nodes.ts';
import { statusOf } from '../requests/status.ts';
import type { Watched } from '../link/subscribed.ts';
import { Subscriptions } from '../subscription/subscription.ts';
import { reportTypeChanges } from './types.ts';

/** Number of consecutive sessions with a silent subscription after which tags are polled instead. */
const patience = 2;
/** Time after which a reporting subscription counts as working, ms. */
const provenMs = 60_000;
/** StatusCodes of a server without subscriptions, or without permission for them: reading may still work. */
const refusals: ReadonlySet<number> = new Set(
  [
    StatusCodes.BadServiceUnsupported,
    StatusCodes.BadRequestTypeInvalid,
    StatusCodes.BadNotSupported,
    StatusCodes.BadNotImplemented,
    StatusCodes.BadTooManySubscriptions,
    StatusCodes.BadTooManyMonitoredItems,
    StatusCodes.BadUserAccessDenied,
    StatusCodes.BadResourceUnavailable,
    StatusCodes.BadOutOfMemory,
    StatusCodes.BadInternalError,
  ].map(({ value }) => value),
);
/** StatusCodes of nodes that cannot be read either. */
const unreadable: ReadonlySet<number> = new Set(
  [
    StatusCodes.BadNodeIdInvalid,
    StatusCodes.BadNodeIdUnknown,
    StatusCodes.BadAttributeIdInvalid,
    StatusCodes.BadNotReadable,
    StatusCodes.BadUserAccessDenied,
  ].map(({ value }) => value),
);

/** Monitors tags by subscriptions, passes on changes, repeats unchanged values, and detects silence. */
export class Watcher {
  readonly #parts: SessionParts;
  readonly #nodes: TagNodes;
  readonly #push: Push;
  readonly subscriptions: Subscriptions;
  readonly #guarded = new Set<number>();
  /** Tags that are polled, from their first refusal to the end of the session. */
  readonly #read = new Set<number>();
  /** Receives the events of items that `subscriptions.watchOther` set up. */
  takeEvents: (events: readonly EventFieldList[]) => void = () => {};

  private constructor(parts: SessionParts, nodes: TagNodes, push: Push, subscriptions: Subscriptions) {
    this.#parts = parts;
    this.#nodes = nodes;
    this.#push = push;
    this.subscriptions = subscriptions;
  }

  /** Returns undefined, and emits an event, if the server refuses a subscription: its tags are polled instead. */
  static async open(parts: SessionParts, nodes: TagNodes, push: Push, signal: AbortSignal): Promise<Watcher | undefined> {
    const { config, context, limits, link } = parts;
    const none = async (why: string): Promise<undefined> => {
      await fallBack(parts, push, parts.tags, why, signal);
      return undefined;
    };
    if (limits.silentSessions >= patience) {
      // The next session tries subscriptions once more.
      limits.silentSessions = patience - 1;
      return await none('its subscriptions were silent');
    }
    try {
      const now = (): number => context.clock.monotonic();
      const subscriptions =
        (await inherit(parts, nodes, now, signal)) ?? (await Subscriptions.open(link, limits, config.publishingMs, now, signal));
      return new Watcher(parts, nodes, push, subscriptions);
    } catch (thrown) {
      const status = statusOf(thrown);
      if (isAbort(thrown) || status === undefined || !refusals.has(status)) throw thrown;
      return await none(qualityName(status));
    }
  }

  /** Monitors more tags. Returns those that the server does not monitor, and that must be polled. */
  async watch(positions: readonly number[], signal: AbortSignal): Promise<number[]> {
    const { config, tags, target } = this.#parts;
    const items = positions.flatMap((position): Item[] => {
      if (this.#read.has(position) || this.subscriptions.nodeOf(position) !== undefined) return [];
      const node = this.#nodes.at(position);
      const address = this.#nodes.addresses[position];
      if (!('nodeId' in node) || address === undefined) return [];
      return [itemOf(config, target.tags.at(tags[position] as number), address, position, node.nodeId)];
    });
    const watched = await this.#watch(items, signal);
    const unwatched: number[] = [];
    const plain: number[] = [];
    let why = 0;
    items.forEach(({ position }, i) => {
      const { status, plain: withoutDeadband } = watched[i] ?? { status: 0, plain: false };
      if (status === 0) {
        if (withoutDeadband) plain.push(position);
      } else if (unreadable.has(status)) this.#nodes.refuse(position, status, 'the server does not watch it');
      else {
        why ||= status;
        unwatched.push(position);
        this.#read.add(position);
      }
    });
    this.adoptMissing();
    if (unwatched.length > 0) await fallBack(this.#parts, this.#push, this.#tagsAt(unwatched), qualityName(why), signal);
    if (plain.length > 0) {
      await reportLost(
        this.#parts,
        this.#push,
        this.#tagsAt(plain),
        'BadFilterNotAllowed',
        'the server watches them without their deadband',
        signal,
      );
    }
    return unwatched;
  }

  /** For a server that creates subscriptions, but no items: each item is refused. */
  async #watch(items: readonly Item[], signal: AbortSignal): Promise<readonly Watched[]> {
    try {
      return await this.subscriptions.watch(items, signal);
    } catch (thrown) {
      const status = statusOf(thrown);
      if (isAbort(thrown) || status === undefined || !refusals.has(status)) throw thrown;
      const members = this.subscriptions.all.map((subscription) => subscription.members);
      return items.map(({ position }) => ({
        status: members.some((known) => known.has(position)) ? 0 : status,
        plain: false,
      }));
    }
  }

  /** Starts the tasks that pass on changes and detect silence. */
  start(scope: TaskScope): void {
    scope.start(async (signal) => await this.#passOn(signal));
    this.guard(scope);
    scope.start(async (signal) => {
      const all = () => this.subscriptions.all;
      await this.#noteSilence(signal, async () => await auditReports(this.#parts, this.#nodes, all, systemClock, signal));
    });
  }

  /** Starts the watchdog of subscriptions that have none yet. */
  guard(scope: TaskScope): void {
    const { context, limits, link, target } = this.#parts;
    for (const { id, keepAliveMs, life } of this.subscriptions.all) {
      if (this.#guarded.has(id)) continue;
      this.#guarded.add(id);
      scope.start(async (signal) => {
        const serverTime = async (): Promise<number> => await readServerTime(link, limits.read, signal);
        const guarded = { context, device: target.device, keepAliveMs, life, serverTime };
        await this.#noteSilence(signal, async () => await guard(guarded, signal));
      });
    }
  }

  /** Assigns tags without a node to the first subscription, whose answers repeat their quality. */
  adoptMissing(): void {
    const [first] = this.subscriptions.all;
    const { context, hold } = this.#parts;
    for (const position of this.#nodes.missing()) {
      const node = this.#nodes.at(position);
      if (first === undefined || !('quality' in node) || this.#read.has(position)) continue;
      hold.fail(position, node.quality, Math.round(context.clock.monotonic()));
      first.members.add(position);
    }
  }

  #tagsAt(positions: readonly number[]): number[] {
    return positions.map((position) => this.#parts.tags[position] as number);
  }

  async #noteSilence(signal: AbortSignal, watch: () => Promise<never>): Promise<never> {
    try {
      return await watch();
    } catch (thrown) {
      if (!signal.aborted) this.#parts.limits.silentSessions++;
      throw thrown;
    }
  }

  async #passOn(signal: AbortSignal): Promise<void> {
    const { config, context, hold, limits, link, target } = this.#parts;
    const { clock } = context;
    const began = clock.monotonic();
    const dropped = async (queue: string, count: number): Promise<void> => {
      if (count === 0) return;
      await this.#push(observeEvent({ type: 'dropped', time: clock.now(), queue: `${target.device}: ${queue}`, count }), signal);
    };
    const rounds = new Rounds(systemClock);
    for (;;) {
      await rounds.next(signal);
      const { subscription, changes, events, lost, more, next, old } = await abortable(this.subscriptions.next(), signal).catch(
        (thrown: unknown) => {
          throw signal.aborted ? thrown : link.failure(thrown);
        },
      );
      const answeredAt = clock.monotonic();
      subscription.life.answeredAt = answeredAt;
      if (changes.length + events.length > 0) rounds.worked();
      if (answeredAt - began > provenMs) limits.silentSessions = 0;
      for (const { life } of this.subscriptions.all) life.busy = true;
      // The next answer may contain a change: until then no value is repeated.
      const early = more && answeredAt - subscription.heldAt < config.publishingMs;
      if (!early) subscription.heldAt = answeredAt;
      const members = early ? nobody : subscription.members;
      const batch = hold.report(changes, clock.now(), config.publishingMs, members, old, Math.round(clock.monotonic()));
      if (batch !== undefined) await this.#push(observeBatch(batch), signal);
      await reportTypeChanges(this.#parts, this.#push, signal);
      subscription.passedOn = next;
      this.takeEvents(events);
      await dropped('notifications', lost);
      await dropped('queues in the server', hold.takeOverflows());
      const passedOnAt = clock.monotonic();
      for (const { keepAliveMs, life } of this.subscriptions.all) {
        life.busy = false;
        // While nothing was fetched, no subscription could report.
        if (passedOnAt - answeredAt > keepAliveMs) life.answeredAt = passedOnAt;
      }
    }
  }
}

const nobody: readonly number[] = [];

/**
 * Takes over the subscriptions of the previous session if its connection was lost and the server transfers them. If they monitor
 * other nodes than the tags' present ones, they are deleted: the server has changed.
 */
async function inherit(
  { config, inheritance, limits, link }: SessionParts,
  nodes: TagNodes,
  now: () => number,
  signal: AbortSignal,
): Promise<Subscriptions | undefined> {
  const { left } = inheritance;
  inheritance.left = undefined;
  if (left === undefined || inheritance.unsupported) return undefined;
  const subscriptions = await Subscriptions.resume(link, limits, config.publishingMs, now, inheritance, left, signal);
  if (subscriptions === undefined) return undefined;
  for (const { watched } of left.subscriptions) {
    for (const [position, nodeId] of watched) {
      if (nodes.take(position, nodeId)) continue;
      await subscriptions.end(signal);
      return undefined;
    }
  }
  return subscriptions;
}

/** Tags that are polled because the server does not monitor them. */
async function fallBack(
  parts: SessionParts,
  push: Push,
  tags: readonly number[],
  why: string,
  signal: AbortSignal,
): Promise<void> {
  await reportLost(parts, push, tags, why, 'the server does not watch them, so that they are read', signal);
}

async function reportLost(
  { context, target }: SessionParts,
  push: Push,
  tags: readonly number[],
  code: string,
  what: string,
  signal: AbortSignal,
): Promise<void> {
  const message = `${target.device}: ${tags.length} tags: ${what} (${code})`;
  await push(
    observeEvent({ type: 'poll-failed', time: context.clock.now(), device: target.device, code, message, tags }),
    signal,
  );
}
