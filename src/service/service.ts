import { setFlagsFromString } from 'node:v8';
import { sleepUnreferenced, systemClock } from '../core/clock.ts';
import { toScadaError } from '../core/errors.ts';
import { formatDuration } from '../core/format.ts';
import type { Logger } from '../core/plugin.ts';
import { otherDisks } from '../data-directory/disk-access.ts';
import { MainThreadGuard } from './guard.ts';
import { reportReady } from './parent.ts';
import { exitCodes, stopSignal, untilAborted } from './process.ts';
import { recordEnd, recordStop } from './run-record.ts';

/**
 * V8 collects the garbage of each thread when its heap has grown by this share since the last time. By itself it lets a small heap grow
 * to several times its content, which in a flood of alerts is a hundred megabytes.
 */
const heapGrowthPercent = 30;
/** Time until the process ends after a signal, whatever its parts do, ms. */
const stopMs = 8_500;
/** Time until the process ends after an unrecoverable failure, ms. */
const failMs = 4_500;
/** Unhandled rejections within a minute from which the process is no longer reliable. */
const mostRejections = 20;
const minuteMs = 60_000;

/** Content of the process: a monitor with its dashboard. */
export interface Serving {
  /** `done` rejects if the monitor cannot continue. */
  readonly monitor: { readonly done: Promise<void>; report(fault: 'unexpected-error' | 'monitor-blocked', detail: string): void };
  /** Names of the parts that have not ended yet during disposal. */
  unfinished(): readonly string[];
  /** True if an abandoned part has not ended yet. */
  isHanging(): boolean;
}

export interface ServiceOptions {
  readonly logger: Logger;
  /** Data directory, which keeps how the run ends. Default: nothing is kept. */
  readonly dataDir?: string | undefined;
  /** Aborts at a signal to the process. Default: SIGINT and SIGTERM. */
  readonly stop?: AbortSignal | undefined;
  /** Aborts when the process is to go on with something else: `run` returns, and nothing ends the process. */
  readonly ended?: AbortSignal | undefined;
}

/**
 * Process of a monitor that runs until it is stopped: `run` and `lab`. An unrecoverable failure ends it within 5 s with exit code
 * 3 and one line on stderr. A signal ends it within 10 s. If a part hangs, the process is ended by SIGKILL.
 */
export class Service implements AsyncDisposable {
  /** Aborts when the process must end. */
  readonly signal: AbortSignal;
  readonly #failing = new AbortController();
  readonly #disposed = new AbortController();
  readonly #logger: Logger;
  readonly #dataDir: string | undefined;
  readonly #guard: MainThreadGuard;
  #serving: Serving | undefined;
  #rejections: number[] = [];
  /** The record of a failure that ends the process. */
  #recorded: Promise<void> | undefined;

  constructor({ logger, dataDir, stop = stopSignal(), ended }: ServiceOptions) {
    setFlagsFromString(`--heap-growing-percent=${heapGrowthPercent}`);
    this.#logger = logger;
    this.#dataDir = dataDir;
    this.signal = AbortSignal.any([stop, this.#failing.signal, ...(ended === undefined ? [] : [ended])]);
    process.on('uncaughtException', this.#onException);
    process.on('unhandledRejection', this.#onRejection);
    this.#guard = new MainThreadGuard({
      clock: systemClock,
      logger,
      environment: process.env,
      dataDir,
      onBlocked: (ms) => this.#blocked(ms),
    });
    stop.addEventListener('abort', () => this.#stop(), { once: true, signal: this.#disposed.signal });
  }

  /** Runs the monitor until a signal or a failure. */
  async run(serving: Serving): Promise<void> {
    this.#serving = serving;
    this.#guard.ready();
    reportReady();
    serving.monitor.done.catch((thrown: unknown) => this.#fail(thrown));
    await untilAborted(this.signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed.abort();
    await this.#guard[Symbol.asyncDispose]();
    if (this.#dataDir !== undefined) await (this.#recorded ?? recordStop(this.#dataDir));
    process.off('uncaughtException', this.#onException);
    process.off('unhandledRejection', this.#onRejection);
    if (this.#serving?.isHanging() === true || otherDisks.isHanging) this.#kill('the bounds of the shutdown');
  }

  readonly #onException = (thrown: unknown): void => this.#fail(thrown);

  /** An unhandled rejection interrupts nothing, so the process continues and raises an alarm. */
  readonly #onRejection = (thrown: unknown): void => {
    const { message } = toScadaError(thrown);
    this.#logger.error(`unexpected error: ${message}`, { stack: thrown instanceof Error ? thrown.stack : undefined });
    this.#serving?.monitor.report('unexpected-error', `Error: ${message}.`);
    const now = systemClock.monotonic();
    this.#rejections = [...this.#rejections.filter((at) => now - at < minuteMs), now];
    if (this.#rejections.length > mostRejections) this.#fail(thrown);
  };

  #blocked(ms: number): void {
    const text = `It was blocked for ${formatDuration(ms)}.`;
    this.#logger.error(`the main thread was blocked for ${Math.round(ms)} ms`);
    this.#serving?.monitor.report('monitor-blocked', text);
  }

  #fail(thrown: unknown): void {
    if (this.#failing.signal.aborted) return;
    process.exitCode = exitCodes.internal;
    const { message, hint } = toScadaError(thrown);
    print(`ended by an unexpected error: ${message}${hint === undefined ? '' : ` (${hint})`}`);
    const stack = thrown instanceof Error ? thrown.stack : undefined;
    this.#logger.error(`ended by an unexpected error: ${message}`, { stack });
    const end = { aliveAt: systemClock.now(), reason: `unexpected error: ${message}`, stack };
    if (this.#dataDir !== undefined) this.#recorded = recordEnd(this.#dataDir, end);
    void this.#endWithin(failMs);
    this.#failing.abort();
  }

  #stop(): void {
    this.#guard.stopping();
    void this.#endWithin(stopMs);
  }

  /** Ends the process if it still runs after this time. */
  async #endWithin(ms: number): Promise<void> {
    await sleepUnreferenced(ms);
    this.#kill(formatDuration(ms));
  }

  /** Ends the process by SIGKILL: an ordinary exit waits for threads, also for one that hangs in a disk call. */
  #kill(within: string): void {
    print(`not finished within ${within}: ${this.#unfinished().join(', ') || 'an access to a disk'}`);
    // listeners of `exit` report unsaved writes
    process.emit('exit', exitCodes.internal);
    process.kill(process.pid, 'SIGKILL');
  }

  #unfinished(): readonly string[] {
    return this.#serving?.unfinished() ?? [];
  }
}

const print = (text: string): void => void process.stderr.write(`scadawatch: ${text}\n`);
