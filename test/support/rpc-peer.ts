import { ScadaError } from '../../src/core/errors.ts';
import { RpcServer, type ServedCall } from '../../src/core/rpc-server.ts';
import { starterPort } from '../../src/core/rpc-ports.ts';

/** Calls of the thread or process of the RPC test. */
export interface PeerCalls {
  readonly echo: { readonly args: unknown; readonly result: unknown };
  /** Emits the text as an event before it answers. */
  readonly emit: { readonly args: string; readonly result: string };
  readonly refuse: { readonly args: undefined; readonly result: never };
  readonly fault: { readonly args: undefined; readonly result: never };
  /** An error of the system. */
  readonly full: { readonly args: undefined; readonly result: never };
  /** Ends when it is aborted. */
  readonly wait: { readonly args: undefined; readonly result: string };
  /** Number of waits that were aborted. */
  readonly aborted: { readonly args: undefined; readonly result: number };
  readonly stopOthers: { readonly args: undefined; readonly result: void };
  readonly exit: { readonly args: number; readonly result: never };
  readonly steps: { readonly args: number; readonly result: string; readonly progress: { readonly step: number } };
  /** Reports progress and keeps the thread busy until the cell is set. */
  readonly busy: { readonly args: Int32Array<SharedArrayBuffer>; readonly result: string; readonly progress: string };
}

let aborted = 0;

async function wait({ signal }: ServedCall): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => {
    aborted++;
    resolve();
  });
  await promise;
  return 'stopped';
}

const server = new RpcServer<PeerCalls, string>(starterPort(), {
  echo: (args) => args,
  emit: (text) => {
    server.emit(text);
    return text;
  },
  refuse: () => {
    throw new ScadaError('config', 'INPUT_INVALID', 'the peer refuses', { hint: 'Ask for something else.' });
  },
  full: async () => Promise.reject(Object.assign(new Error('no space left'), { code: 'ENOSPC' })),
  fault: async () => Promise.reject(new TypeError('a fault of the peer')),
  wait: async (_, call) => wait(call),
  aborted: () => aborted,
  stopOthers: async (_, call) => call.stopOthers(),
  exit: (code) => process.exit(code),
  steps: async (count, { progress }) => {
    for (let step = 1; step <= count; step++) {
      progress({ step });
      await Promise.resolve();
    }
    return 'done';
  },
  busy: (cell, { progress }) => {
    progress('busy');
    return Atomics.wait(cell, 0, 0, 60_000);
  },
});
