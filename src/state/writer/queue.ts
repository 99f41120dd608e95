import type { Clock } from '../../core/clock.ts';
import { ScadaError, toScadaError } from '../../core/errors.ts';
import { formatDuration } from '../../core/format.ts';
import type { Logger } from '../../core/plugin.ts';
import type { SavingStatus, StateSaving } from '../../core/state.ts';
import { describeOperation, type Operation } from './operation.ts';
import type { StateOwner } from './process.ts';
import { stateUnavailable } from './unavailable.ts';

/** Operations after which a transaction takes no further act. */
const atOnce = 256;
/** Time after which a pending write counts as not saved, ms: far above a sync, but too short for a person to wait. */
const lateMs = 1_000;
/** The same while writes succeed one after the other, as in a flood of alerts, ms. */
const mostLateMs = 10_000;
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
  /** Writes of one act have one number. */
  readonly act: number;
  /** True for an act that takes effect only when it is on disk, and is refused if it is not there in time. */
  readonly waits?: true;
  /** Set on the last write of such an act. */
  readonly kept?: Kept;
}

interface Kept {
  /** Called when the act is on disk. */
  readonly stored: () => void;
  readonly answer: PromiseWithResolvers<void>;
}

export interface WriteQueueOptions {
  readonly owner: Pick<StateOwner, 'write' | 'close'>;
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
 *
 * What is put within one turn of the event loop is one act. All of it is in one transaction: after kill -9 it is whole or absent.
 */
export class WriteQueue implements StateSaving, AsyncDisposable {
  readonly #options: WriteQueueOptions;
  readonly #pending: Pending[] = [];
  readonly #used: Record<WriteKind, number> = { act: 0, audit: 0, baseline: 0, change: 0, minor: 0 };
  readonly #listeners = new Set<() => void>();
  #savedSequence: number;
  #failing: { readonly since: number; readonly reason: string } | undefined;
  /** Time of the last write that succeeded, monotonic ms. */
  #savedAt = Number.NEGATIVE_INFINITY;
  #isWriting = false;
  #isWatching = false;
  #inFlight = 0;
  /** Number of the act that is put in this turn of the event loop, and of the last act. */
  #open: number | undefined;
  #acts = 0;
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

