import type { Clock } from '../../core/clock.ts';
import { ScadaError, toScadaError } from '../../core/errors.ts';
import { formatDuration } from '../../core/format.ts';
import type { Logger } from '../../core/plugin.ts';
import type { SavingStatus, StateSaving } from '../../core/state.ts';
import { describeOperation, type Operation } from './operation.ts';
import type { Writer } from './thread.ts';

/** Operations of one transaction. */
const atOnce = 256;
/** A write that is not on disk after this long counts as not saved, ms: far above a sync, and a person does not yet wait for it. */
const lateMs = 1_000;
/** Pauses between attempts while the store fails, ms. */
const firstPauseMs = 100;
const mostPauseMs = 2_000;
/** Time limit of the last attempts at the end of the process, ms. */
const lastTryMs = 3_000;
/** Writes that are named at the end; the others are counted. */
const mostNamed = 20;

/**
 * Bounds of what may wait while the store fails, in writes. `change` is a change that the monitor makes of an alert: it is never
 * refused, and the alert manager holds them to a few for each alert.
 */
export const queueBounds = { act: 1_000, audit: 10_000, baseline: 32, change: Infinity } as const;
export type WriteKind = keyof typeof queueBounds;
/** Room for audit entries that is kept for acts which were admitted already. */
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
 * Every write to state.db while the monitor runs, in order, by one writer. While the store fails, writes wait here and are tried
 * again by the clock until they are on disk; nothing is dropped, and acts beyond the bound are refused before they take effect.
 */
export class WriteQueue implements StateSaving, AsyncDisposable {
  readonly #options: WriteQueueOptions;
  readonly #pending: Pending[] = [];
  readonly #used: Record<WriteKind, number> = { act: 0, audit: 0, baseline: 0, change: 0 };
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
    // a process that is ended by force names it too
    process.once('exit', this.#nameUnsaved);
  }

  get savedSequence(): number {
    return this.#savedSequence;
  }

  /** Operations that are not on disk, oldest first. */
  *pending(): Iterable<Operation> {
    for (const { operation } of this.#pending) yield operation;
  }

  /** Those of them that the writer may have written already: all or none. */
  *inFlight(): Iterable<Operation> {
    for (const { operation } of this.#pending.slice(0, this.#inFlight)) yield operation;
  }

  status(): SavingStatus {
    const { since = Number.NaN, reason = '' } = this.#failing ?? {};
    const bound = queueBounds.act + queueBounds.audit;
    return { state: this.#failing === undefined ? 'ok' : 'failing', since, reason, pending: this.#pending.length, bound };
  }

  /** Refuses an act for which there is no room, before anything of it takes effect. @throws ScadaError STATE_FULL */
  admit(kind: WriteKind): void {
    const isRoom = kind === 'audit' || kind === 'change' || this.#used.audit < queueBounds.audit - auditReserve;
    if (isRoom && this.#used[kind] < queueBounds[kind]) return;
    throw new ScadaError(
      'retryable',
      'STATE_FULL',
      `too many acts wait for state.db (${this.#pending.length}): this one was not accepted`,
      {
        hint: `state.db cannot be written (${this.#failing?.reason ?? 'it is slow'}): correct that, then repeat the act`,
      },
    );
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

  /** Tries for a bounded time to write what waits, then names what could not be saved. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#stop.signal.aborted) return;
    const { clock, writer } = this.#options;
    const late = new AbortController();
    await Promise.race([this.#emptied(), clock.sleep(lastTryMs, late.signal).catch(() => {})]);
    this.#stop.abort();
    this.#nameUnsaved();
    process.off('exit', this.#nameUnsaved);
    late.abort();
    // not bounded here: the shutdown bounds the step, and must know of a thread that hangs in a disk call
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
        // after a failure the writes go one by one, so that a large one does not stop the small ones before it
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
    this.#tell();
  }

  /** A write that takes long is a failure too: it is shown as not saved while it lasts. */
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
    if (known?.reason !== reason) this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
