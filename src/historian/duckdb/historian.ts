import { Batch } from '../../core/batch.ts';
import { type Clock, systemClock } from '../../core/clock.ts';
import { isAbort, ScadaError, toScadaError } from '../../core/errors.ts';
import { Deadline } from '../../core/deadline.ts';
import type { Historian, HistorianStats, HistorianTarget, HistoryRange, Series } from '../../core/historian.ts';
import type { PluginContext } from '../../core/plugin.ts';
import { TaskScope } from '../../core/scope.ts';
import { isDamage } from './damage.ts';
import { dayMs, settleMs } from './days.ts';
import type { Slice } from './messages.ts';
import { StoreThread } from './thread.ts';

/** A write that the thread has not answered after this long makes the historian replace the thread, ms. */
const hungMs = 60_000;
/** A thread that could not be started is tried again this soon, ms. */
const reopenMs = 5_000;
/** Failed maintenance is tried again this soon, ms. */
const retryMs = 600_000;
const hung = new ScadaError(
  'retryable',
  'STORE_UNAVAILABLE',
  `the thread of the embedded store has not answered for ${hungMs / 1_000} s`,
);
/** Span of the first slice of a scan, ms; later ones follow from how many samples it had. */
const firstSliceMs = 1_000;

/** The embedded historian: passes requests to its thread, starts its daily maintenance, and replaces it when it has ended or hangs. */
export class DuckdbHistorian implements Historian {
  readonly #startThread: () => Promise<StoreThread>;
  readonly #machine: Clock;
  readonly #deadline: Deadline;
  #thread: StoreThread;
  #reopening: Promise<StoreThread> | undefined;
  #reopenAt = -Infinity;
  #disposed = false;
  /** By index of the tag. */
  readonly #devices: readonly string[];
  readonly #context: PluginContext;
  readonly #tasks = new TaskScope();
  #maintainAt = -Infinity;
  #maintaining = false;

  private constructor(
    thread: StoreThread,
    startThread: () => Promise<StoreThread>,
    devices: readonly string[],
    context: PluginContext,
    machine: Clock,
  ) {
    this.#thread = thread;
    this.#startThread = startThread;
    this.#machine = machine;
    this.#deadline = new Deadline(machine, hungMs, () => hung);
    this.#devices = devices;
    this.#context = context;
  }

  /** @throws ScadaError STORE_UNAVAILABLE if another process has the folder, or its database is damaged */
  static async open(
    config: { readonly memoryLimitMb: number; readonly retentionDays: number },
    { tags, dataDir }: HistorianTarget,
    context: PluginContext,
    machine: Clock = systemClock,
  ): Promise<DuckdbHistorian> {
    const names = tags.tags.map(({ name }) => name);
    const devices = tags.tags.map(({ device }) => device);
    const start = async (): Promise<StoreThread> => {
      const thread = new StoreThread({ ...config, dir: dataDir, names, devices });
      try {
        const damages = await thread.call('open', context.clock.now());
        for (const damage of damages) context.damages?.report(damage);
      } catch (error) {
        await thread[Symbol.asyncDispose]();
        throw error;
      }
      return thread;
    };
    return new DuckdbHistorian(await start(), start, devices, context, machine);
  }

  async write(batch: Batch, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const thread = await this.#open();
    this.#maintain(thread);
    // what is with the thread is being written: an abort no longer changes that
    await this.#deadline.within(thread.call('write', batch.toMessage())).catch((thrown: unknown) => {
      if (thrown === hung) thread.abandon(hung);
      throw thrown;
    });
    this.#context.metrics.add('historian.samples', batch.length);
  }

  async query(range: HistoryRange, signal: AbortSignal): Promise<Series[]> {
    try {
      return await (await this.#open()).call('query', range, signal);
    } catch (thrown) {
      if (isAbort(thrown) || !isDamage(thrown) || !(await this.#movedAside(range, signal))) throw thrown;
      return await (await this.#open()).call('query', range, signal);
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
        // the thread reads on while this one is dealt with
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
    await this.#reopening?.catch(() => {});
    await this.#thread[Symbol.asyncDispose]();
    await this.#tasks[Symbol.asyncDispose]();
  }

  /** The thread, a new one if the last has ended. @throws ScadaError STORE_UNAVAILABLE while none can be started */
  async #open(): Promise<StoreThread> {
    if (this.#thread.failure === undefined || this.#disposed) return this.#thread;
    // two threads must never have the database open
    const isTooEarly = this.#reopening === undefined && this.#machine.monotonic() < this.#reopenAt;
    if (isTooEarly || !this.#thread.exited) throw this.#thread.failure;
    this.#reopening ??= this.#reopen().finally(() => (this.#reopening = undefined));
    return await this.#reopening;
  }

  async #reopen(): Promise<StoreThread> {
    const { logger } = this.#context;
    this.#reopenAt = this.#machine.monotonic() + reopenMs;
    logger.warn(`the thread of the embedded store is started again: ${this.#thread.failure?.message}`);
    try {
      this.#thread = await this.#startThread();
      logger.info('the thread of the embedded store runs again');
      return this.#thread;
    } catch (cause) {
      // whatever it is, the samples must wait for it on disk
      throw new ScadaError('retryable', 'STORE_UNAVAILABLE', toScadaError(cause).message, { cause });
    }
  }

  /** True where a read has failed over damaged files, which now lie aside: it can be tried again. */
  async #movedAside({ from, to }: Pick<HistoryRange, 'from' | 'to'>, signal: AbortSignal): Promise<boolean> {
    const damages = await (await this.#open()).call('examine', { now: this.#context.clock.now(), from, to }, signal);
    for (const damage of damages) this.#context.damages?.report(damage);
    return damages.length > 0;
  }

  /** Samples that follow each other from one device make one batch. */
  *#byDevice(samples: Batch): Generator<Batch> {
    const { tag, length } = samples;
    for (let from = 0, to = 0; from < length; from = to) {
      const device = this.#devices[tag[from] as number];
      while (to < length && this.#devices[tag[to] as number] === device) to++;
      yield samples.slice(from, to, device);
    }
  }

  /** Once after the start, then once a day when the last one has settled. */
  #maintain(thread: StoreThread): void {
    const now = this.#context.clock.now();
    if (this.#maintaining || now < this.#maintainAt) return;
    this.#maintaining = true;
    this.#maintainAt = (Math.floor((now - settleMs) / dayMs) + 1) * dayMs + settleMs;
    this.#tasks.start(async (signal) => {
      try {
        const { written, deleted } = await thread.call('maintain', now, signal);
        for (const file of written) this.#context.logger.info('a day of history was written', { file });
        for (const file of deleted) this.#context.logger.info('a day of history is past its retention and was deleted', { file });
        this.#context.metrics.add('historian.daysWritten', written.length);
      } catch (thrown) {
        if (isAbort(thrown)) throw thrown;
        const { message, code, hint } = toScadaError(thrown);
        this.#context.logger.error(`a day of history could not be written: ${message}`, { code, hint });
        this.#context.metrics.add('historian.maintenanceFailed');
        this.#maintainAt = now + retryMs;
        if (isDamage(thrown)) await this.#movedAside({ from: 0, to: now }, signal).catch(() => false);
      } finally {
        this.#maintaining = false;
      }
    });
  }
}
