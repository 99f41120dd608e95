import { Backoff } from '../core/backoff.ts';
import type { Clock } from '../core/clock.ts';
import { isAbort, isRetryable, ScadaError, toScadaError } from '../core/errors.ts';
import { formatDuration } from '../core/format.ts';
import type { Metric } from '../core/metrics.ts';
import type { PluginContext } from '../core/plugin.ts';
import { Rounds } from '../core/rounds.ts';
import { TokenBucket } from '../core/token-bucket.ts';

/** `failed` counts attempts that are repeated. */
const outcomes = ['sent', 'refused', 'failed'] as const;
const notifications: Metric = {
  type: 'counter',
  name: 'scadawatch_notifications_total',
  help: 'Attempts to send a notification by outcome: sent, refused and kept as undelivered, or failed and repeated.',
  labels: ['notifier', 'outcome'],
};

/** Longest pause before another attempt, for any request of the receiver, ms. */
const mostPauseMs = 3_600_000;

/** Longest pause while a receiver refuses everything, ms. */
const mostRefusedPauseMs = 60_000;

/** Time without an answer that is a fault, ms: longer than a notifier waits by itself. */
const silentMs = 15_000;

/** Failures of one message, without a refusal, after which a canary decides if it is the message that fails. */
const mostFailures = 5;

/** True for an error that this message alone may cause. A receiver that names a time is busy. */
const isSuspect = (error: ScadaError, failures: number): boolean =>
  !isRetryable(error) || (failures >= mostFailures && error.retryAfterMs === undefined);

type Attempt = (signal: AbortSignal) => Promise<void>;

export interface DeliveryOptions {
  /** Name of the notifier. */
  readonly name: string;
  readonly context: PluginContext;
  readonly clock: Clock;
  /** Most messages a minute. */
  readonly perMinute: number;
  /** Sends a canary: shows if a receiver that refuses a message refuses everything. Without it, it counts as refusing the message. */
  readonly probe?: Attempt | undefined;
}

/**
 * Sends messages to one receiver: keeps to a rate, repeats failed attempts with growing pauses, and counts outcomes. A receiver that
 * refuses a message and a canary (a wrong password, a deleted channel) is repaired some day, so the message waits for that. One that
 * takes the canary refuses this message, or fails because of it: waiting would hold back every alert after it.
 */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #rate: TokenBucket;
  readonly #backoff: Backoff;
  #lastError: ScadaError | undefined;
  /** Error of the monitor itself. */
  #halt: ScadaError | undefined;
  /** Begin of the current attempt. */
  #since: number | undefined;

  constructor(options: DeliveryOptions) {
    const { name, context, clock, perMinute } = options;
    this.#options = options;
    this.#rate = new TokenBucket(clock, perMinute / 60, perMinute);
    this.#backoff = new Backoff({ firstMs: 1_000, mostMs: 300_000 }, context.random.fork(`backoff/notify/${name}`));
    for (const outcome of outcomes) this.#count(outcome, 0);
  }

  /** Reason of the last failed attempt, or that the current one lasts; undefined after a successful one. */
  get lastError(): ScadaError | undefined {
    const { name, clock } = this.#options;
    const known = this.#halt ?? this.#lastError;
    if (known !== undefined || this.#since === undefined) return known;
    if (clock.monotonic() - this.#since < silentMs) return undefined;
    return new ScadaError('retryable', 'NOTIFY_FAILED', `${name} has not answered for ${formatDuration(silentMs)}`);
  }

  /** Records an error of the monitor itself. */
  fail(thrown: unknown): void {
    this.#halt = toScadaError(thrown);
    this.#options.context.logger.error(`notifications of ${this.#options.name} are halted: ${this.#halt.message}`);
  }

  /** Records that the monitor works again. */
  resume(): void {
    this.#halt = undefined;
  }

  /**
   * Sends a message, however long it takes.
   * @returns the reason if the receiver refuses this message, and takes canaries; it is not counted yet
   */
  async send(attempt: Attempt, signal: AbortSignal): Promise<ScadaError | undefined> {
    const { clock } = this.#options;
    const wait = this.#rate.reserve();
    if (wait > 0) await clock.sleep(wait, signal);
    const rounds = new Rounds(clock);
    for (let failures = 1; ; failures++) {
      await rounds.next(signal);
      const error = await this.#attempt(attempt, signal);
      if (error === undefined) {
        this.#passed();
        this.#count('sent');
        return undefined;
      }
      if (isSuspect(error, failures) && (await this.#takesCanaries(signal))) return error;
      this.#count('failed');
      this.#note(error);
      const wanted = Math.min(error.retryAfterMs ?? 0, mostPauseMs);
      const pause = this.#backoff.next();
      // somebody repairs a refusal here or there, and looks for its effect
      await clock.sleep(Math.max(isRetryable(error) ? pause : Math.min(pause, mostRefusedPauseMs), wanted), signal);
    }
  }

  /** Counts and logs a refused message that is kept as undelivered. */
  refuse({ message, code, hint }: ScadaError): void {
    const { name, context } = this.#options;
    this.#count('refused');
    context.logger.error(`${name} refuses a notification, which is kept as undelivered: ${message}`, { code, hint });
  }

  /** Sends a message that is no notification: it is neither repeated nor counted, and uses no rate. @returns true if it was sent */
  async sendOnce(attempt: Attempt, signal: AbortSignal): Promise<boolean> {
    const error = await this.#attempt(attempt, signal);
    if (error === undefined) this.#passed();
    else this.#note(error);
    return error === undefined;
  }

  async #takesCanaries(signal: AbortSignal): Promise<boolean> {
    const { probe } = this.#options;
    return probe === undefined || (await this.#attempt(probe, signal)) === undefined;
  }

  async #attempt(attempt: Attempt, signal: AbortSignal): Promise<ScadaError | undefined> {
    this.#since = this.#options.clock.monotonic();
    try {
      await attempt(signal);
      return undefined;
    } catch (thrown) {
      if (signal.aborted && isAbort(thrown)) throw thrown;
      return toScadaError(thrown);
    } finally {
      this.#since = undefined;
    }
  }

  #passed(): void {
    this.#lastError = undefined;
    this.#backoff.reset();
  }

  #note(error: ScadaError): void {
    const { message, code, hint } = error;
    if (this.#lastError?.message !== message) this.#options.context.logger.warn(`notifications wait: ${message}`, { code, hint });
    this.#lastError = error;
  }

  #count(outcome: (typeof outcomes)[number], amount = 1): void {
    const { name, context } = this.#options;
    context.metrics.add(notifications, amount, { notifier: name, outcome });
  }
}
