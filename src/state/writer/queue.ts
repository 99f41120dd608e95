import type { Clock } from '../../core/clock.ts';
import { ScadaError, toScadaError } from '../../core/errors.ts';
import { formatDuration } from '../../core/format.ts';
import type { Logger } from '../../core/plugin.ts';
import type { SavingStatus, StateSaving } from '../../core/state.ts';
import { describeOperation, type Operation } from './operation.ts';
import type { Writer } from './thread.ts';

/** Most operations of one transaction. */
const atOnce = 256;
/** Time after which a pending write counts as not saved, ms: far above a sync, but too short for a person to wait. */
const lateMs = 1_000;
/** Pauses between attempts while the store fails, ms. */
const firstPauseMs = 100;
const mostPauseMs = 2_000;
/** Time limit of the last attempts at the end of the process, ms. */
const lastTryMs = 3_000;
/** Most unsaved writes that are named at the end; the others are counted. */
const mostNamed = 20;

/**
 * Limits of waiting writes while the store fails. `change` is a change of an alert by the monitor: it is never refused, and the
 * alert manager limits these to a few per alert. `minor` is a minor finding: beyond the limit it is not stored.
 */
export const queueBounds = { act: 1_000, audit: 10_000, baseline: 32, change: Infinity, minor: 2_000 } as const;
export type WriteKind = keyof typeof queueBounds;
/** Part of the audit limit that is reserved for acts that were already admitted. */
const auditReserve = 2_000;

interface Pending {
  readonly operation: Operation;
  readonly kind: WriteKind;
  readonly at: number;
}

export interface WriteQueueOptions {
  readonly writer: Writer;
  /** The machine's clock. */
  readonly clock: Clock;
  readonly logger: Logger;
  readonly savedSequence: number;
  /** Receives one line for each write that was not saved at the end. */
  readonly report: (line: string) => void;
}

/**
 * Queue of every write to state.db while the monitor runs, in order, with one writer. While the store fails, writes wait and are
 * retried by the clock until they are on disk. Nothing is dropped but
 * minor findings beyond their limit; acts beyond the limits are refused before they take effect.
 */
export class WriteQueue implements StateSaving, AsyncDisposable {
  readonly #options: WriteQueueOptions;
  readonly #pending: Pending[] = [];
  readonly #used: Record<WriteKind, number> = { act: 0, audit: 0, baseline: 0, change: 0, minor: 0 };
  readonly #listeners = new Set<() => void>();
  #savedSequence: number;
  #failing: { readonly since: number; readonly reason: string } | undefined;
  #isWriting = false;
  #isWatching = false;
  #inFlight = 0;
  readonly #stop = new AbortController();

