import type { AlertChange } from '../core/alert.ts';
import { Backoff } from '../core/backoff.ts';
import type { Clock } from '../core/clock.ts';
import type { Notifier } from '../core/notifier.ts';
import type { PluginContext } from '../core/plugin.ts';
import type { AlertStore, Awaitable } from '../core/state.ts';
import { DigestBuilder } from './digest.ts';
import type { Sending } from './sending.ts';

/** Changes per read from the store. */
const page = 100;

export interface ResendingOptions {
  readonly name: string;
  readonly notifier: Notifier;
  readonly sending: Sending;
  readonly store: Pick<AlertStore, 'changesOf'> & {
    changesAfter(sequence: number, limit: number): Awaitable<readonly AlertChange[]>;
  };
  /** Changes as the receiver gets them, without those that it does not get. */
  readonly presented: (changes: readonly AlertChange[]) => Promise<readonly AlertChange[]>;
  /** Most alerts of one digest. */
  readonly digestSize: number;
  readonly clock: Clock;
  readonly context: PluginContext;
}

/** Sends undelivered changes again: at the start, and then with growing pauses until the receiver takes them. */
export class Resending {
  readonly #options: ResendingOptions;
  readonly #backoff: Backoff;
  /** Monotonic time of the next pass; undefined until something is undelivered. */
  #dueAt: number | undefined;
  /** Number at which the next pass begins: what is refused again must not hold back the rest. */
  #next = 0;

  constructor(options: ResendingOptions) {
    this.#options = options;
    const { context, name } = options;
    this.#backoff = new Backoff({ firstMs: 30_000, mostMs: 300_000 }, context.random.fork(`resend/notify/${name}`));
    this.#dueAt = options.sending.undelivered.isEmpty ? undefined : Number.NEGATIVE_INFINITY;
  }

  /** Time until the next pass, ms; Infinity if nothing is undelivered. */
  get dueMs(): number {
    const { sending, clock } = this.#options;
    if (sending.undelivered.isEmpty) {
      this.#backoff.reset();
      this.#dueAt = undefined;
      return Infinity;
    }
    this.#dueAt ??= clock.monotonic() + this.#backoff.next();
    return this.#dueAt - clock.monotonic();
  }

  /** One pass, until the receiver refuses again. */
  async send(signal: AbortSignal): Promise<void> {
    const { undelivered } = this.#options.sending;
    this.#dueAt = undefined;
    const { ranges } = undelivered.status();
    const later = ranges.filter(([, to]) => to >= this.#next);
    for (const [first, to] of [...later, ...ranges.filter((range) => !later.includes(range))]) {
      for (let from = first; from <= to; ) {
        const { last, refused } = await this.#sendPage(from, to, signal);
        this.#next = last + 1;
        undelivered.remove(from, last);
        for (const sequence of refused) undelivered.add(sequence);
        if (refused.length > 0) return;
        from = last + 1;
      }
    }
  }

  /** @returns number of the last change of the page, and those that are refused again */
  async #sendPage(from: number, to: number, signal: AbortSignal): Promise<{ last: number; refused: readonly number[] }> {
    const { store, sending, notifier, presented } = this.#options;
    const read = (await store.changesAfter(from - 1, page)).filter(({ sequence }) => sequence <= to);
    const last = read.length < page ? to : (read.at(-1)?.sequence ?? to);
    const due = await presented(read);
    if (due.length === 0) return { last, refused: [] };
    const isProgram = notifier.notifyAll !== undefined;
    const refused = isProgram
      ? await sending.all([...due, ...(await this.#present(due))], signal)
      : await this.#sendDigests(due, signal);
    return { last, refused };
  }

  /** Last changes of the same alerts: a program must not end with an earlier state of an alert that it already knows. */
  async #present(due: readonly AlertChange[]): Promise<readonly AlertChange[]> {
    const { store, presented } = this.#options;
    const now: AlertChange[] = [];
    for (const [id, sequence] of new Map(due.map(({ alert, sequence: number }) => [alert.id, number]))) {
      const [last] = await store.changesOf(id, { limit: 1 });
      if (last !== undefined && last.sequence > sequence) now.push(last);
    }
    return await presented(now.toSorted((a, b) => a.sequence - b.sequence));
  }

  async #sendDigests(due: readonly AlertChange[], signal: AbortSignal): Promise<readonly number[]> {
    const { sending, digestSize } = this.#options;
    const builder = new DigestBuilder();
    for (const change of due) builder.add(change);
    const refused: number[] = [];
    for (const digest of builder.build(digestSize)) refused.push(...(await sending.changes(digest, signal)));
    return refused;
  }
}
