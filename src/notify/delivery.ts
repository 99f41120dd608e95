import { Backoff } from '../core/backoff.ts';
import type { Clock } from '../core/clock.ts';
import { isAbort, isRetryable, type ScadaError, toScadaError } from '../core/errors.ts';
import type { Metric } from '../core/metrics.ts';
import type { PluginContext } from '../core/plugin.ts';
import { Rounds } from '../core/rounds.ts';
import { TokenBucket } from '../core/token-bucket.ts';

/** `failed` counts attempts that are repeated. */
const outcomes = ['sent', 'refused', 'failed'] as const;
const notifications: Metric = {
  type: 'counter',
  name: 'scadawatch_notifications_total',
  help: 'Attempts to send a notification by outcome: sent, refused for good, or failed and repeated.',
  labels: ['notifier', 'outcome'],
};

/** Longest pause before another attempt, for any request of the receiver, ms. */
const mostPauseMs = 3_600_000;

type Attempt = (signal: AbortSignal) => Promise<void>;

export interface DeliveryOptions {
  /** Name of the notifier. */
  readonly name: string;
  readonly context: PluginContext;
  readonly clock: Clock;
  /** Most messages a minute. */
  readonly perMinute: number;
}

/** Sends messages to one receiver: keeps to a rate, repeats failed attempts with growing pauses, and counts outcomes. */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #rate: TokenBucket;
  readonly #backoff: Backoff;
  #refused = 0;
  #lastError: ScadaError | undefined;

  constructor(options: DeliveryOptions) {
    const { name, context, clock, perMinute } = options;
    this.#options = options;
    this.#rate = new TokenBucket(clock, perMinute / 60, perMinute);
    this.#backoff = new Backoff({ firstMs: 1_000, mostMs: 300_000 }, context.random.fork(`backoff/notify/${name}`));
    for (const outcome of outcomes) this.#count(outcome, 0);
  }

  /** Number of messages that the receiver refused permanently. */
  get refused(): number {
    return this.#refused;
  }

  /** Reason of the last failed attempt; undefined after a successful one. */
  get lastError(): ScadaError | undefined {
    return this.#lastError;
  }

  /** Records an error of the monitor itself. */
  fail(thrown: unknown): void {
    this.#lastError = toScadaError(thrown);
    this.#options.context.logger.error(`notifications of ${this.#options.name} are halted: ${this.#lastError.message}`);
  }

  /**
   * Sends a message, however long it takes.
   * @param dividable if the receiver may take a part of a refused message
   * @returns true if a dividable message was refused; it is not counted yet
   */
  async send(attempt: Attempt, signal: AbortSignal, dividable = false): Promise<boolean> {
    const { clock } = this.#options;
    const wait = this.#rate.reserve();
    if (wait > 0) await clock.sleep(wait, signal);
    const rounds = new Rounds(clock);
    for (;;) {
      await rounds.next(signal);
      const error = await this.#attempt(attempt, signal);
      if (error === undefined) {
        this.#count('sent');
        return false;
      }
      if (!isRetryable(error)) {
        if (dividable) return true;
        this.#refuse(error);
        return false;
      }
      this.#count('failed');
      this.#note(error);
      await clock.sleep(Math.max(this.#backoff.next(), Math.min(error.retryAfterMs ?? 0, mostPauseMs)), signal);
    }
  }

  /** Sends a message that is no notification: it is neither repeated nor counted, and uses no rate. @returns true if it was sent */
  async sendOnce(attempt: Attempt, signal: AbortSignal): Promise<boolean> {
    const error = await this.#attempt(attempt, signal);
    if (error !== undefined) this.#note(error);
    return error === undefined;
  }

  async #attempt(attempt: Attempt, signal: AbortSignal): Promise<ScadaError | undefined> {
    try {
      await attempt(signal);
      this.#lastError = undefined;
      this.#backoff.reset();
      return undefined;
    } catch (thrown) {
      if (signal.aborted && isAbort(thrown)) throw thrown;
      return toScadaError(thrown);
    }
  }

  #refuse(error: ScadaError): void {
    const { name, context } = this.#options;
    const { message, code, hint } = error;
    this.#refused++;
    this.#count('refused');
    this.#lastError = error;
    context.logger.error(`${name} refuses a notification: ${message}`, { code, hint });
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
