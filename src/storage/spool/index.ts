import type { Batch } from '../../core/batch.ts';
import { type Clock, systemClock } from '../../core/clock.ts';
import { Deadline } from '../../core/deadline.ts';
import { isAbort, isRetryable, ScadaError, toScadaError } from '../../core/errors.ts';
import type { Historian, HistorianStats, HistoryRange, Series } from '../../core/historian.ts';
import type { Metric } from '../../core/metrics.ts';
import { partDeadlines } from '../../core/part-deadlines.ts';
import type { PluginContext } from '../../core/plugin.ts';
import type { QueueStats } from '../../core/queue.ts';
import { Rounds } from '../../core/rounds.ts';
import { TaskScope } from '../../core/scope.ts';
import type { TagTable } from '../../core/tag.ts';
import { Backoff } from '../../core/backoff.ts';
import { formatDuration } from '../../core/format.ts';
import { DiskQueue, type QueuedRecord } from '../disk-queue/disk-queue.ts';
import { decodeBatch, encodeBatch } from './codec.ts';

const unknownTags: Metric = {
  type: 'counter',
  name: 'scadawatch_spool_unknown_tag_samples_total',
  help: 'Samples in the spool that were left out because their tags are no longer configured.',
};

export interface SpoolOptions {
  /** Disposed with the spool. */
  readonly historian: Historian;
  readonly tags: TagTable;
  /** Folder of the spool. */
  readonly dir: string;
  readonly context: PluginContext;
  /** Most bytes of batches that wait for the store; beyond it the oldest are dropped, counted and reported. Default 1 GiB. */
  readonly boundBytes?: number;
  /** Most bytes in memory while the disk accepts nothing; beyond it the oldest are lost and counted. Default 64 MiB. */
  readonly heldBytes?: number;
  /** Used for pauses between attempts: a store uses wall time even if the plant does not. */
  readonly clock?: Clock;
}

/** Most bytes of batches in memory while the disk accepts nothing. Beyond it the oldest are lost and counted. */
const defaultHeldBytes = 67_108_864;
/** Interval at which the disk is tried again, ms. */
const retryMs = 1_000;

/** Time without an acknowledgement after which a batch is written to disk and repeated later, ms. */
const answerMs = partDeadlines.storeMs;

/** Opens the store-and-forward wrapper of a historian. Waiting batches of an earlier run are sent first, in order. */
export async function createSpool(options: SpoolOptions): Promise<Spool> {
  const { dir, boundBytes = 1_073_741_824, context } = options;
  const queue = await DiskQueue.open({ name: 'spool', dir, boundBytes, policy: 'drop-oldest', logger: context.logger });
  return new Spool(options, queue);
}

/**
 * A historian that loses nothing while its store is away. While the store replies, batches go directly to it, not to disk. After
 * a batch was written to disk, all later ones are too until all are sent, so that the store receives batches in order. `write`
 * resolves when the batch is in the store or synced to disk.
 */
export class Spool implements Historian {
  readonly #historian: Historian;
  readonly #tags: TagTable;
  readonly #context: PluginContext;
  readonly #clock: Clock;
  readonly #queue: DiskQueue;
  readonly #backoff: Backoff;
  readonly #deadline: Deadline;
  readonly #sending = new TaskScope();
  /** Number of batches that are being written to disk. */
  #spooling = 0;
  /** Batches that the disk has not accepted, oldest first. While there are any, later ones follow them. */
  readonly #held: Uint8Array[] = [];
  #heldBytes = 0;
  readonly #mostHeldBytes: number;
  #fault: string | undefined;
  #lost = 0;
  #rejected = 0;
  #lastError: ScadaError | undefined;

  constructor(options: SpoolOptions, queue: DiskQueue) {
    const { historian, tags, context, clock = systemClock, heldBytes = defaultHeldBytes } = options;
    this.#mostHeldBytes = heldBytes;
    this.#historian = historian;
    this.#tags = tags;
    this.#context = context;
    this.#clock = clock;
    this.#queue = queue;
    this.#deadline = new Deadline(clock, answerMs, () => new ScadaError('retryable', 'STORE_UNAVAILABLE', silent));
    this.#backoff = new Backoff({ firstMs: 500, mostMs: 30_000 }, context.random.fork('backoff/spool'));
    if (!queue.empty) context.logger.info('batches of an earlier run wait for the store', { bytes: queue.stats().used });
    this.#sending.start((signal) => this.#send(signal));
    this.#sending.start((signal) => this.#release(signal));
  }

  /** Waiting bytes on disk and in memory; `dropped` counts batches beyond the bounds or refused by the store. */
  queue(): QueueStats {
    const stats = this.#queue.stats();
    return {
      ...stats,
      unit: 'bytes',
      used: stats.used + this.#heldBytes,
      dropped: stats.dropped + this.#lost + this.#rejected,
    };
  }

  /** Reason why batches wait in memory; undefined while the disk accepts them. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** Reason why the store did not accept the last batch; undefined while it does. */
  get lastError(): ScadaError | undefined {
    return this.#lastError;
  }

