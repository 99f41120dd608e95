import type { Alert, AlertChange } from '../core/alert.ts';
import { Backoff } from '../core/backoff.ts';
import { canaryName } from '../core/canary.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import type { AlertFeed } from '../core/monitor.ts';
import type { NotificationSettings } from '../core/notification-settings.ts';
import type { Canary, Notifier } from '../core/notifier.ts';
import type { PluginContext } from '../core/plugin.ts';
import type { QueueStats } from '../core/queue.ts';
import { Rounds } from '../core/rounds.ts';
import { TaskScope } from '../core/scope.ts';
import type { AlertStore, Awaitable } from '../core/state.ts';
import { TokenBucket } from '../core/token-bucket.ts';
import { Acknowledgements } from './acknowledgements.ts';
import { type Announced, Announcements } from './announcements.ts';
import type { Destined } from './coverage.ts';
import { DigestBuilder, isUrgent } from './digest.ts';
import type { EpochFile } from './epoch-file.ts';
import { Flood } from './flood.ts';
import { type Position, positionFile } from './position.ts';
import { Reminders, remindersOf } from './reminders.ts';
import { Resending } from './resending.ts';
import { Route } from './route.ts';
import { type DeliveryFault, Sending } from './sending.ts';
import type { Undelivered } from './undelivered.ts';
import { Updates } from './updates.ts';
import { Wake } from './wake.ts';

export interface NotificationsOptions {
  /** Name of this notifier among the configured ones, for logs and the health page. */
  readonly name: string;
  readonly notifier: Notifier;
  /** Its epoch identifies the stream across restarts: a position of another epoch is not used. */
  readonly feed: Pick<AlertFeed, 'epoch' | 'sequence' | 'subscribe' | 'open'>;
  readonly store: Pick<AlertStore, 'changesOf'> & {
    /** Changes in order, at most `limit`. */
    changesAfter(sequence: number, limit: number): Awaitable<readonly AlertChange[]>;
  };
  /** Folder of this notifier. */
  readonly dir: string;
  readonly context: PluginContext;
  readonly settings?: NotificationSettings | undefined;
  /** IANA name of the site's time zone, for hours. Default UTC. */
  readonly timeZone?: string | undefined;
  /** A change with what the receiver may know of persons; default: as it is. */
  readonly shown?: ((change: AlertChange) => AlertChange) | undefined;
  /** Acknowledges an alert for a person outside of the monitor. */
  readonly acknowledge?: ((id: string, user: string) => void) | undefined;
  /** Called when the receiver has taken a canary. */
  readonly onCanary?: ((canary: Canary) => void) | undefined;
  /** Most messages a minute. Default 20. */
  readonly perMinute?: number;
  /** Resolves when this notifier may work; default: at once. */
  readonly turn?: (() => Promise<void>) | undefined;
  /** Used for pauses: receivers use wall time even if the plant does not. */
  readonly clock?: Clock;
}

/** Changes per read from the store. */
const page = 100;
/** Number of waiting changes that are sent as a digest, at any rate of arrival; also the most messages at once. */
const backlogBound = 20;
/** Least time between digests of one flood, ms. */
const digestEveryMs = 300_000;
/** The same for digests with an act of a person. A list that is acknowledged one by one is not a message for each alert. */
const actsEveryMs = 30_000;
/** Alerts in memory that wait for a digest. The rest waits in the store. */
const mostPending = 500;
/** Alerts that one digest lists, if the notifier does not state it. */
const defaultDigestSize = 100;
/** Alarms of priority 1 that are sent singly while others wait: so many at once, and so many in the time that follows. */
const singles = 20;
const singlesMs = 600_000;
/** Shortest wait for a time, ms: a part of it may be lost in rounding. */
const leastWaitMs = 1;
/** Pause after an error of the monitor itself (a state that cannot be read), ms. */
const haltMs = 60_000;

/**
 * Sends every change that one destination receives, in order, at least once. Waiting changes need no queue: changes are numbered and
 * stored in the state before they are published. Only the number of the last sent one must survive kill -9. An unavailable receiver is
 * retried with growing pauses, and a rate limit protects it. In a flood or with a backlog, changes are sent as digests that list each
 * alert. Alarms of priority 1 are sent singly, or in digests without delay if there are many of them.
 */
