import { type AlertChange, isHidden } from '../core/alert.ts';
import type { Role } from '../core/access.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import { isAbort, isRetryable, type ScadaError, toScadaError } from '../core/errors.ts';
import type { Metric } from '../core/metrics.ts';
import type { AlertFeed } from '../core/monitor.ts';
import type { Notifier } from '../core/notifier.ts';
import type { PluginContext } from '../core/plugin.ts';
import type { QueueStats } from '../core/queue.ts';
import { TaskScope } from '../core/scope.ts';
import { TokenBucket } from '../core/token-bucket.ts';
import type { AlertStore } from '../core/state.ts';
import { Backoff } from '../core/backoff.ts';
import { DigestBuilder } from './digest.ts';
import { Flood } from './flood.ts';
import { PositionFile } from './position.ts';

/** `failed` counts attempts that are repeated. */
const outcomes = ['sent', 'refused', 'failed'] as const;
const notifications: Metric = {
  type: 'counter',
  name: 'scadawatch_notifications_total',
  help: 'Attempts to send a notification by outcome: sent, refused for good, or failed and repeated.',
  labels: ['notifier', 'outcome'],
};

export interface NotificationsOptions {
  /** Name of this notifier among the configured ones, for logs and the health page. */
  readonly name: string;
  readonly notifier: Notifier;
  /** Its epoch identifies the stream across restarts: a position of another epoch is not used. */
  readonly feed: Pick<AlertFeed, 'epoch' | 'sequence' | 'subscribe'>;
  readonly store: Pick<AlertStore, 'changesAfter'>;
  /** Folder of this notifier. */
  readonly dir: string;
  readonly context: PluginContext;
  /** Role whose escalated alerts alone are sent; all alerts if absent. */
  readonly escalatedTo?: Role | undefined;
  /** Most messages a minute. Default 20. */
  readonly perMinute?: number;
  /** Used for pauses: receivers use wall time even if the plant does not. */
  readonly clock?: Clock;
}

/** Changes that hide an alert. */
const hiding: readonly AlertChange['kind'][] = ['removed', 'shelved', 'suppressed'];
/** Changes per read from the store. */
const page = 100;
/** Number of waiting changes that are sent as a digest, at any rate of arrival. */
const backlogBound = 50;
/** Least time between digests of one flood, ms. */
const digestEveryMs = 300_000;
/** Longest pause before another attempt, for any request of the receiver, ms. */
const mostPauseMs = 3_600_000;
/** Pause after an error of the monitor itself (a state that cannot be read), ms. */
const haltMs = 60_000;

/**
 * Sends every change to one notifier, in order, at least once. Waiting changes need no queue: changes are numbered and stored in
 * the state before they are published. Only the number of the last sent one must survive kill -9. An unavailable receiver is
 * retried with growing pauses, and a rate limit protects it. In a flood or with a backlog, changes are sent as digests. Alarms of
 * priority 1 are always sent singly.
 */
export class Notifications implements AsyncDisposable {
  readonly #options: NotificationsOptions;
  readonly #clock: Clock;
  readonly #file: PositionFile;
  readonly #flood = new Flood();
  readonly #rate: TokenBucket;
  readonly #backoff: Backoff;
  readonly #tasks = new TaskScope();
  readonly #unsubscribe: () => void;
  #wake = Promise.withResolvers<void>();
  #confirmed: number;
  /** Number of the last change that was sent or is in the next digest. */
  #handled: number;
  #digest = new DigestBuilder();
  #digestAt = -Infinity;
  #refused = 0;
  #lastError: ScadaError | undefined;

  constructor(options: NotificationsOptions) {
    const { feed, dir, context, perMinute = 20, clock = systemClock } = options;
    this.#options = options;
    this.#clock = clock;
    this.#rate = new TokenBucket(clock, perMinute / 60, perMinute);
    this.#backoff = new Backoff({ firstMs: 1_000, mostMs: 300_000 }, context.random.fork(`backoff/notify/${options.name}`));
    this.#file = new PositionFile(dir, options.name, context.logger);
    const position = this.#file.read();
    // a new notifier, or a new stream, does not receive past changes
    this.#confirmed = position?.epoch === feed.epoch ? Math.min(position.sequence, feed.sequence) : feed.sequence;
    this.#handled = this.#confirmed;
    this.#save();
    for (const outcome of outcomes) this.#count(outcome, 0);
    this.#unsubscribe = feed.subscribe(() => this.#wake.resolve());
    this.#tasks.start((signal) => this.#run(signal));
  }

  /** Changes that are not sent yet, and the number that the receiver refused permanently. Waiting ones stay in the state, so none is dropped. */
  queue(): QueueStats {
    const { name, feed } = this.#options;
    return {
      name: `notify ${name}`,
      used: feed.sequence - this.#confirmed,
      bound: backlogBound,
      policy: 'block',
      dropped: this.#refused,
    };
  }

  /** Reason why the position of the last sent change is not on disk; undefined while it is. */
  get unkept(): string | undefined {
    return this.#file.fault();
  }

