import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import { Deadline } from '../../core/deadline.ts';
import { formatDuration } from '../../core/format.ts';
import { moduleBeside } from '../../core/module.ts';
import type { Logger } from '../../core/plugin.ts';
import { RpcClient } from '../../core/rpc.ts';
import { processPort } from '../../core/rpc-ports.ts';
import type { ReadRequest, StateCalls, StateContents } from './messages.ts';
import type { Operation } from './operation.ts';
import { stateUnavailable } from './unavailable.ts';

/** Longest wait of a reader, ms: a person waits for it. */
const readMs = 5_000;
/** Longest wait at a start, ms: after a crash, SQLite reads its log. */
const loadMs = 60_000;
/** Time without an answer after which the process is ended, ms. It doubles up to the second figure until a write is answered. */
const hungMs = 10_000;
const mostHungMs = 160_000;
/** Pause before a request is repeated, ms. */
const restartMs = 500;
/** Time for an orderly end, ms. */
const closeMs = 2_000;
/** Heap of the process, MB: a transaction or an answer is far smaller. */
const heapMb = 256;

/** Owner of one state.db. */
export interface StateOwner {
  /** Reads what a running monitor keeps in memory. @throws ScadaError */
  load(): Promise<StateContents>;
  /** Writes operations in one transaction; one call at a time. Rejects if none of them was written. */
  write(operations: readonly Operation[]): Promise<void>;
  /** @throws ScadaError STATE_UNAVAILABLE, also if the answer is late */
  read(request: ReadRequest): Promise<unknown>;
  /** Closes the database. Waits for a disk that hangs no longer than 4 s. */
  close(): Promise<void>;
}

interface Running {
  readonly child: ChildProcess;
  readonly rpc: RpcClient<StateCalls>;
  readonly exited: Promise<void>;
  hasExited: boolean;
}

/**
 * Process that owns the databases of this monitor. It is ended and started again when it does not answer. A process that waits in the
 * kernel for a dead disk ends when the disk answers; no other is started until then, and nothing here waits for it.
 */
export class StateProcess {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #run = randomUUID();
  readonly #late: Deadline;
  #hung: Deadline;
  #patienceMs = hungMs;
  #running: Running | undefined;
  /** Directories whose databases are in use. */
  readonly #dirs = new Set<string>();
  readonly #stop = new AbortController();

  /** @param clock the machine's clock */
  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
    this.#late = new Deadline(clock, readMs, () => stateUnavailable(`state.db has not answered for ${formatDuration(readMs)}`));
    this.#hung = this.#hangAfter(hungMs);
    // so that the first call does not wait for its start
    this.#start();
  }

  /** The owner of the database in a directory. */
  of(dir: string): StateOwner {
    this.#dirs.add(dir);
    let number = 0;
    const opening = new Deadline(this.#clock, loadMs, () => stateUnavailable('the disk does not answer'));
    return {
      load: () => opening.within(this.#current().rpc.call('load', { dir, run: this.#run })),
      write: (operations) => this.#write({ dir, run: this.#run, number: ++number, operations }),
      read: (request) => this.#late.within(this.#answer(this.#current(), 'read', { dir, number, ...request })),
      close: () => this.#close(dir),
    };
  }

  async #write(request: StateCalls['write']['args']): Promise<void> {
    for (;;) {
      const running = this.#current();
      try {
        await this.#answer(running, 'write', request);
        if (this.#patienceMs !== hungMs) this.#hung = this.#hangAfter(hungMs);
        return;
      } catch (thrown) {
        // an error of the database: nothing was written
        if (running.rpc.failure === undefined) throw thrown;
      }
      // it may have been written: the database knows its number, and writes it once
      await running.exited;
      await this.#clock.sleep(restartMs, this.#stop.signal);
    }
  }

  /** An answer of the process, which is ended if it is missing for long. */
  async #answer<Name extends 'read' | 'write'>(
    { rpc }: Running,
    name: Name,
    args: StateCalls[Name]['args'],
  ): Promise<StateCalls[Name]['result']> {
    return await this.#hung.within(rpc.call(name, args));
  }

  #current(): Running {
    const running = this.#running;
    return running === undefined || running.hasExited ? this.#start() : running;
  }

  #start(): Running {
    const child = fork(moduleBeside(import.meta.url, '../state-process'), {
      serialization: 'advanced',
      // a process that waits for a dead disk must not hold the outputs of this one open
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [`--max-old-space-size=${heapMb}`, '--max-semi-space-size=1'],
    });
    child.stderr?.pipe(process.stderr, { end: false });
    const { promise: exited, resolve } = Promise.withResolvers<void>();
    const rpc = new RpcClient<StateCalls>(processPort(child), { name: 'the process of state.db', unavailable: stateUnavailable });
    const running: Running = { child, rpc, exited, hasExited: false };
    const kill = (): void => void child.kill('SIGKILL');
    // also a process that is stopped ends with this one
    process.once('exit', kill);
    const end = (): void => {
      process.off('exit', kill);
      running.hasExited = true;
      resolve();
    };
    child.on('exit', end);
    child.on('error', () => {
      // a process that could not be started emits no exit
      if (child.pid === undefined) end();
    });
    this.#running = running;
    return running;
  }

  #hangAfter(ms: number): Deadline {
    this.#patienceMs = ms;
    return new Deadline(this.#clock, ms, () => {
      const reason = `state.db has not answered for ${formatDuration(ms)}`;
      const error = stateUnavailable(reason);
      const running = this.#running;
      if (running === undefined || running.rpc.failure !== undefined) return error;
      this.#logger.error(`${reason}: its process is ended, and started again when it has ended`);
      this.#hung = this.#hangAfter(Math.min(mostHungMs, 2 * ms));
      running.rpc.fail(error);
      running.child.kill('SIGKILL');
      return error;
    });
  }

  async #close(dir: string): Promise<void> {
    this.#dirs.delete(dir);
    const running = this.#running;
    if (running === undefined || running.hasExited) return this.#stop.abort();
    const late = new Deadline(this.#clock, closeMs, () => stateUnavailable('its disk does not answer'));
    try {
      await late.within(running.rpc.call('close', { dir }));
      if (this.#dirs.size > 0) return;
      running.child.disconnect();
      await late.within(running.exited);
    } catch {
      running.child.kill('SIGKILL');
    }
    this.#stop.abort();
    // nothing here waits for a process that waits for its disk
    if (running.child.connected) running.child.disconnect();
    running.child.stderr?.destroy();
    running.child.unref();
  }
}
