import { Worker } from 'node:worker_threads';
import { systemClock } from './clock.ts';
import { ScadaError } from './errors.ts';
import { RpcClient, type RpcCalls } from './rpc.ts';
import { threadPort } from './rpc-ports.ts';

/** Bounds of work on input from outside. */
export interface ApartLimits {
  /** Longest duration, ms. */
  readonly deadlineMs: number;
  /** Largest heap of the thread, MB. */
  readonly mostMb: number;
}

export interface ApartOptions extends ApartLimits {
  /** Name of the thread. */
  readonly name: string;
  /** Creates the error from the rest of a sentence about the input: `was not read within 60 s`. */
  readonly fail: (reason: string, cause?: unknown) => ScadaError;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Works on input from outside in a thread of its own, which then ends. Input that needs too much time or memory ends only the thread.
 * @param module entry of the thread, which serves the calls
 * @param use calls the thread; its result is that of this function
 * @param ended receives a promise that resolves when the thread has ended: after the deadline, one that waits in the kernel for a disk may
 * remain
 * @throws the error of `fail`; the reason of the signal
 */
export async function workApart<Calls extends RpcCalls<Calls>, Result>(
  module: URL,
  { name, deadlineMs, mostMb, fail, signal }: ApartOptions,
  use: (thread: RpcClient<Calls>) => Promise<Result>,
  ended: (end: Promise<unknown>) => void = () => {},
): Promise<Result> {
  signal?.throwIfAborted();
  const worker = new Worker(module, { name, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: mostMb } });
  const over = new AbortController();
  const stop = signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]);
  const thread = new RpcClient<Calls>(threadPort(worker), {
    name,
    unavailable: (reason, cause) => {
      const isMemory = (cause as NodeJS.ErrnoException | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
      return isMemory ? fail(`needs more than ${mostMb} MB of memory`, cause) : fail(`cannot be read: ${reason}`, cause);
    },
  });
  const deadline = async (): Promise<never> => {
    await systemClock.sleep(deadlineMs, stop);
    over.abort();
    throw fail(`was not read within ${deadlineMs / 1_000} s`);
  };
  try {
    return await Promise.race([use(thread), deadline()]);
  } finally {
    const isBusy = stop.aborted;
    over.abort();
    const end = worker.terminate();
    ended(end);
    // nobody waits for the calls that are left
    thread.fail(fail('is no longer read'));
    if (!isBusy) await end;
  }
}
