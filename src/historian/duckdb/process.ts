import { type ChildProcess, fork } from 'node:child_process';
import { type Batch, BatchBuilder, type BatchMessage } from '../../core/batch.ts';
import type { Clock } from '../../core/clock.ts';
import { Deadline } from '../../core/deadline.ts';
import { ScadaError } from '../../core/errors.ts';
import { moduleBeside } from '../../core/module.ts';
import { RpcClient } from '../../core/rpc.ts';
import { processPort } from '../../core/rpc-ports.ts';
import type { Calls } from './messages.ts';

/** Heap of the process, MB. Samples are not on the heap. */
const heapMb = 512;
/** Time for an orderly end, ms, in which DuckDB writes its log to the database. The monitor itself has 8.5 s to end. */
const closeMs = 4_000;

/** Monitor side of the store process. */
export class StoreProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #clock: Clock;
  readonly #rpc: RpcClient<Calls>;
  readonly #ended = Promise.withResolvers<void>();
  #exited = false;
  #closing: Promise<void> | undefined;

  /**
   * @param clock the machine's clock
   * @param onFailed called once when the process ends by itself or is killed
   */
  constructor(clock: Clock, onFailed: (error: ScadaError) => void) {
    this.#clock = clock;
    this.#child = fork(moduleBeside(import.meta.url, './store-process'), {
      serialization: 'advanced',
      // a process that waits for a dead disk must not hold the outputs of this one open
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [`--max-old-space-size=${heapMb}`, '--max-semi-space-size=4'],
    });
    this.#child.stderr?.pipe(process.stderr, { end: false });
    this.#rpc = new RpcClient(processPort(this.#child), {
      name: 'the process of the embedded store',
      unavailable,
      onFailed: (error) => {
        if (this.#closing === undefined) onFailed(error);
      },
    });
    this.#child.on('error', () => {
      // a process that could not be started emits no exit
      if (this.#child.pid === undefined) this.#exit();
    });
    this.#child.on('exit', () => this.#exit());
    // a monitor that is killed leaves no process that holds the database
    process.once('exit', this.#kill);
  }

  /** Reason why the process accepts no more calls; undefined while it does. */
  get failure(): ScadaError | undefined {
    return this.#rpc.failure;
  }

  /** Number of calls that the process has answered; undefined while no call waits. */
  get answered(): number | undefined {
    return this.#rpc.answered;
  }

  get exited(): boolean {
    return this.#exited;
  }

  /** Kills a process that does not reply: all waiting calls are rejected with the error. */
  giveUp(error: ScadaError): void {
    this.#rpc.fail(error);
    this.#kill();
  }

  /** @param signal ends the wait at once, and the work soon after */
  async call<Name extends keyof Calls>(
    name: Name,
    args: Calls[Name]['args'],
    signal?: AbortSignal,
  ): Promise<Calls[Name]['result']> {
    return this.#rpc.call(name, args, { signal });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  async #close(): Promise<void> {
    const late = new Deadline(this.#clock, closeMs, () => unavailable('the embedded store has not closed in time'));
    try {
      await late.within(this.call('close', undefined));
      this.#child.disconnect();
      await late.within(this.#ended.promise);
    } catch {
      // uncommitted samples are in the spool or were never acknowledged
      this.#kill();
    }
    await this.#ended.promise;
  }

  readonly #kill = (): void => void this.#child.kill('SIGKILL');

  #exit(): void {
    this.#exited = true;
    process.off('exit', this.#kill);
    this.#ended.resolve();
  }
}

/** A batch for the message to the process: only its own rows, in memory that is not shared. */
export function packed(batch: Batch): BatchMessage {
  const builder = new BatchBuilder(batch.device, batch.length, false);
  builder.addColumns(batch, batch.length, batch.receiveTime, batch.texts);
  return builder.publish().toMessage();
}

/** A retryable error: the next call starts the process again. */
export const unavailable = (message: string, cause?: unknown): ScadaError =>
  new ScadaError('retryable', 'STORE_UNAVAILABLE', message, { cause });
