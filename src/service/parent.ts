import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { Backoff } from '../core/backoff.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import { formatDuration } from '../core/format.ts';
import { Random } from '../core/random.ts';
import { exitCodes } from './process.ts';
import { endedByVariable } from './run-record.ts';

/** Commands that run until they are stopped. */
const lasting: ReadonlySet<string | undefined> = new Set(['run', 'lab']);
/** Pauses between starts, and run time after which they begin anew, ms. */
const pauses = { firstMs: 1_000, mostMs: 60_000 };
const stableMs = 60_000;
/** Message of the monitor once it runs. */
const ready = 'ready';

interface Process extends Pick<NodeJS.Process, 'argv' | 'env' | 'pid'> {
  readonly send?: NodeJS.Process['send'] | undefined;
}

/**
 * True if nothing would start the monitor of this process again. A service manager that systemd is, or a program that has forked this
 * process, does that itself.
 */
export function needsParent({ argv, env, pid, send }: Process): boolean {
  const isService = env['NOTIFY_SOCKET'] !== undefined || env['SYSTEMD_EXEC_PID'] === String(pid);
  return lasting.has(argv[2]) && send === undefined && !isService;
}

/** Reports to the parent process that the monitor runs. */
let report = (): void => {};
export const reportReady = (): void => report();

/** Ends this process with the one that has forked it: nobody would start or stop it any more. */
export function followParent(): void {
  if (process.send === undefined) return;
  report = () => void process.send?.(ready, undefined, undefined, () => {});
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.channel?.unref();
}

export interface ParentOptions {
  /** Starts the monitor. @param endedBy signal or exit status of the last end */
  readonly start: (endedBy: string | undefined) => ChildProcess;
  readonly clock: Clock;
  readonly print: (text: string) => void;
}

/** Starts the monitor of a command line in a process of its own, and starts it again when it ends by a failure. */
export async function runMonitor(script: string): Promise<number> {
  const { argv, execPath, execArgv, env, platform } = process;
  return await new Parent({
    clock: systemClock,
    print: (text) => void process.stderr.write(`scadawatch: ${text}\n`),
    // in a group of its own, so that Ctrl+C reaches it once; Windows would open a window for it
    start: (endedBy) =>
      spawn(execPath, [...execArgv, script, ...argv.slice(2)], {
        stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
        detached: platform !== 'win32',
        env: { ...env, [endedByVariable]: endedBy },
      }),
  }).run();
}

/**
 * Parent of a monitor: does nothing but start it again, with growing pauses. A stop, an error of the configuration, and a first start
 * that fails are not repeated.
 */
export class Parent {
  readonly #options: ParentOptions;
  readonly #backoff = new Backoff(pauses, new Random(process.pid));
  readonly #stopping = new AbortController();
  #child: ChildProcess | undefined;
  #hasRun = false;

  constructor(options: ParentOptions) {
    this.#options = options;
  }

  /** @returns exit status of this process */
  async run(): Promise<number> {
    const { clock, print } = this.#options;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => this.#stop(signal));
    for (let endedBy: string | undefined; ; ) {
      const startedAt = clock.monotonic();
      const { code, signal } = await this.#ending(endedBy);
      const status = code ?? 128 + constants.signals[signal ?? 'SIGKILL'];
      if (this.#isFinal(code)) return status;
      endedBy = signal ?? `exit status ${status}`;
      if (clock.monotonic() - startedAt >= stableMs) this.#backoff.reset();
      const pauseMs = this.#backoff.next();
      print(`the monitor has ended (${endedBy}) and is started again in ${formatDuration(pauseMs)}`);
      await clock.sleep(pauseMs, this.#stopping.signal).catch(() => {});
      if (this.#stopping.signal.aborted) return exitCodes.stopped;
    }
  }

  #stop(signal: NodeJS.Signals): void {
    this.#stopping.abort();
    this.#child?.kill(signal);
  }

  #isFinal(code: number | null): boolean {
    if (this.#stopping.signal.aborted || code === 0 || code === exitCodes.usage || code === exitCodes.stopped) return true;
    // whoever has typed the command reads why it does not start
    return code !== null && !this.#hasRun;
  }

  async #ending(endedBy: string | undefined): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }> {
    const { promise, resolve } = Promise.withResolvers<{ code: number | null; signal: NodeJS.Signals | null }>();
    const child = this.#options.start(endedBy);
    this.#child = child;
    child.on('message', (message) => {
      this.#hasRun ||= message === ready;
    });
    child.once('error', ({ message }) => {
      this.#options.print(`the monitor cannot be started: ${message}`);
      resolve({ code: exitCodes.internal, signal: null });
    });
    child.once('exit', (code, signal) => resolve({ code, signal }));
    try {
      return await promise;
    } finally {
      this.#child = undefined;
    }
  }
}
