import { Worker } from 'node:worker_threads';
import { RpcClient } from '../../core/rpc.ts';
import { RpcServer } from '../../core/rpc-server.ts';
import { starterPort, threadPort } from '../../core/rpc-ports.ts';

/** @param done 0–1 */
export type Progress = (done: number, text: string) => void;

/** The only call of such a thread. */
interface Calls<Job, Result> {
  readonly run: {
    readonly args: Job;
    readonly result: Result;
    readonly progress: { readonly done: number; readonly text: string };
  };
}

/**
 * Runs a module that calls `serveJob` in a separate thread.
 * @param name name of the job, for the message if it ends without a result
 * @throws ScadaError of the job; AbortError when the signal aborts
 */
export async function runThread<Job, Result>(
  module: URL,
  name: string,
  job: Job,
  onProgress: Progress,
  signal?: AbortSignal,
): Promise<Result> {
  signal?.throwIfAborted();
  const worker = new Worker(module);
  const rpc = new RpcClient<Calls<Job, Result>>(threadPort(worker), { name });
  try {
    return await rpc.call('run', job, { signal, onProgress: ({ done, text }) => onProgress(done, text) });
  } finally {
    await worker.terminate();
  }
}

/** Serves the job of this thread. */
export function serveJob<Job, Result>(work: (job: Job, onProgress: Progress) => Promise<Result>): void {
  new RpcServer<Calls<Job, Result>>(starterPort(), {
    run: async (job, call) => work(job, (done, text) => call.progress({ done, text })),
  });
}