export class Notifications implements AsyncDisposable {
  readonly #options: NotificationsOptions;
  readonly #clock: Clock;
  readonly #file: EpochFile<Position>;
  readonly #route: Route;
  readonly #announcements: Announcements;
  readonly #reminders: Reminders | undefined;
  readonly #flood = new Flood();
  readonly #sending: Sending;
  readonly #resending: Resending;
  readonly #canaryBackoff: Backoff;
  readonly #urgent: TokenBucket;
  readonly #updates: Updates;
  readonly #tasks = new TaskScope();
  readonly #wake = new Wake();
  readonly #unsubscribe: () => void;
  #confirmed: number;
  /** Number of the last change that was sent or is in the next digest. */
  #handled: number;
  #pending = new DigestBuilder();
  /** Time at which the first change came into the next digest, and time of the last digest. */
  #pendingSince = 0;
  #digestAt = Number.NEGATIVE_INFINITY;
  #isFlooding = false;
  /** Changes up to this number have waited together: they are sent as a digest. */
  #backlogUntil = 0;
  #canary: Canary | undefined;
  /** Time of the next attempt after a canary that failed. */
  #canaryAt = Number.NEGATIVE_INFINITY;

  constructor(options: NotificationsOptions) {
    const { name, notifier, feed, store, dir, context, settings = {}, perMinute = 20, clock = systemClock } = options;
    this.#options = options;
    this.#clock = clock;
    this.#route = new Route(settings, options.timeZone ?? 'UTC');
    this.#announcements = this.#newAnnouncements();
    this.#urgent = new TokenBucket(clock, (singles / singlesMs) * 1_000, singles);
    this.#reminders = this.#remindersOf(settings.remindMs);
    this.#file = positionFile(dir, name, context.logger);
    const position = this.#file.read(feed.epoch);
    // a new notifier, or a new stream, does not receive past changes
    this.#confirmed = Math.min(position?.sequence ?? feed.sequence, feed.sequence);
    this.#handled = this.#confirmed;
    const probe =
      settings.canary === false
        ? undefined
        : (stop: AbortSignal): Promise<void> => notifier.canary({ id: `${canaryName}-${clock.now()}`, time: clock.now() }, stop);
    this.#sending = new Sending({ name, notifier, context, clock, perMinute, probe }, position?.undelivered ?? []);
    this.#resending = new Resending({
      name,
      notifier,
      store,
      clock,
      context,
      sending: this.#sending,
      digestSize: this.#digestSize,
      // later changes must not decide if an earlier one made its alert more urgent
      presented: (changes) => this.#presentedAll(changes, this.#newAnnouncements()),
    });
    this.#canaryBackoff = new Backoff({ firstMs: 1_000, mostMs: 15_000 }, context.random.fork(`canary/notify/${name}`));
    this.#updates = new Updates(settings.updatesMs, clock);
    const waiting = position?.updates ?? [];
    if (waiting.length === 0) this.#save();
    this.#unsubscribe = feed.subscribe(() => this.#wake.call());
    this.#tasks.start((signal) => this.#run(waiting, signal));
    const { acknowledge } = options;
    if (notifier.acknowledged === undefined || acknowledge === undefined) return;
    const open = (): readonly Alert[] => feed.open();
    const acknowledgements = new Acknowledgements({ name, notifier, open, acknowledge, clock, logger: context.logger });
    this.#tasks.start((signal) => acknowledgements.run(signal));
  }

  /** Name of this notifier. */
  get name(): string {
    return this.#options.name;
  }

  /** Changes that are not sent yet, with the undelivered ones. All of them stay in the state, so none is dropped. */
  queue(): QueueStats {
    const { name, feed } = this.#options;
    return {
      name: `notify ${name}`,
      used: feed.sequence - this.#confirmed + this.undelivered.changes,
      bound: backlogBound,
      policy: 'block',
      dropped: 0,
    };
  }

  /** True while a change waits that can be sent. */
  get isBehind(): boolean {
    return this.#options.feed.sequence > this.#confirmed;
  }

  /** Changes that the receiver has refused, although it takes canaries. They are sent again. */
  get undelivered(): Undelivered {
    return this.#sending.undelivered.status();
  }

  /** Reason why the position of the last sent change is not on disk; undefined while it is. */
  get unkept(): string | undefined {
    return this.#file.fault();
  }

  /** Reason why alerts do not reach the receiver; undefined after the last one or a canary was sent, and nothing is undelivered. */
  get fault(): DeliveryFault | undefined {
    return this.#sending.fault;
  }

  /** The destination, for the check of what reaches none. */
  get destined(): Destined {
    return this.#options;
  }

  /** True if the destination receives the change. */
  takes(change: AlertChange): boolean {
    return this.#route.covers(change) && (this.#options.notifier.wants?.(change) ?? true);
  }

  /** Sends a canary between the messages of changes. A later one replaces one that is not sent yet, so none is sent after an outage. */
  send(canary: Canary): void {
    this.#canary = this.#options.settings?.canary === true ? { ...canary, isShown: true } : canary;
    this.#wake.call();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#unsubscribe();
    await this.#tasks[Symbol.asyncDispose]();
    await this.#file.settled();
  }

  #remindersOf(everyMs: number | undefined): Reminders | undefined {
    const { feed, context, notifier } = this.#options;
    // a program repeats by itself
    if (everyMs === undefined || notifier.notifyAll !== undefined) return undefined;
    const takes = (change: AlertChange): boolean => this.takes(change);
    return new Reminders({ everyMs, open: () => feed.open(), siteClock: context.clock, clock: this.#clock, takes });
  }

  /** @param waiting numbers of the updates that waited when the last run ended */
  async #run(waiting: readonly number[], signal: AbortSignal): Promise<void> {
    await this.#collectAgain(waiting).catch((thrown: unknown) => this.#sending.delivery.fail(thrown));
    const rounds = new Rounds(this.#clock);
    let isFirst = true;
    while (!signal.aborted) {
      try {
        await rounds.next(signal);
        // what an earlier run could not deliver comes before what is new
        if (isFirst) await this.#resend(signal);
        isFirst = false;
        if (await this.#step(signal)) rounds.worked();
        this.#sending.delivery.resume();
      } catch (thrown) {
        if (signal.aborted) return;
        this.#sending.delivery.fail(thrown);
        await this.#clock.sleep(haltMs, signal);
      }
    }
  }

  /** Takes the waiting changes, or waits for one. @returns true if there were some */
  async #step(signal: AbortSignal): Promise<boolean> {
    await this.#options.turn?.();
    this.#wake.reset();
    // in a flood changes wait for minutes, because of the rate
    await this.#sendCanary(signal);
    const { store, feed, notifier } = this.#options;
    const { sequence } = feed;
    if (sequence - this.#handled >= backlogBound) this.#backlogUntil = sequence;
    // a change that is not published yet is not sent either
    const waiting = await store.changesAfter(this.#handled, page);
    const changes = waiting.filter((change) => change.sequence <= sequence);
    if (notifier.notifyAll !== undefined) await this.#takeAll(changes, signal);
    else for (const change of changes) await this.#take(change, signal);
    if (changes.length > 0) return true;
    if (this.#pendingDueMs() <= 0) await this.#sendPending(signal);
    else if (this.#updates.dueMs <= 0) await this.#sendUpdates(signal);
    else if (this.#resending.dueMs <= 0) await this.#resend(signal);
    else await this.#idle(signal);
    return false;
  }

  /** Sends what is due without a change, and waits. */
  async #idle(signal: AbortSignal): Promise<void> {
    await this.#sendReminders(signal);
    const due = [this.#pendingDueMs(), this.#updates.dueMs, this.#resending.dueMs, this.#reminders?.dueMs ?? Infinity];
    await this.#wake.wait(this.#clock, Math.max(leastWaitMs, Math.min(...due, this.#canaryDueMs)), signal);
  }

  /** Sends undelivered changes again. */
  async #resend(signal: AbortSignal): Promise<void> {
    if (this.#resending.dueMs > 0) return;
    await this.#resending.send(signal);
    this.#save();
  }

  #newAnnouncements(): Announcements {
    const { notifier, store } = this.#options;
    const before = async ({ sequence, alert }: AlertChange): Promise<Alert | undefined> =>
      (await store.changesOf(alert.id, { before: sequence, limit: 1 }))[0]?.alert;
    return new Announcements((change) => notifier.wants?.(change) ?? true, before);
  }

  async #collectAgain(sequences: readonly number[]): Promise<void> {
    for (const sequence of sequences) {
      const [change] = await this.#options.store.changesAfter(sequence - 1, 1);
      const presented = change?.sequence === sequence ? await this.#presented(change) : undefined;
      if (presented !== undefined) this.#updates.add(presented.change);
    }
  }

  /** The change as the receiver gets it; undefined if it does not. */
  async #presented(change: AlertChange, announcements = this.#announcements): Promise<Announced | undefined> {
    if (!this.#route.covers(change)) return undefined;
    const announced = await announcements.of(change);
    return announced && { ...announced, change: this.#shown(announced.change) };
  }

  async #presentedAll(changes: readonly AlertChange[], announcements: Announcements): Promise<readonly AlertChange[]> {
    const all: AlertChange[] = [];
    for (const change of changes) {
      const presented = await this.#presented(change, announcements);
      if (presented !== undefined) all.push(presented.change);
    }
    return all;
  }

  #shown(change: AlertChange): AlertChange {
    return this.#options.shown?.(change) ?? change;
  }

  /** Changes for a program, all of them. */
  async #takeAll(changes: readonly AlertChange[], signal: AbortSignal): Promise<void> {
    const due = await this.#presentedAll(changes, this.#announcements);
    if (due.length > 0) await this.#sending.all(due, signal);
    const last = changes.at(-1);
    if (last === undefined) return;
    this.#handled = last.sequence;
    this.#advance();
  }

  async #take(received: AlertChange, signal: AbortSignal): Promise<void> {
    const presented = await this.#presented(received);
    if (presented !== undefined) {
      const { change, isMoreUrgent } = presented;
      this.#isFlooding = this.#flood.take(change);
      const isAlone = !this.#isFlooding && change.sequence > this.#backlogUntil;
      const isGrouped = this.#options.settings?.group !== undefined;
      const isCollected = isAlone && this.#updates.covers(change, isMoreUrgent);
      if (!isCollected) this.#updates.replace(change.alert.id);
      if (isAlone && !isGrouped && !isCollected) await this.#sendPending(signal);
      if (isCollected) this.#updates.add(change);
      else if (isUrgent(change) && (isAlone || this.#urgent.take())) {
        this.#pending.remove(change.alert.id);
        await this.#sending.change(change, signal);
      } else if (isAlone && !isGrouped) await this.#sending.change(change, signal);
      else await this.#keep(change, signal);
    }
    this.#handled = received.sequence;
    if (this.#pending.empty) this.#advance();
  }

  /** Adds a change to the next digest. */
  async #keep(change: AlertChange, signal: AbortSignal): Promise<void> {
    if (this.#pending.size >= mostPending) await this.#sendPending(signal);
    if (this.#pending.empty) this.#pendingSince = this.#clock.monotonic();
    this.#pending.add(change);
  }

  /** Time until the next digest, ms; Infinity if it is empty. */
  #pendingDueMs(): number {
    if (this.#pending.empty) return Infinity;
    if (this.#pending.isUrgent) return 0;
    const { group } = this.#options.settings ?? {};
    const isSlow = this.#isFlooding || group === undefined;
    const everyMs = this.#pending.hasAct ? actsEveryMs : digestEveryMs;
    const at = isSlow ? this.#digestAt + everyMs : this.#pendingSince + group.waitMs;
    return at - this.#clock.monotonic();
  }

  async #sendPending(signal: AbortSignal): Promise<void> {
    if (this.#pending.empty) return;
    const by = this.#isFlooding ? undefined : this.#options.settings?.group?.by;
    for (const digest of this.#pending.build(this.#digestSize, by)) {
      if (by !== undefined && digest.changes === 1) await this.#sending.changes(digest, signal);
      else await this.#sending.digest(digest, signal);
    }
    this.#pending = new DigestBuilder();
    this.#digestAt = this.#clock.monotonic();
    this.#advance();
  }

  async #sendUpdates(signal: AbortSignal): Promise<void> {
    for (const digest of this.#updates.take(this.#digestSize, this.#options.settings?.group?.by))
      await this.#sending.changes(digest, signal);
    if (this.#pending.empty) this.#advance();
  }

  async #sendReminders(signal: AbortSignal): Promise<void> {
    const due = this.#reminders?.take() ?? [];
    const shown = due.map((change) => this.#shown(change));
    for (const digest of remindersOf(shown, this.#digestSize)) await this.#sending.digest(digest, signal);
  }

  async #sendCanary(signal: AbortSignal): Promise<void> {
    const canary = this.#canary;
    if (canary === undefined || this.#canaryDueMs > 0) return;
    const { notifier, onCanary } = this.#options;
    if (await this.#sending.delivery.sendOnce((stop) => notifier.canary(canary, stop), signal)) {
      if (this.#canary === canary) this.#canary = undefined;
      this.#canaryBackoff.reset();
      this.#canaryAt = Number.NEGATIVE_INFINITY;
      onCanary?.(canary);
    } else this.#canaryAt = this.#clock.monotonic() + this.#canaryBackoff.next();
  }

  /** Time until the canary that waits is sent, ms; Infinity if none does. */
  get #canaryDueMs(): number {
    return this.#canary === undefined ? Infinity : this.#canaryAt - this.#clock.monotonic();
  }

  get #digestSize(): number {
    return this.#options.notifier.digestSize ?? defaultDigestSize;
  }

  #advance(): void {
    this.#confirmed = this.#handled;
    this.#save();
  }

  /** Sending does not wait for the disk: after a crash some changes are sent twice. */
  #save(): void {
    const updates = this.#updates.sequences;
    const { ranges } = this.undelivered;
    this.#file.write({
      epoch: this.#options.feed.epoch,
      sequence: this.#confirmed,
      ...(updates.length === 0 ? {} : { updates }),
      ...(ranges.length === 0 ? {} : { undelivered: ranges }),
    });
  }
}