  /** Operations in effect that are not on disk, oldest first, and how many of the first ones are being written. */
  unsaved(): { readonly waiting: readonly Operation[]; readonly writing: number } {
    const inEffect = (pending: readonly Pending[]): Operation[] =>
      pending.flatMap(({ operation, waits }) => (waits === true ? [] : [operation]));
    return { waiting: inEffect(this.#pending), writing: inEffect(this.#pending.slice(0, this.#inFlight)).length };
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
    const act = (this.#open ??= this.#begin());
    this.#add(this.#pending.length, [{ operation, kind, at: this.#options.clock.monotonic(), act }]);
  }

  /**
   * Writes an act that takes effect only when it is on disk: then `stored` is called.
   * @throws ScadaError STATE_UNAVAILABLE if it is not on disk within a second. Nothing of it is stored then, except where the error
   * states that this is unknown: a write in progress can still end, and calls `stored` then.
   */
  async keep(operations: readonly Operation[], stored: () => void): Promise<void> {
    if (this.#failing !== undefined && this.#pending.length > 0) throw notStored(this.#failing.reason);
    this.admit('act');
    const answer = Promise.withResolvers<void>();
    const of = { kind: 'act', at: this.#options.clock.monotonic(), act: ++this.#acts, waits: true } as const;
    const waiting = operations.map(
      (operation, i): Pending => ({
        operation,
        ...of,
        ...(i === operations.length - 1 ? { kept: { stored, answer } } : {}),
      }),
    );
    // an act of this turn is not complete yet, and stays in one piece
    const open = this.#pending.findIndex(({ act }) => act === this.#open);
    this.#add(open < 0 ? this.#pending.length : open, waiting);
    if (!this.#isWriting) void this.#write();
    await answer.promise;
  }

  /** Begins an act, which ends with this turn of the event loop. */
  #begin(): number {
    setImmediate(() => {
      this.#open = undefined;
      if (!this.#isWriting) void this.#write();
    });
    return ++this.#acts;
  }

  #add(at: number, waiting: readonly Pending[]): void {
    this.#pending.splice(at, 0, ...waiting);
    for (const { kind } of waiting) this.#used[kind]++;
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
    const { clock, owner } = this.#options;
    const late = new AbortController();
    await Promise.race([this.#emptied(), clock.sleep(lastTryMs, late.signal).catch(() => {})]);
    this.#stop.abort();
    this.#nameUnsaved();
    process.off('exit', this.#nameUnsaved);
    late.abort();
    await owner.close();
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
    const { clock, owner, logger } = this.#options;
    let limit = atOnce;
    let pauseMs = firstPauseMs;
    this.#isWriting = true;
    while (!this.#stop.signal.aborted) {
      const chunk = this.#next(limit);
      if (chunk.length === 0) break;
      this.#inFlight = chunk.length;
      try {
        await owner.write(chunk.map(({ operation }) => operation));
        this.#take(chunk);
        limit = Math.min(atOnce, limit * 4);
        pauseMs = firstPauseMs;
      } catch (thrown) {
        // after a failure, acts are sent singly, so that a large one does not block the small ones before it
        limit = 1;
        this.#inFlight = 0;
        const { message } = toScadaError(thrown);
        if (this.#failing === undefined)
          logger.error(`state.db cannot be written: ${message}; changes wait in memory, not saved`);
        this.#fail(message);
        this.#refuseLate();
        await clock.sleep(pauseMs, this.#stop.signal).catch(() => {});
        pauseMs = Math.min(mostPauseMs, pauseMs * 2);
      }
    }
    this.#isWriting = false;
  }

  /** The first acts that are complete, at least one of them and about `limit` writes; empty if none is complete. */
  #next(limit: number): readonly Pending[] {
    let end = 0;
    while (end < limit) {
      let next = end + 1;
      while (isSameAct(this.#pending[next - 1], this.#pending[next])) next++;
      const last = this.#pending[next - 1];
      if (last === undefined || last.act === this.#open || (end > 0 && next > limit)) break;
      end = next;
    }
    return this.#pending.slice(0, end);
  }

  #take(chunk: readonly Pending[]): void {
    this.#pending.splice(0, chunk.length);
    this.#inFlight = 0;
    for (const { operation, kind, kept } of chunk) {
      this.#used[kind]--;
      if (operation.store === 'alerts') this.#savedSequence = operation.args[0].sequence;
      kept?.stored();
      kept?.answer.resolve();
    }
    this.#savedAt = this.#options.clock.monotonic();
    if (this.#failing !== undefined && !this.#hasWaited(lateMs)) {
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
      this.#refuseLate();
    }
    this.#isWatching = false;
  }

  /** Refuses acts that should be on disk by now, and removes them unless they are being written. */
  #refuseLate(): void {
    const { reason } = this.#failing ?? {};
    if (reason === undefined) return;
    const due = this.#options.clock.monotonic() - lateMs;
    for (const { kept, act } of this.#pending.filter(({ at }) => at <= due)) {
      if (kept === undefined) continue;
      const isWriting = this.#pending.slice(0, this.#inFlight).some((one) => one.act === act);
      kept.answer.reject(isWriting ? maybeStored(reason) : notStored(reason));
      if (isWriting) continue;
      const from = this.#pending.findIndex((one) => one.act === act);
      const removed = this.#pending.splice(from, this.#pending.filter((one) => one.act === act).length);
      for (const { kind } of removed) this.#used[kind]--;
    }
  }

  /** True if nothing was written for a second, or a write waits too long although others succeed. */
  #isLate(): boolean {
    const isStill = this.#options.clock.monotonic() - this.#savedAt > lateMs;
    return this.#hasWaited(isStill ? lateMs : mostLateMs);
  }

  /** True if the oldest write waits for longer than a time. */
  #hasWaited(ms: number): boolean {
    const oldest = this.#pending[0];
    return oldest !== undefined && this.#options.clock.monotonic() - oldest.at > ms;
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

/** Changes of alerts by the monitor that come in one turn are apart: a flood of them is no act. */
const isSameAct = (one: Pending | undefined, next: Pending | undefined): boolean =>
  one !== undefined && one.act === next?.act && !(one.kind === 'change' && next.kind === 'change');

const notStored = (reason: string): ScadaError =>
  stateUnavailable(`nothing was stored, and the act did not take effect: state.db cannot be written (${reason})`);

const maybeStored = (reason: string): ScadaError =>
  stateUnavailable(`it is not known yet whether the act is stored (${reason}): read the list again before you repeat it`);
