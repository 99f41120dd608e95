import { Worker } from 'node:worker_threads';
import { type Clock, sleepUnreferenced } from '../core/clock.ts';
import { isAbort } from '../core/errors.ts';
import { partDeadlines } from '../core/part-deadlines.ts';
import type { Logger } from '../core/plugin.ts';
import { TaskScope } from '../core/scope.ts';
import { moduleBeside } from '../core/module.ts';
import { cell, type GuardData, set } from './guard-data.ts';
import { forgetEnd, recordAlive } from './run-record.ts';

/** Interval of the main thread's heartbeat and of its checks, ms. */
const beatMs = 500;
/** Time without progress of the main thread until it is reported, and until its stack is taken, ms. */
const blockedMs = 3_000;
const stackMs = 6_000;
/**
 * Time without progress of the main thread until the process is ended, ms. A blocked thread does not handle SIGTERM, which must
 * end the process within 10 s.
 */
const endMs = 9_000;
/** Time after a stop signal until the process is killed, ms: later than the main thread ends it. */
const stopMs = 9_500;

/** Longest wait for the last record that the main thread runs, ms. */
const recordMs = 500;

export interface GuardOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Data directory, which keeps the record of the run. Default: none is kept. */
  readonly dataDir?: string | undefined;
  /** Called after the main thread was blocked for more than 3 s. */
  readonly onBlocked: (ms: number) => void;
  /** For tests. */
  readonly times?: Partial<Pick<GuardData, 'warnMs' | 'stackMs' | 'endMs' | 'checkMs'>>;
}

/**
 * Guards the main thread from a separate thread. A block is reported on stderr while it lasts, and to `onBlocked` afterwards; a
 * block of 9 s ends the process, with its reason and the stack of the main thread in the data directory. Time in which the thread was
 * ready without a CPU, or waited for a disk, does not count. If systemd requests it (`NOTIFY_SOCKET`), the guard reports that the
 * service is ready and alive.
 */
export class MainThreadGuard implements AsyncDisposable {
  readonly #options: GuardOptions;
  readonly #cells = new Int32Array(new SharedArrayBuffer(16));
  readonly #beating = new TaskScope();
  #worker: Worker;
  #ended = false;
  #recorded: Promise<void> | undefined;

  constructor(options: GuardOptions) {
    this.#options = options;
    this.#worker = this.#startThread();
    this.#beating.start((signal) => this.#beat(signal));
  }

  /** Records that the service has started. */
  ready(): void {
    Atomics.store(this.#cells, cell.ready, set);
  }

  /** Records that the process has received a stop signal. */
  stopping(): void {
    Atomics.store(this.#cells, cell.stopping, set);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    await this.#beating[Symbol.asyncDispose]();
    await this.#worker.terminate();
    // the record of a stop must come last, but a disk that hangs is not waited for
    await Promise.race([this.#recorded, sleepUnreferenced(recordMs)]);
  }

  /** Records on disk that the main thread runs. One write is under way at most: the disk may hang. */
  async #record(before?: (dir: string) => Promise<void>): Promise<void> {
    const { clock, dataDir } = this.#options;
    if (dataDir === undefined || Atomics.load(this.#cells, cell.recording) === set) return;
    Atomics.store(this.#cells, cell.recording, set);
    try {
      await before?.(dataDir);
      await recordAlive(dataDir, clock.now());
    } catch {
      // an alarm reports a disk that accepts nothing
    }
    Atomics.store(this.#cells, cell.recording, 0);
  }

  #startThread(): Worker {
    const { environment, logger, dataDir, times } = this.#options;
    const usec = Number(environment['WATCHDOG_USEC'] ?? Number.NaN);
    const notifyEveryMs = Number.isFinite(usec) ? Math.max(1_000, usec / 3_000) : 10_000;
    const data: GuardData = {
      shared: this.#cells.buffer,
      parent: process.connected === true ? process.ppid : undefined,
      dataDir,
      checkMs: beatMs,
      warnMs: blockedMs,
      stackMs,
      endMs,
      stopMs,
      notifyEveryMs: environment['NOTIFY_SOCKET'] === undefined ? undefined : notifyEveryMs,
      ...times,
    };
    const worker = new Worker(moduleBeside(import.meta.url, './guard-thread'), {
      name: 'guard',
      workerData: data,
      resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 },
    });
    worker.unref();
    worker.on('error', (error) => logger.error(`the guard of the main thread failed: ${String(error)}`));
    worker.on('exit', () => {
      if (!this.#ended) this.#beating.start((signal) => this.#restart(signal));
    });
    return worker;
  }

  async #restart(signal: AbortSignal): Promise<void> {
    await this.#options.clock.sleep(blockedMs, signal).catch(ignoreAbort);
    if (!signal.aborted) this.#worker = this.#startThread();
  }

  async #beat(signal: AbortSignal): Promise<void> {
    const { clock, onBlocked, times } = this.#options;
    const lateMs = times?.warnMs ?? blockedMs;
    let recordedAt: number | undefined;
    while (!signal.aborted) {
      Atomics.add(this.#cells, cell.beat, 1);
      if (
        Atomics.load(this.#cells, cell.ready) === set &&
        !(clock.monotonic() - (recordedAt ?? -Infinity) < partDeadlines.recordEveryMs)
      ) {
        this.#recorded = this.#record(recordedAt === undefined ? forgetEnd : undefined);
        recordedAt = clock.monotonic();
      }
      const before = clock.monotonic();
      await clock.sleep(beatMs, signal).catch(ignoreAbort);
      const ms = clock.monotonic() - before - beatMs;
      if (ms >= lateMs) onBlocked(ms);
    }
  }
}

function ignoreAbort(thrown: unknown): void {
  if (!isAbort(thrown)) throw thrown;
}
