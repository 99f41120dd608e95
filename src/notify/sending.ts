import type { AlertChange } from '../core/alert.ts';
import { ScadaError } from '../core/errors.ts';
import type { AlertDigest, Notifier } from '../core/notifier.ts';
import { Delivery, type DeliveryOptions } from './delivery.ts';
import { type NumberRange, rangesText, type Undelivered, UndeliveredList } from './undelivered.ts';
import { withoutTexts } from './without-texts.ts';

/** Refused messages in a row after which a receiver refuses alerts as such: neither a batch is divided nor are texts left out. */
const mostRefusals = 3;

/** Reason why alerts do not reach the receiver. */
export interface DeliveryFault {
  readonly error: ScadaError;
  /** True if it refuses them; otherwise it cannot be reached, which may pass by itself. */
  readonly isRefused: boolean;
}

/**
 * Sends changes and digests to one receiver. A message that it refuses, although it takes canaries, is sent without its texts. If it
 * refuses that too, the message is kept as undelivered: its changes are in the list by their numbers, which the methods return.
 */
export class Sending {
  readonly delivery: Delivery;
  readonly undelivered: UndeliveredList;
  readonly #options: DeliveryOptions & { readonly notifier: Notifier };
  /** Refused messages since the last one that was taken. */
  #refusals = 0;
  #reason = 'refused before the last start';

  /** @param undelivered list of earlier runs */
  constructor(options: DeliveryOptions & { readonly notifier: Notifier }, undelivered: readonly NumberRange[]) {
    this.#options = options;
    this.delivery = new Delivery(options);
    this.undelivered = new UndeliveredList(undelivered);
  }

  /** True while the receiver refuses alerts as such. */
  get isRefusing(): boolean {
    return this.#refusals >= mostRefusals;
  }

  get fault(): DeliveryFault | undefined {
    const { lastError } = this.delivery;
    if (this.undelivered.isEmpty) return lastError && { error: lastError, isRefused: lastError.kind !== 'retryable' };
    const { changes, ranges }: Undelivered = this.undelivered.status();
    const what = changes === 1 ? '1 change of an alert is' : `${changes} changes of alerts are`;
    const error = new ScadaError('fatal', 'NOTIFY_FAILED', `${what} undelivered (${rangesText(ranges)}): ${this.#reason}`);
    return { error, isRefused: true };
  }

  async change(change: AlertChange, signal: AbortSignal): Promise<readonly number[]> {
    const { notifier } = this.#options;
    return await this.#message([change], ([one = change], stop) => notifier.notify(one, stop), signal);
  }

  /** A message for one change, otherwise a digest. */
  async changes(digest: AlertDigest, signal: AbortSignal): Promise<readonly number[]> {
    const [only, ...others] = digest.latest;
    return only !== undefined && others.length === 0 ? await this.change(only, signal) : await this.digest(digest, signal);
  }

  async digest(digest: AlertDigest, signal: AbortSignal): Promise<readonly number[]> {
    const { notifier } = this.#options;
    return await this.#message(digest.latest, (latest, stop) => notifier.notifyDigest({ ...digest, latest }, stop), signal);
  }

  /** Changes for a program. What it refuses together is sent one by one, so that only the refused change is undelivered. */
  async all(changes: readonly AlertChange[], signal: AbortSignal): Promise<readonly number[]> {
    const { notifier } = this.#options;
    const error = await this.delivery.send(async (stop) => await notifier.notifyAll?.(changes, stop), signal);
    if (error === undefined) return this.#taken();
    const refused: number[] = [];
    for (const [at, change] of changes.entries()) {
      if (this.isRefusing) return [...refused, ...this.#setAside(error, changes.slice(at))];
      refused.push(...(await this.change(change, signal)));
    }
    return refused;
  }

  async #message(
    changes: readonly AlertChange[],
    send: (changes: readonly AlertChange[], signal: AbortSignal) => Promise<void>,
    signal: AbortSignal,
  ): Promise<readonly number[]> {
    const { name, context } = this.#options;
    const error = await this.delivery.send((stop) => send(changes, stop), signal);
    if (error === undefined) return this.#taken();
    if (this.isRefusing) return this.#setAside(error, changes);
    const bare = changes.map(withoutTexts);
    if ((await this.delivery.send((stop) => send(bare, stop), signal)) !== undefined) return this.#setAside(error, changes);
    const ids = changes.map(({ alert }) => alert.id).join(', ');
    context.logger.warn(`${name} refuses texts of ${ids}, which were sent without them: ${error.message}`, { code: error.code });
    return this.#taken();
  }

  #taken(): readonly number[] {
    this.#refusals = 0;
    return [];
  }

  #setAside(error: ScadaError, changes: readonly AlertChange[]): readonly number[] {
    this.#refusals++;
    this.#reason = error.message;
    this.delivery.refuse(error);
    // a reminder has no number: it comes again
    const numbers = changes.map(({ sequence }) => sequence).filter((sequence) => sequence > 0);
    for (const number of numbers) this.undelivered.add(number);
    return numbers;
  }
}
