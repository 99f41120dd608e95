import { Batch } from '../../core/batch.ts';
import { Backoff } from '../../core/backoff.ts';
import { type Clock, systemClock } from '../../core/clock.ts';
import { isAbort, isRetryable, toScadaError } from '../../core/errors.ts';
import { Deadline } from '../../core/deadline.ts';
import {
  type Historian,
  type HistorianStats,
  type HistorianTarget,
  type HistoryRange,
  samplesStored,
  type Series,
} from '../../core/historian.ts';
import type { Metric } from '../../core/metrics.ts';
import type { PluginContext } from '../../core/plugin.ts';
import { Rounds } from '../../core/rounds.ts';
import { TaskScope } from '../../core/scope.ts';
import { isDamage } from './damage.ts';
import { checkEveryMs } from '../../core/part-deadlines.ts';
import { dayMs, settleMs } from './days.ts';
import type { Slice, StoreOptions } from './messages.ts';
import { packed, StoreProcess, unavailable } from './process.ts';
import { SilenceWatch } from './silence.ts';

const filesWritten: Metric = {
  type: 'counter',
  name: 'scadawatch_duckdb_files_written_total',
  help: 'Parquet files that were written, one for each day.',
};
const maintenanceFailed: Metric = {
  type: 'counter',
  name: 'scadawatch_duckdb_maintenance_failures_total',
  help: 'Failed attempts to write a day of history or to delete an old one.',
};

/** Time without a reply to a write after which the process is replaced, ms. */
const hungMs = 30_000;
/**
 * Upper limit of that time, ms. It doubles after each replacement without a completed write, so that a slow disk does not count
 * as a hang for ever.
 */
const mostHungMs = 960_000;
/** Deadline for opening the database, ms. It may have a large log to read. */
const openMs = 600_000;
/** Pauses between starts of the process, ms. */
const pauses = { firstMs: 250, mostMs: 30_000 };
/** Wait for a lock at a start, ms. The process of a monitor that was just killed may not have ended yet. */
const lockMs = 30_000;
const lockEveryMs = 200;
/** Pause before failed maintenance is repeated, ms. */
const retryMs = 600_000;
/** Name of the process among the parts of the monitor. */
const partName = 'historian';
const hung = unavailable('the process of the embedded store does not answer');
/** Span of the first slice of a scan, ms. Later spans follow from the number of samples. */
const firstSliceMs = 1_000;

/**
 * The embedded historian. It passes requests to its process, starts the daily maintenance, and replaces a process that has ended
 * or hangs.
 */
export class DuckdbHistorian implements Historian {
  readonly #options: StoreOptions;
  readonly #machine: Clock;
  readonly #backoff: Backoff;
  readonly #context: PluginContext;
  readonly #tasks = new TaskScope();
  #process: StoreProcess;
  #reopening: Promise<StoreProcess> | undefined;
  #reopenAt = -Infinity;
  /** Replacements of a hanging process since the last completed write. */
  #hangs = 0;
  #hungMs = hungMs;
  #deadline: Deadline;
  readonly #silence: SilenceWatch;
  #disposed = false;
  #maintainAt = -Infinity;
  #maintaining = false;

  private constructor(options: StoreOptions, context: PluginContext, machine: Clock) {
    this.#options = options;
    this.#context = context;
    this.#machine = machine;
    this.#backoff = new Backoff(pauses, context.random.fork('backoff/duckdb'));
    this.#deadline = this.#deadlineOf(hungMs);
    this.#process = this.#newProcess();
    const part = context.parts?.part(partName);
    this.#silence = new SilenceWatch(
      machine,
      (error) => part?.failed(error),
      // a process that has ended is reported until the next one has opened the database
      () => (this.#process.failure === undefined && this.#reopening === undefined ? part?.recovered() : undefined),
    );
  }