  /** Reason of the last failed attempt; undefined after a successful one. */
  get lastError(): ScadaError | undefined {
    return this.#lastError;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#unsubscribe();
    await this.#tasks[Symbol.asyncDispose]();
    await this.#file.settled();
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#step(signal);
      } catch (thrown) {
        if (signal.aborted) return;
        this.#lastError = toScadaError(thrown);
        this.#options.context.logger.error(`notifications of ${this.#options.name} are halted: ${this.#lastError.message}`);
        await this.#clock.sleep(haltMs, signal);
      }
    }
  }

  /** Takes the waiting changes, or waits for one. */
  async #step(signal: AbortSignal): Promise<void> {
    this.#wake = Promise.withResolvers<void>();
    const { store, feed, notifier } = this.#options;
    // a change that is not published yet is not sent either
    const changes = store.changesAfter(this.#handled, page).filter(({ sequence }) => sequence <= feed.sequence);
    if (notifier.notifyAll !== undefined) await this.#takeAll(changes, signal);
    else for (const change of changes) await this.#take(change, signal);
    if (changes.length > 0) return;
    const dueMs = this.#digestAt + digestEveryMs - this.#clock.monotonic();
    if (!this.#digest.empty && dueMs <= 0) await this.#sendDigest(signal);
    else await this.#sleep(this.#digest.empty ? Infinity : dueMs, signal);
  }

  /** Changes for a program, all of them. What it refuses together is sent one by one, so that only the refused change is lost. */
  async #takeAll(changes: readonly AlertChange[], signal: AbortSignal): Promise<void> {
    const { notifier } = this.#options;
    const due = changes.filter((change) => this.#isFor(change));
    if (due.length > 0) {
      const refused = await this.#deliver(async (stop) => await notifier.notifyAll?.(due, stop), signal, due.length > 1);
      if (refused) for (const change of due) await this.#send(change, signal);
    }
    const last = changes.at(-1);
    if (last === undefined) return;
    this.#handled = last.sequence;
    this.#advance();
  }

  /** A hidden alert is not sent; its change to hidden is. */
  #isFor({ alert, kind }: AlertChange): boolean {
    const { escalatedTo } = this.#options;
    if (escalatedTo !== undefined && alert.escalated?.to !== escalatedTo) return false;
    return !isHidden(alert.state) || hiding.includes(kind);
  }

  async #take(change: AlertChange, signal: AbortSignal): Promise<void> {
    if (!this.#isFor(change)) {
      this.#handled = change.sequence;
      if (this.#digest.empty) this.#advance();
      return;
    }
    const flooding = this.#flood.take(change);
    const behind = this.#options.feed.sequence - change.sequence >= backlogBound;
    const alone = !flooding && !behind;
    if (alone) await this.#sendDigest(signal);
    if (alone || (change.kind === 'raised' && change.alert.priority === 1)) await this.#send(change, signal);
    else this.#digest.add(change);
    this.#handled = change.sequence;
    if (this.#digest.empty) this.#advance();
  }

  async #send(change: AlertChange, signal: AbortSignal): Promise<void> {
    await this.#deliver((stop) => this.#options.notifier.notify(change, stop), signal);
  }

  async #sendDigest(signal: AbortSignal): Promise<void> {
    if (this.#digest.empty) return;
    const digest = this.#digest.build();
    await this.#deliver((stop) => this.#options.notifier.notifyDigest(digest, stop), signal);
    this.#digest = new DigestBuilder();
    this.#digestAt = this.#clock.monotonic();
    this.#advance();
  }

  /**
   * @param dividable if the receiver may take a part of a refused message
   * @returns true if a dividable message was refused; it is not counted yet
   */
  async #deliver(attempt: (signal: AbortSignal) => Promise<void>, signal: AbortSignal, dividable = false): Promise<boolean> {
    const { name, context } = this.#options;
    const wait = this.#rate.reserve();
    if (wait > 0) await this.#clock.sleep(wait, signal);
    for (;;) {
      try {
        await attempt(signal);
        this.#count('sent');
        this.#lastError = undefined;
        this.#backoff.reset();
        return false;
      } catch (thrown) {
        if (signal.aborted && isAbort(thrown)) throw thrown;
        const error = toScadaError(thrown);
        const { message, code, hint } = error;
        if (!isRetryable(error)) {
          if (dividable) return true;
          this.#refused++;
          this.#count('refused');
          this.#lastError = error;
          context.logger.error(`${name} refuses a notification: ${message}`, { code, hint });
          return false;
        }
        this.#count('failed');
        if (this.#lastError?.message !== message) context.logger.warn(`notifications wait: ${message}`, { code, hint });
        this.#lastError = error;
        const pause = Math.max(this.#backoff.next(), Math.min(error.retryAfterMs ?? 0, mostPauseMs));
        await this.#clock.sleep(pause, signal);
      }
    }
  }

  #count(outcome: (typeof outcomes)[number], amount = 1): void {
    const { name, context } = this.#options;
    context.metrics.add(notifications, amount, { notifier: name, outcome });
  }

  #advance(): void {
    this.#confirmed = this.#handled;
    this.#save();
  }

  /** Sending does not wait for the disk: after a crash some changes are sent twice. */
  #save(): void {
    this.#file.write({ epoch: this.#options.feed.epoch, sequence: this.#confirmed });
  }

  /** Until there is a change, or the time is over. */
  async #sleep(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const stop = new AbortController();
    const aborted = Promise.withResolvers<never>();
    const abort = (): void => aborted.reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    try {
      const timer = ms === Infinity ? [] : [this.#clock.sleep(ms, stop.signal).catch(() => {})];
      await Promise.race([this.#wake.promise, aborted.promise, ...timer]);
    } finally {
      signal.removeEventListener('abort', abort);
      stop.abort();
    }
  }
}
