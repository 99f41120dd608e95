import { Worker } from 'node:worker_threads';
import { moduleBeside } from '../../core/module.ts';
import { RpcClient } from '../../core/rpc.ts';
import { threadPort } from '../../core/rpc-ports.ts';
import type { WriterCalls, WriterOptions } from './messages.ts';
import type { Operation } from './operation.ts';
import { stateUnavailable } from './unavailable.ts';

/** Writes operations. Rejects if none of them was written. */
export interface Writer {
  write(operations: readonly Operation[]): Promise<void>;
  /** Closes the database and ends. */
  close(): Promise<void>;
}

interface Thread {
  readonly worker: Worker;
  readonly rpc: RpcClient<WriterCalls>;
}

/** Main-thread side of the writer thread. The next write restarts a thread that has ended. */
export class WriterThread implements Writer {
  readonly #dir: string;
  #thread: Thread | undefined;
  #next = 1;
  readonly #written = new Int32Array(new SharedArrayBuffer(4));

  constructor(dir: string) {
    this.#dir = dir;
    // so that the first write does not wait for the start of the thread
    this.#thread = this.#start();
  }

  /** Writes one request; one at a time. @throws ScadaError STATE_UNAVAILABLE */
  async write(operations: readonly Operation[]): Promise<void> {
    const { rpc } = (this.#thread ??= this.#start());
    const id = this.#next++;
    try {
      await rpc.call('write', { id, operations });
    } catch (thrown) {
      // a request that was written without a reply must not be written again
      if (Atomics.load(this.#written, 0) !== id) throw thrown;
    }
  }

  async close(): Promise<void> {
    const thread = this.#thread;
    if (thread === undefined) return;
    // a thread that has ended meanwhile has nothing to close
    await thread.rpc.call('close', undefined).catch(() => {});
    await thread.worker.terminate();
  }

  #start(): Thread {
    const worker = new Worker(moduleBeside(import.meta.url, '../writer-worker'), {
      workerData: { dir: this.#dir, written: this.#written } satisfies WriterOptions,
      name: 'state',
      execArgv: [],
    });
    const rpc = new RpcClient<WriterCalls>(threadPort(worker), {
      name: 'its thread',
      unavailable: stateUnavailable,
      onFailed: () => {
        if (this.#thread?.worker === worker) this.#thread = undefined;
      },
    });
    return { worker, rpc };
  }
}