  /** @throws ScadaError STORE_UNAVAILABLE if another process uses the folder, or the database is damaged */
  static async open(
    config: { readonly memoryLimitMb: number; readonly retentionDays: number },
    { tags, dataDir }: HistorianTarget,
    context: PluginContext,
    machine: Clock = systemClock,
  ): Promise<DuckdbHistorian> {
    const names = tags.tags.map(({ name }) => name);
    const devices = tags.tags.map(({ device }) => device);
    const historian = new DuckdbHistorian({ ...config, dir: dataDir, names, devices }, context, machine);
    try {
      await historian.#start(historian.#process);
      historian.#tasks.start((signal) => historian.#watch(signal));
    } catch (thrown) {
      await historian[Symbol.asyncDispose]();
      throw thrown;
    }
    return historian;
  }

  async write(batch: Batch, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const store = await this.#open();
    this.#maintain(store);
    // an abort has no effect on batches that the process already has
    await this.#unlessHung(store, this.#deadline, store.call('write', packed(batch)));
    this.#backoff.reset();
    if (this.#hangs > 0) this.#wait(hungMs);
    this.#hangs = 0;
    this.#context.metrics.add(samplesStored, batch.length);
  }

  /** Pages wait for it: it does not wait for a process that is started again or does not answer. */
  async query(range: HistoryRange, signal: AbortSignal): Promise<Series[]> {
    if (this.#reopening !== undefined) throw unavailable('the process of the embedded store is started again');
    const read = async (): Promise<Series[]> => await (await this.#open()).call('query', range, signal);
    try {
      return await this.#silence.unlessSilent(read());
    } catch (thrown) {
      if (isAbort(thrown) || !isDamage(thrown) || !(await this.#movedAside(range, signal))) throw thrown;
      return await this.#silence.unlessSilent(read());
    }
  }

  async *scan(range: HistoryRange, signal: AbortSignal): AsyncIterable<Batch> {
    const left = new AbortController();
    const either = AbortSignal.any([signal, left.signal]);
    const read = async (from: number, expectMs: number): Promise<Slice> =>
      (await this.#open()).call('slice', { range, from, expectMs }, either);
    try {
      let coming: Promise<Slice> | undefined = read(range.from, firstSliceMs);
      while (coming !== undefined) {
        const { samples, next, expectMs }: Slice = await coming;
        // the process reads ahead while this slice is processed
        coming = next === undefined ? undefined : read(next, expectMs);
        coming?.catch(() => undefined);
        if (samples !== undefined) yield* this.#byDevice(new Batch(samples));
      }
    } finally {
      left.abort();
    }
  }

  async stats(signal: AbortSignal): Promise<HistorianStats> {
    return (await this.#open()).call('stats', undefined, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    this.#tasks.stop();
    await this.#process[Symbol.asyncDispose]();
    await this.#reopening?.catch(() => {});
    await this.#tasks[Symbol.asyncDispose]();
  }

  /** Returns the process, a new one if the last has ended. @throws ScadaError STORE_UNAVAILABLE if none can be started */
  async #open(): Promise<StoreProcess> {
    if (this.#process.failure === undefined || this.#disposed) return this.#process;
    // the database must never be open in two processes
    const isTooEarly = this.#reopening === undefined && this.#machine.monotonic() < this.#reopenAt;
    if (isTooEarly || !this.#process.exited) throw this.#process.failure;
    this.#reopening ??= this.#reopen().finally(() => (this.#reopening = undefined));
    return await this.#reopening;
  }

  #newProcess(): StoreProcess {
    return new StoreProcess(this.#machine, (error) => {
      this.#reopenAt = this.#machine.monotonic() + this.#backoff.next();
      this.#context.parts?.part(partName).failed(error);
    });
  }

  async #reopen(): Promise<StoreProcess> {
    this.#context.logger.warn(`the process of the embedded store is started again: ${this.#process.failure?.message}`);
    this.#process = this.#newProcess();
    try {
      await this.#unlessHung(this.#process, this.#deadlineOf(openMs), this.#start(this.#process));
      this.#context.parts?.part(partName).recovered();
      this.#context.logger.info('the process of the embedded store runs again');
      return this.#process;
    } catch (cause) {
      // for any cause, the samples must wait on disk
      const error = unavailable(toScadaError(cause).message, cause);
      this.#process.giveUp(error);
      throw error;
    }
  }

  /** Opens the database in a new process. @throws ScadaError STORE_UNAVAILABLE */
  async #start(store: StoreProcess): Promise<void> {
    const until = this.#machine.monotonic() + lockMs;
    const rounds = new Rounds(this.#machine);
    for (;;) {
      try {
        await rounds.next();
        const damages = await store.call('open', { options: this.#options, now: this.#context.clock.now() });
        for (const damage of damages) this.#context.damages?.report(damage);
        return;
      } catch (thrown) {
        if (store.failure !== undefined || !isRetryable(thrown) || this.#machine.monotonic() >= until) throw thrown;
        await this.#machine.sleep(lockEveryMs);
      }
    }
  }

  /** The result of a call. A process that misses the deadline is killed. */
  async #unlessHung<T>(store: StoreProcess, deadline: Deadline, call: Promise<T>): Promise<T> {
    try {
      return await deadline.within(call);
    } catch (thrown) {
      // many writes may have waited for it
      if (thrown === hung) this.#giveUp(store);
      throw thrown;
    }
  }

  /** Kills a process that hangs, later each time. */
  #giveUp(store: StoreProcess): void {
    if (store.failure !== undefined) return;
    this.#wait(Math.min(mostHungMs, hungMs * 2 ** ++this.#hangs));
    store.giveUp(hung);
  }

  #wait(ms: number): void {
    this.#hungMs = ms;
    this.#deadline = this.#deadlineOf(ms);
  }

  /** Watches the process, which may have nothing to write for long. */
  async #watch(signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.#machine.sleep(checkEveryMs, signal);
      const silentMs = this.#silence.check(this.#process);
      // a start has a deadline of its own
      if (silentMs >= this.#hungMs && this.#reopening === undefined) this.#giveUp(this.#process);
      if (this.#process.failure !== undefined) void this.#open().catch(() => {});
    }
  }

  #deadlineOf(ms: number): Deadline {
    return new Deadline(this.#machine, ms, () => hung);
  }

  /** True if a read failed because of damaged files that were now moved aside: it can be repeated. */
  async #movedAside({ from, to }: Pick<HistoryRange, 'from' | 'to'>, signal: AbortSignal): Promise<boolean> {
    const damages = await (await this.#open()).call('examine', { now: this.#context.clock.now(), from, to }, signal);
    for (const damage of damages) this.#context.damages?.report(damage);
    return damages.length > 0;
  }

  /** Groups consecutive samples of one device into a batch. */
  *#byDevice(samples: Batch): Generator<Batch> {
    const { tag, length } = samples;
    const { devices } = this.#options;
    for (let from = 0, to = 0; from < length; from = to) {
      const device = devices[tag[from] as number];
      while (to < length && devices[tag[to] as number] === device) to++;
      yield samples.slice(from, to, device);
    }
  }

  /** Runs maintenance once after the start, then daily when the last day has settled. */
  #maintain(store: StoreProcess): void {
    const now = this.#context.clock.now();
    if (this.#maintaining || now < this.#maintainAt) return;
    this.#maintaining = true;
    this.#maintainAt = (Math.floor((now - settleMs) / dayMs) + 1) * dayMs + settleMs;
    this.#tasks.start(async (signal) => {
      try {
        const { written, deleted } = await store.call('maintain', now, signal);
        for (const file of written) this.#context.logger.info('a day of history was written', { file });
        for (const file of deleted) this.#context.logger.info('a day of history is past its retention and was deleted', { file });
        this.#context.metrics.add(filesWritten, written.length);
      } catch (thrown) {
        if (isAbort(thrown)) throw thrown;
        const { message, code, hint } = toScadaError(thrown);
        this.#context.logger.error(`a day of history could not be written: ${message}`, { code, hint });
        this.#context.metrics.add(maintenanceFailed);
        this.#maintainAt = now + retryMs;
        if (isDamage(thrown)) await this.#movedAside({ from: 0, to: now }, signal).catch(() => false);
      } finally {
        this.#maintaining = false;
      }
    });
  }
}
