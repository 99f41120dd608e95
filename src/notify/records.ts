import { join } from 'node:path';
import { Backoff } from '../core/backoff.ts';
import { canaryName } from '../core/canary.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import { ScadaError, toScadaError } from '../core/errors.ts';
import type { Notifier } from '../core/notifier.ts';
import type { PluginContext } from '../core/plugin.ts';
import type { QueueStats } from '../core/queue.ts';
import { Rounds } from '../core/rounds.ts';
import { TaskScope } from '../core/scope.ts';
import type { RecordSource, SecurityRecord } from '../core/security-record.ts';
import { Delivery } from './delivery.ts';
import { EpochFile, type Placed } from './epoch-file.ts';
import type { DeliveryFault } from './sending.ts';

/** Records of one message, and messages a minute: alerts have a rate of their own. */
const page = 200;
const perMinute = 60;
/** Pause while there is no record, and while alerts wait, ms. */
const idleMs = 1_000;
/** Longest pause before a refused record is tried again, ms. */
const mostPauseMs = 300_000;

interface Place extends Placed {
  readonly position: string;
}

export interface RecordsOptions {
  /** Name of the notifier. */
  readonly name: string;
  readonly notifier: Pick<Notifier, 'sendRecords' | 'canary'>;
  readonly source: RecordSource;
  /** Identity of the stream across restarts: a position of another one is not used. */
  readonly epoch: string;
  /** Folder of the notifier. */
  readonly dir: string;
  readonly context: PluginContext;
  /** True while alerts of the same notifier wait: they go first. */
  readonly isBusy: () => boolean;
  /** True while another fault states that the receiver does not work. */
  readonly isExplained?: (() => boolean) | undefined;
  /** A record with what the receiver may know; default: as it is. */
  readonly shown?: ((record: SecurityRecord) => SecurityRecord) | undefined;
  readonly clock?: Clock;
}

/**
 * Sends one stream of records to one receiver, in order and at least once. The position of the last sent record is on disk, so that it
 * continues after a restart and an outage. What is missing in the stream is sent as a record that states it.
 */
export class Records implements AsyncDisposable {
  readonly name: string;
  readonly #options: RecordsOptions;
  readonly #clock: Clock;
  readonly #file: EpochFile<Place>;
  readonly #delivery: Delivery;
  readonly #backoff: Backoff;
  readonly #tasks = new TaskScope();
  #waiting = 0;
  #error: ScadaError | undefined;

  constructor(options: RecordsOptions) {
    const { name, notifier, source, dir, context, clock = systemClock } = options;
    this.#options = options;
    this.#clock = clock;
    this.name = `${name} ${source.stream}`;
    const { logger } = context;
    const path = join(dir, `${source.stream}.json`);
    const parse = (place: Place): Place | undefined => (typeof place.position === 'string' ? place : undefined);
    this.#file = new EpochFile({ path, name: this.name, logger, parse });
    const probe = (signal: AbortSignal): Promise<void> =>
      notifier.canary({ id: `${canaryName}-${clock.now()}`, time: clock.now() }, signal);
    this.#delivery = new Delivery({ name: this.name, context, clock, perMinute, probe });
    this.#backoff = new Backoff({ firstMs: 30_000, mostMs: mostPauseMs }, context.random.fork(`records/${this.name}`));
    this.#tasks.start((signal) => this.#run(signal));
  }

  /** Records that are read and not confirmed. The others wait in their stream. */
  queue(): QueueStats {
    return { name: `notify ${this.name}`, used: this.#waiting, bound: page, policy: 'block', dropped: 0 };
  }

  /** Reason why records do not reach the receiver. */
  get fault(): DeliveryFault | undefined {
    if (this.#options.isExplained?.() === true) return undefined;
    const error = this.#error ?? this.#delivery.lastError;
    return error && { error, isRefused: error.kind !== 'retryable' };
  }

  /** Nothing is kept beside the position. */
  readonly undelivered = { changes: 0, ranges: [] } as const;

  /** Reason why the position is not on disk; undefined while it is. */
  get unkept(): string | undefined {
    return this.#file.fault();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tasks[Symbol.asyncDispose]();
    await this.#file.settled();
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { context } = this.#options;
    const rounds = new Rounds(this.#clock);
    let position = this.#file.read(this.#options.epoch)?.position;
    while (!signal.aborted) {
      try {
        await rounds.next(signal);
        position ??= await this.#begin(signal);
        const next = await this.#step(position, signal);
        this.#error = undefined;
        if (next === position) await this.#clock.sleep(idleMs, signal);
        else rounds.worked();
        position = next;
      } catch (thrown) {
        if (signal.aborted) return;
        // a stream that cannot be read at the moment
        this.#error = toScadaError(thrown);
        context.logger.warn(`${this.name} waits: ${this.#error.message}`, { code: this.#error.code });
        await this.#clock.sleep(this.#backoff.next(), signal);
      }
    }
  }

  /** A new receiver gets no past records. */
  async #begin(signal: AbortSignal): Promise<string> {
    const position = await this.#options.source.end(signal);
    this.#save(position);
    return position;
  }

  /** @returns position after what was sent */
  async #step(position: string, signal: AbortSignal): Promise<string> {
    const { source, isBusy, shown = (record) => record } = this.#options;
    if (isBusy()) return position;
    const { records: found, position: next } = await source.after(position, page, signal);
    const records = found.map(shown);
    for (let at = 0; at < records.length; at += page) await this.#send(records.slice(at, at + page), signal);
    if (next !== position) this.#save(next);
    return next;
  }

  async #send(records: readonly SecurityRecord[], signal: AbortSignal): Promise<void> {
    this.#waiting = records.length;
    if ((await this.#attempt(records, signal)) !== undefined)
      // only the record that is refused is replaced
      for (const record of records) {
        await this.#sendOne(record, signal);
        this.#waiting--;
      }
    this.#waiting = 0;
    this.#error = undefined;
    this.#backoff.reset();
  }

  async #sendOne(record: SecurityRecord, signal: AbortSignal): Promise<void> {
    const rounds = new Rounds(this.#clock);
    for (;;) {
      await rounds.next(signal);
      const refusal = await this.#attempt([record], signal);
      if (refusal === undefined) return;
      if ((await this.#attempt([replaced(record)], signal)) === undefined) return;
      // it refuses all records: none may be missing, so they wait
      this.#delivery.refuse(refusal);
      this.#error = new ScadaError('fatal', 'NOTIFY_FAILED', refusal.message);
      await this.#clock.sleep(this.#backoff.next(), signal);
    }
  }

  async #attempt(records: readonly SecurityRecord[], signal: AbortSignal): Promise<ScadaError | undefined> {
    const { notifier } = this.#options;
    return await this.#delivery.send(async (stop) => await notifier.sendRecords?.(records, stop), signal);
  }

  #save(position: string): void {
    this.#file.write({ epoch: this.#options.epoch, position });
  }
}

/** States that a record exists, without any text of it. */
function replaced({ id, stream, time, site }: SecurityRecord): SecurityRecord {
  return { id, stream, time, site, kind: 'gap', text: `The receiver has refused the record ${id}. Read it in scadawatch.` };
}
