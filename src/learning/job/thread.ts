import { parentPort, Worker, workerData } from 'node:worker_threads';
import { ScadaError, toScadaError } from '../../core/errors.ts';

/** @param done 0–1 */
export type Progress = (done: number, text: string) => void;

type Message<Result> =
  | { readonly type: 'progress'; readonly done: number; readonly text: string }
  | { readonly type: 'result'; readonly result: Result }
  | { readonly type: 'failed'; readonly code: ScadaError['code']; readonly message: string; readonly hint: string | undefined };

/**
 * Runs a module that calls `workInThread` in a thread of its own.
 * @param what it does, for the message if it ends without a result
 * @throws ScadaError that the work threw; AbortError when the signal aborts
 */
export async function runThread<Result>(
  module: URL,
  what: string,
  job: unknown,
  onProgress: Progress,
  signal?: AbortSignal,
): Promise<Result> {
  signal?.throwIfAborted();
  const worker = new Worker(module, { workerData: job });
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  const stop = (): void => reject(signal?.reason as Error);
  signal?.addEventListener('abort', stop, { once: true });
  worker.on('message', (message: Message<Result>) => {
    if (message.type === 'progress') onProgress(message.done, message.text);
    else if (message.type === 'result') resolve(message.result);
    else
      reject(new ScadaError('config', message.code, message.message, message.hint === undefined ? {} : { hint: message.hint }));
  });
  worker.on('error', (cause) => reject(new ScadaError('fatal', 'INTERNAL', `${what} failed: ${String(cause)}`, { cause })));
  worker.on('exit', () => reject(new ScadaError('fatal', 'INTERNAL', `${what} ended without a result`)));
  try {
    return await promise;
  } finally {
    signal?.removeEventListener('abort', stop);
    await worker.terminate();
  }
}

/** The other side: does the work of this thread and tells how far it is, what came of it, or why not. */
export async function workInThread<Job, Result>(work: (job: Job, onProgress: Progress) => Promise<Result>): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('this module is the entry of a worker thread');
  const tell = (message: Message<Result>): void => port.postMessage(message);
  try {
    tell({ type: 'result', result: await work(workerData as Job, (done, text) => tell({ type: 'progress', done, text })) });
  } catch (thrown) {
    const { code, message, hint } = toScadaError(thrown);
    tell({ type: 'failed', code, message, hint });
  }
}