  /**
   * Resolves when the batch is in the store, on disk, or, while neither accepts it, in memory: see `fault`.
   * @throws ScadaError `fatal` for a batch that the store refuses permanently
   */
  async write(batch: Batch, signal: AbortSignal): Promise<void> {
    if (this.#queue.empty && this.#spooling === 0 && this.#held.length === 0) {
      try {
        await this.#deadline.within(this.#historian.write(batch, signal));
        return;
      } catch (thrown) {
        if (!isRetryable(thrown)) {
          if (!isAbort(thrown)) this.#refuse(thrown, batch.device);
          throw thrown;
        }
        this.#warn(toScadaError(thrown));
      }
    }
    const record = encodeBatch(batch, this.#tags);
    if (this.#held.length > 0) return this.#hold(record);
    this.#spooling++;
    try {
      if (!(await this.#queue.append(record))) this.#warn(tooLarge(batch));
    } catch (thrown) {
      this.#noteFault(thrown);
      this.#hold(record);
    } finally {
      this.#spooling--;
    }
  }

  #hold(record: Uint8Array): void {
    this.#held.push(record);
    this.#heldBytes += record.length;
    while (this.#heldBytes > this.#mostHeldBytes) {
      this.#heldBytes -= this.#held.shift()?.length ?? 0;
      this.#lost++;
    }
  }

  #noteFault(thrown: unknown): void {
    const { message } = toScadaError(thrown);
    if (this.#fault !== message) this.#context.logger.error(`batches wait in memory: ${message}`);
    this.#fault = message;
  }

  /** Writes what waits in memory to disk once that accepts it again. */
  async #release(signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.#clock.sleep(retryMs, signal);
      await this.#writeHeld();
    }
  }

  async #writeHeld(): Promise<void> {
    try {
      for (let [record] = this.#held; record !== undefined; [record] = this.#held) {
        await this.#queue.append(record);
        // the bound may have removed it meanwhile
        if (this.#held[0] !== record) continue;
        this.#held.shift();
        this.#heldBytes -= record.length;
      }
      this.#fault = undefined;
    } catch (thrown) {
      this.#noteFault(thrown);
    }
  }

  query(range: HistoryRange, signal: AbortSignal): Promise<Series[]> {
    return this.#historian.query(range, signal);
  }

  scan(range: HistoryRange, signal: AbortSignal): AsyncIterable<Batch> {
    return this.#historian.scan(range, signal);
  }

  stats(signal: AbortSignal): Promise<HistorianStats> {
    return this.#historian.stats(signal);
  }

  /** Waiting batches stay on disk for the next run. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sending[Symbol.asyncDispose]();
    await this.#writeHeld();
    if (this.#held.length > 0)
      this.#context.logger.error(`${this.#held.length} batches in memory are lost: ${this.#fault ?? 'the disk accepts nothing'}`);
    await this.#queue[Symbol.asyncDispose]();
    await this.#historian[Symbol.asyncDispose]();
  }

  async #send(signal: AbortSignal): Promise<void> {
    const rounds = new Rounds(this.#clock);
    for (;;) {
      try {
        await rounds.next(signal);
        const record = await this.#queue.next(signal);
        await this.#sendOne(record, signal);
        this.#queue.done(record);
        rounds.worked();
        this.#backoff.reset();
        if (this.#queue.empty) {
          this.#lastError = undefined;
          this.#context.logger.info('the store has everything that waited on disk');
        }
      } catch (thrown) {
        if (signal.aborted) return;
        this.#warn(toScadaError(thrown));
        await this.#clock.sleep(this.#backoff.next(), signal);
      }
    }
  }

  /** A record that can never be stored is omitted, so that it does not block the others. */
  async #sendOne({ bytes }: QueuedRecord, signal: AbortSignal): Promise<void> {
    const { batch, unknown } = decodeBatch(bytes, this.#tags);
    if (unknown > 0) {
      this.#context.logger.warn(`${unknown} samples that waited on disk are of tags that are no longer configured`, {
        device: batch.device,
      });
      this.#context.metrics.add(unknownTags, unknown);
    }
    try {
      if (batch.length > 0) await this.#historian.write(batch, signal);
    } catch (thrown) {
      if (isRetryable(thrown) || isAbort(thrown)) throw thrown;
      this.#refuse(thrown, batch.device);
    }
  }

  #refuse(thrown: unknown, device: string): void {
    this.#rejected++;
    const { message, code, hint } = toScadaError(thrown);
    this.#context.logger.error(`the store refuses a batch of ${device}: ${message}`, { code, hint });
  }

  /** Reports the first failure of a kind, not its repetitions. */
  #warn(error: ScadaError): void {
    if (this.#lastError?.message !== error.message) {
      const { code, hint } = error;
      this.#context.logger.warn(`batches wait on disk: ${error.message}`, { code, hint });
    }
    this.#lastError = error;
  }
}

const silent = `the historian has not answered for ${formatDuration(answerMs)}`;

const tooLarge = (batch: Batch): ScadaError =>
  new ScadaError('fatal', 'SPOOL_FULL', `a batch of ${batch.device} is larger than the bound of the spool`, {
    hint: 'increase the bound of the spool',
  });