  readonly #nameUnsaved = (): void => {
    const { report } = this.#options;
    const waiting = this.#pending;
    if (waiting.length === 0) return;
    report(`state.db cannot be written (${this.#failing?.reason ?? 'it is slow'}): ${waiting.length} writes are not saved`);
    for (const { operation } of waiting.slice(0, mostNamed)) report(`not saved: ${describeOperation(operation)}`);
    if (waiting.length > mostNamed) report(`not saved: ${waiting.length - mostNamed} more`);
  };

  constructor(options: WriteQueueOptions) {
    this.#options = options;
    this.#savedSequence = options.savedSequence;
    // also names unsaved writes if the process is ended by force
    process.once('exit', this.#nameUnsaved);
  }

  get savedSequence(): number {
    return this.#savedSequence;
  }

  /** Operations that are not on disk, oldest first. */
  *pending(): Iterable<Operation> {
    for (const { operation } of this.#pending) yield operation;
  }

  /** Pending operations that the writer may already have written: all or none. */
  *inFlight(): Iterable<Operation> {
    for (const { operation } of this.#pending.slice(0, this.#inFlight)) yield operation;
  }

  status(): SavingStatus {
    const { since = Number.NaN, reason = '' } = this.#failing ?? {};
    const bound = queueBounds.act + queueBounds.audit;
    return { state: this.#failing === undefined ? 'ok' : 'failing', since, reason, pending: this.#pending.length, bound };
  }

  /** Refuses an act beyond its limit before it takes effect. @throws ScadaError STATE_FULL */
  admit(kind: WriteKind): void {
    const isRoom = kind === 'audit' || kind === 'change' || this.#used.audit < queueBounds.audit - auditReserve;
    if (isRoom && this.hasRoom(kind)) return;
    throw new ScadaError(
      'retryable',
      'STATE_FULL',
      `too many acts wait for state.db (${this.#pending.length}): this one was not accepted`,
      {
        hint: `state.db cannot be written (${this.#failing?.reason ?? 'it is slow'}): correct that, then repeat the act`,
      },
    );
  }

  /** True if fewer writes of the kind wait than its limit. */
  hasRoom(kind: WriteKind): boolean {
    return this.#used[kind] < queueBounds[kind];
  }

  put(operation: Operation, kind: WriteKind): void {
    this.#pending.push({ operation, kind, at: this.#options.clock.monotonic() });
    this.#used[kind]++;
    if (!this.#isWriting) void this.#write();
    if (!this.#isWatching) void this.#watch();
  }

  async settled(): Promise<boolean> {
    const last = this.#pending.at(-1);
    if (last === undefined) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const look = (): void => {
      if (!this.#pending.includes(last)) resolve(true);
      else if (this.#failing !== undefined) resolve(false);
    };
    const stop = this.subscribe(look);
    look();
    return await promise.finally(stop);
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tries for a limited time to write waiting operations, then names the unsaved ones. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#stop.signal.aborted) return;
    const { clock, writer } = this.#options;
    const late = new AbortController();
    await Promise.race([this.#emptied(), clock.sleep(lastTryMs, late.signal).catch(() => {})]);
    this.#stop.abort();
    this.#nameUnsaved();
    process.off('exit', this.#nameUnsaved);
    late.abort();
    // no limit here: the shutdown limits the step, and must detect a thread that hangs in a disk call
    await writer.close();
  }

  async #emptied(): Promise<void> {
    if (this.#pending.length === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = this.subscribe(() => {
      if (this.#pending.length === 0) resolve();
    });
    await promise.finally(stop);
  }

  async #write(): Promise<void> {
    const { clock, writer, logger } = this.#options;
    let limit = atOnce;
    let pauseMs = firstPauseMs;
    this.#isWriting = true;
    while (this.#pending.length > 0 && !this.#stop.signal.aborted) {
      const chunk = this.#pending.slice(0, limit);
      this.#inFlight = chunk.length;
      try {
        await writer.write(chunk.map(({ operation }) => operation));
        this.#take(chunk);
        limit = Math.min(atOnce, limit * 4);
        pauseMs = firstPauseMs;
      } catch (thrown) {
        // after a failure, writes are sent singly, so that a large one does not block the small ones before it
        limit = 1;
        const { message } = toScadaError(thrown);
        if (this.#failing === undefined)
          logger.error(`state.db cannot be written: ${message}; changes wait in memory, not saved`);
        this.#fail(message);
        await clock.sleep(pauseMs, this.#stop.signal).catch(() => {});
        pauseMs = Math.min(mostPauseMs, pauseMs * 2);
      }
    }
    this.#isWriting = false;
  }

  #take(chunk: readonly Pending[]): void {
    this.#pending.splice(0, chunk.length);
    this.#inFlight = 0;
    for (const { operation, kind } of chunk) {
      this.#used[kind]--;
      if (operation.store === 'alerts') this.#savedSequence = operation.args[0].sequence;
    }
    if (this.#failing !== undefined && !this.#isLate()) {
      this.#failing = undefined;
      this.#options.logger.info('state.db is written again; what waited is saved');
    }
    this.#notify();
  }

  /** Shows a slow write as not saved while it lasts. */
  async #watch(): Promise<void> {
    this.#isWatching = true;
    while (this.#pending.length > 0 && !this.#stop.signal.aborted) {
      await this.#options.clock.sleep(lateMs / 4, this.#stop.signal).catch(() => {});
      if (this.#failing === undefined && this.#isLate()) {
        this.#options.logger.error('state.db is slow: changes wait in memory, not saved');
        this.#fail(`a write takes longer than ${formatDuration(lateMs)}`);
      }
    }
    this.#isWatching = false;
  }

  #isLate(): boolean {
    const oldest = this.#pending[0];
    return oldest !== undefined && this.#options.clock.monotonic() - oldest.at > lateMs;
  }

  #fail(reason: string): void {
    const known = this.#failing;
    this.#failing = { since: known?.since ?? this.#options.clock.now(), reason };
    if (known?.reason !== reason) this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}
