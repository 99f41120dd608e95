import { Worker } from 'node:worker_threads';
import { ScadaError } from '../../core/errors.ts';
import { Outbox } from '../../core/outbox.ts';
import { type CallName, type Calls, errorFromMessage, type FromThread, type ThreadOptions, type ToThread } from './messages.ts';

interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

/** The store's thread as seen from outside: calls with an answer each. */
export class StoreThread implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #outbox = new Outbox<ToThread>((messages) => this.#worker.postMessage(messages));
  readonly #waiting = new Map<number, Waiting>();
  readonly #ended: Promise<void>;
  #exited = false;
  #next = 1;
  #failure: ScadaError | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: ThreadOptions) {
    // the published build has JavaScript beside it
    const file = import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js';
    this.#worker = new Worker(new URL(file, import.meta.url), { workerData: options, name: 'historian', execArgv: [] });
    this.#worker.on('message', (messages: readonly FromThread[]) => {
      for (const message of messages) this.#take(message);
    });
    this.#worker.on('error', (cause) => this.#fail(ended(cause)));
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#ended = promise;
    this.#worker.on('exit', () => {
      this.#exited = true;
      this.#fail(ended(undefined));
      resolve();
    });
  }

  /** Why the thread takes no more calls; undefined while it does. */
  get failure(): ScadaError | undefined {
    return this.#failure;
  }

  get exited(): boolean {
    return this.#exited;
  }

  /**
   * Gives up a thread that does not answer: whoever waits for it gets the error. It is used again when it answers after all. It is not
   * terminated, because the driver aborts the whole process when its thread ends in the middle of its work.
   */
  abandon(error: ScadaError): void {
    this.#fail(error);
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
    if (this.#failure === undefined) await this.call('close', undefined);
    await this.#ended;
  }

  #take(message: FromThread): void {
    if (!this.#exited) this.#failure = undefined;
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.type === 'done') waiting?.resolve(message.result as never);
    else waiting?.reject(errorFromMessage(message.error));
  }

  #fail(error: ScadaError): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }
}

/** Retryable: the thread is started again with the next call. */
const ended = (cause: unknown): ScadaError =>
  new ScadaError('retryable', 'STORE_UNAVAILABLE', 'the thread of the embedded store has ended', { cause });
