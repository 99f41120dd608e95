import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { moduleBeside } from '../../core/module.ts';
import { ScadaError } from '../../core/errors.ts';
import type { WriteAnswer, WriterOptions, WriteRequest } from './messages.ts';
import type { Operation } from './operation.ts';

/** Writes operations; rejects where nothing of them was written. */
export interface Writer {
  write(operations: readonly Operation[]): Promise<void>;
  /** Closes the database and ends. */
  close(): Promise<void>;
}

/** The writer thread as seen from outside. A thread that has ended is started again by the next write. */
export class WriterThread implements Writer {
  readonly #dir: string;
  #worker: Worker | undefined;
  #waiting: { readonly id: number; readonly resolve: () => void; readonly reject: (error: unknown) => void } | undefined;
  #next = 1;
  readonly #written = new Int32Array(new SharedArrayBuffer(4));

  constructor(dir: string) {
    this.#dir = dir;
    // so that the first write does not wait for the thread to start
    this.#worker = this.#start();
  }

  /** One request at a time. @throws ScadaError STATE_UNAVAILABLE */
  async write(operations: readonly Operation[]): Promise<void> {
    const worker = (this.#worker ??= this.#start());
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const id = this.#next++;
    this.#waiting = { id, resolve, reject };
    worker.postMessage({ id, operations } satisfies WriteRequest);
    await promise;
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = once(worker, 'exit');
    worker.postMessage('close');
    await ended;
  }

  #start(): Worker {
    // the published build has JavaScript beside it
    const worker = new Worker(moduleBeside(import.meta.url, '../writer-worker'), {
      workerData: { dir: this.#dir, written: this.#written } satisfies WriterOptions,
      name: 'state',
      execArgv: [],
    });
    worker.on('message', ({ id, error }: WriteAnswer) => {
      if (this.#waiting?.id !== id) return;
      const { resolve, reject } = this.#waiting;
      this.#waiting = undefined;
      if (error === undefined) resolve();
      else reject(unavailable(error));
    });
    worker.on('error', (error) => this.#end(worker, error));
    worker.on('exit', () => this.#end(worker, undefined));
    return worker;
  }

  #end(worker: Worker, cause: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    // a request that was written and not answered must not be written again
    if (waiting?.id === Atomics.load(this.#written, 0)) waiting.resolve();
    else waiting?.reject(unavailable(`its thread has ended${cause instanceof Error ? `: ${cause.message}` : ''}`));
  }
}

const unavailable = (reason: string): ScadaError =>
  new ScadaError('retryable', 'STATE_UNAVAILABLE', reason, {
    hint: 'check that the disk of the data directory is not full, read-only or damaged, and that no other program locks state.db',
  });
