import { type ChildProcess, fork } from 'node:child_process';
import { type Batch, BatchBuilder, type BatchMessage } from '../../core/batch.ts';
import type { Clock } from '../../core/clock.ts';
import { Deadline } from '../../core/deadline.ts';
import { ScadaError } from '../../core/errors.ts';
import { Outbox } from '../../core/outbox.ts';
import { type CallName, type Calls, errorFromMessage, type FromStore, type ToStore } from './messages.ts';

/** Heap of the process, MB: samples lie outside of it. */
const heapMb = 512;
/** How long an orderly end may take, ms; DuckDB writes its log into the database. The monitor itself has 8.5 s for its end. */
const closeMs = 4_000;

interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

/** The store's process as seen from the monitor: calls with an answer each. */
export class StoreProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #clock: Clock;
  readonly #outbox = new Outbox<ToStore>((messages) => this.#send(messages));
  readonly #waiting = new Map<number, Waiting>();
  readonly #ended = Promise.withResolvers<void>();
  readonly #onFailed: (error: ScadaError) => void;
  #exited = false;
  #next = 1;
  #failure: ScadaError | undefined;
  #closing: Promise<void> | undefined;

  /**
   * @param clock the machine's
   * @param onFailed called once when the process ends by itself or is given up
   */
  constructor(clock: Clock, onFailed: (error: ScadaError) => void) {
    this.#clock = clock;
    this.#onFailed = onFailed;
    // the published build has JavaScript beside it
    const file = import.meta.url.endsWith('.ts') ? './store-process.ts' : './store-process.js';
    this.#child = fork(new URL(file, import.meta.url), {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [`--max-old-space-size=${heapMb}`, '--max-semi-space-size=4'],
    });
    this.#child.on('message', (messages) => {
      for (const message of messages as readonly FromStore[]) this.#take(message);
    });
    this.#child.on('error', (cause) => {
      this.#fail(unavailable(`the process of the embedded store has failed: ${cause.message}`, cause));
      // one that could not be started has no exit
      if (this.#child.pid === undefined) this.#exit();
    });
    this.#child.on('exit', (code, signal) => {
      this.#fail(unavailable(`the process of the embedded store has ended (${signal ?? `exit status ${code}`})`));
      this.#exit();
    });
    // a monitor that is ended by force leaves no process behind that holds the database
    process.once('exit', this.#kill);
  }

  /** Why the process takes no more calls; undefined while it does. */
  get failure(): ScadaError | undefined {
    return this.#failure;
  }

  get exited(): boolean {
    return this.#exited;
  }

  /** Ends a process that does not answer: whoever waits for it gets the error. */
  giveUp(error: ScadaError): void {
    this.#fail(error);
    this.#kill();
  }

  /** @param signal stops the wait at once and the work soon after */
  async call<Name extends CallName>(name: Name, args: Calls[Name]['args'], signal?: AbortSignal): Promise<Calls[Name]['result']> {
    signal?.throwIfAborted();
    if (this.#failure !== undefined) throw this.#failure;
    const id = this.#next++;
    const { promise, resolve, reject } = Promise.withResolvers<Calls[Name]['result']>();
    const cancel = (): void => {
      this.#waiting.delete(id);
      this.#outbox.put({ type: 'cancel', id });
      reject(signal?.reason);
    };
    this.#waiting.set(id, { resolve, reject });
    signal?.addEventListener('abort', cancel, { once: true });
    this.#outbox.put({ type: 'call', id, name, args });
    try {
      return await promise;
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  async #close(): Promise<void> {
    const late = new Deadline(this.#clock, closeMs, () => unavailable('the embedded store has not closed in time'));
    try {
      await late.within(this.call('close', undefined));
      await late.within(this.#ended.promise);
    } catch {
      // what it has not committed is in the spool or was never acknowledged
      this.#kill();
    }
    await this.#ended.promise;
  }

  #send(messages: readonly ToStore[]): void {
    // the callback also takes errors, which the end of the process explains
    if (this.#child.connected) this.#child.send(messages, () => {});
  }

  #take(message: FromStore): void {
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.type === 'done') waiting?.resolve(message.result as never);
    else waiting?.reject(errorFromMessage(message.error));
  }

  #fail(error: ScadaError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    if (this.#closing === undefined) this.#onFailed(error);
  }

  readonly #kill = (): void => void this.#child.kill('SIGKILL');

  #exit(): void {
    this.#exited = true;
    process.off('exit', this.#kill);
    this.#ended.resolve();
  }
}

/** A batch as it crosses to the process: its own rows alone, in memory that is not shared. */
export function packed(batch: Batch): BatchMessage {
  const builder = new BatchBuilder(batch.device, batch.length, false);
  builder.addColumns(batch, batch.length, batch.receiveTime, batch.texts);
  return builder.publish().toMessage();
}

/** Retryable: the process is started again with the next call. */
export const unavailable = (message: string, cause?: unknown): ScadaError =>
  new ScadaError('retryable', 'STORE_UNAVAILABLE', message, { cause });
