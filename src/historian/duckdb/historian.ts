import { Batch } from '../../core/batch.ts';
import { isAbort, toScadaError } from '../../core/errors.ts';
import type { Historian, HistorianStats, HistorianTarget, HistoryRange, Series } from '../../core/historian.ts';
import type { PluginContext } from '../../core/plugin.ts';
import { TaskScope } from '../../core/scope.ts';
import { dayMs, settleMs } from './days.ts';
import type { Slice } from './messages.ts';
import { StoreThread } from './thread.ts';

/** Failed maintenance is tried again this soon, ms. */
const retryMs = 600_000;
/** Span of the first slice of a scan, ms; later ones follow from how many samples it had. */
const firstSliceMs = 1_000;

/** The embedded historian: hands everything to its thread, and tells it when a day is over. */
export class DuckdbHistorian implements Historian {
  readonly #thread: StoreThread;
  /** By index of the tag. */
  readonly #devices: readonly string[];
  readonly #context: PluginContext;
  readonly #tasks = new TaskScope();
  #maintainAt = -Infinity;
  #maintaining = false;

  private constructor(thread: StoreThread, devices: readonly string[], context: PluginContext) {
    this.#thread = thread;
    this.#devices = devices;
    this.#context = context;
  }

  /** @throws ScadaError STORE_UNAVAILABLE if another process has the folder, or its database is damaged */
  static async open(
    config: { readonly memoryLimitMb: number; readonly retentionDays: number },
    { tags, dataDir }: HistorianTarget,
    context: PluginContext,
  ): Promise<DuckdbHistorian> {
    const names = tags.tags.map(({ name }) => name);
    const devices = tags.tags.map(({ device }) => device);
    const thread = new StoreThread({ ...config, dir: dataDir, names, devices });
    try {
      await thread.call('open', undefined);
    } catch (error) {
      await thread[Symbol.asyncDispose]();
      throw error;
    }
    return new DuckdbHistorian(thread, devices, context);
  }

  async write(batch: Batch, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#maintain();
    // what is with the thread is being written: an abort no longer changes that
    await this.#thread.call('write', batch.toMessage());
    this.#context.metrics.add('historian.samples', batch.length);
  }

  query(range: HistoryRange, signal: AbortSignal): Promise<Series[]> {
    return this.#thread.call('query', range, signal);
  }

  async *scan(range: HistoryRange, signal: AbortSignal): AsyncIterable<Batch> {
    const left = new AbortController();
    const either = AbortSignal.any([signal, left.signal]);
    const read = async (from: number, expectMs: number): Promise<Slice> =>
      this.#thread.call('slice', { range, from, expectMs }, either);
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

  stats(signal: AbortSignal): Promise<HistorianStats> {
    return this.#thread.call('stats', undefined, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#tasks.stop();
    await this.#thread[Symbol.asyncDispose]();
    await this.#tasks[Symbol.asyncDispose]();
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
  #maintain(): void {
    const now = this.#context.clock.now();
    if (this.#maintaining || now < this.#maintainAt) return;
    this.#maintaining = true;
    this.#maintainAt = (Math.floor((now - settleMs) / dayMs) + 1) * dayMs + settleMs;
    this.#tasks.start(async (signal) => {
      try {
        const { written, deleted } = await this.#thread.call('maintain', now, signal);
        for (const file of written) this.#context.logger.info('a day of history was written', { file });
        for (const file of deleted) this.#context.logger.info('a day of history is past its retention and was deleted', { file });
        this.#context.metrics.add('historian.daysWritten', written.length);
      } catch (thrown) {
        if (isAbort(thrown)) throw thrown;
        const { message, code, hint } = toScadaError(thrown);
        this.#context.logger.error(`a day of history could not be written: ${message}`, { code, hint });
        this.#context.metrics.add('historian.maintenanceFailed');
        this.#maintainAt = now + retryMs;
      } finally {
        this.#maintaining = false;
      }
    });
  }
}
