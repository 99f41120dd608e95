import { Worker } from 'node:worker_threads';
import type { Clock } from '../core/clock.ts';
import { isAbort } from '../core/errors.ts';
import type { Logger } from '../core/plugin.ts';
import { TaskScope } from '../core/scope.ts';
import { moduleBeside } from '../core/module.ts';
import { cell, type GuardData, set } from './guard-data.ts';

/** The main thread's sign of life, and the check of it, ms. */
const beatMs = 500;
/** A main thread that has not run for this long is reported, ms. */
const blockedMs = 3_000;
/** One that has not run for this long ends the process, ms. It handles no SIGTERM meanwhile, which must end the process within 10 s. */
const endMs = 9_000;
/** A process that still runs this long after a stop signal is killed, ms: later than the main thread ends it by itself. */
const stopMs = 9_500;

export interface GuardOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Called after the main thread was blocked for more than 3 s. */
  readonly onBlocked: (ms: number) => void;
  /** For tests. */
  readonly times?: Partial<Pick<GuardData, 'warnMs' | 'endMs' | 'checkMs'>>;
}

/**
 * Guards the main thread by a thread of its own: a block is reported on stderr while it lasts and to `onBlocked` afterwards; one that
 * lasts for 9 s ends the process. Time in which the thread was ready and had no CPU does not count for that. Where systemd asks for it (`NOTIFY_SOCKET`), it is told that the service is ready and alive.
 */
export class MainThreadGuard implements AsyncDisposable {
  readonly #options: GuardOptions;
  readonly #cells = new Int32Array(new SharedArrayBuffer(12));
  readonly #beating = new TaskScope();
  #worker: Worker;
  #ended = false;

  constructor(options: GuardOptions) {
    this.#options = options;
    this.#worker = this.#startThread();
    this.#beating.start((signal) => this.#beat(signal));
  }

  /** The service has started. */
  ready(): void {
    Atomics.store(this.#cells, cell.ready, set);
  }

  /** The process has received a stop signal. */
  stopping(): void {
    Atomics.store(this.#cells, cell.stopping, set);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    await this.#beating[Symbol.asyncDispose]();
    await this.#worker.terminate();
  }

  #startThread(): Worker {
    const { environment, logger, times } = this.#options;
    const usec = Number(environment['WATCHDOG_USEC'] ?? Number.NaN);
    const notifyEveryMs = Number.isFinite(usec) ? Math.max(1_000, usec / 3_000) : 10_000;
    const data: GuardData = {
      shared: this.#cells.buffer,
      checkMs: beatMs,
      warnMs: blockedMs,
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
    while (!signal.aborted) {
      Atomics.add(this.#cells, cell.beat, 1);
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
