import type { ChildProcess, Serializable } from 'node:child_process';
import { parentPort, type Worker } from 'node:worker_threads';
import { toScadaError } from './errors.ts';

/** Connection to another thread or process. */
export interface MessagePort {
  /** Sends a structured clone. A side that has ended receives nothing. */
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
}

/** Connection to a thread or process that this side has started. */
export interface PeerPort extends MessagePort {
  /** @param listener receives the reason as the rest of a sentence: `has ended (exit status 1)` */
  onEnd(listener: (reason: string, cause?: unknown) => void): void;
}

export const threadPort = (worker: Worker): PeerPort => ({
  post: (message) => worker.postMessage(message),
  onMessage: (listener) => void worker.on('message', listener),
  onEnd: (listener) => {
    worker.on('error', (cause) => listener(failed(cause), cause));
    worker.on('exit', (code) => listener(`has ended (exit status ${code})`));
  },
});

export const processPort = (child: ChildProcess): PeerPort => ({
  // the callback takes errors, which the end of the process explains
  post: (message) => void (child.connected && child.send(message as Serializable, () => {})),
  onMessage: (listener) => void child.on('message', listener),
  onEnd: (listener) => {
    child.on('error', (cause) => listener(failed(cause), cause));
    child.on('exit', (code, signal) => listener(`has ended (${signal ?? `exit status ${code}`})`));
  },
});

/** Connection to the side that has started this thread or process. */
export function starterPort(): MessagePort {
  const port = parentPort;
  if (port !== null)
    return { post: (message) => port.postMessage(message), onMessage: (listener) => void port.on('message', listener) };
  if (process.send === undefined) throw new Error('this module is the entry of a thread or of a child process');
  return {
    post: (message) => void process.send?.(message, undefined, undefined, () => {}),
    onMessage: (listener) => void process.on('message', listener),
  };
}

const failed = (cause: unknown): string => `has failed: ${toScadaError(cause).message}`;
