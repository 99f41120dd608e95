import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { Outbox } from '../../core/outbox.ts';
import { type CallName, type Calls, errorToMessage, type FromThread, type ThreadOptions, type ToThread } from './messages.ts';
import { Store } from './store.ts';

/** Thread of the embedded store, so that DuckDB's synchronous appends do not delay collection and detection. */
const port = parentPort as MessagePort;
let closed = false;
const outbox = new Outbox<FromThread>((messages) => {
  port.postMessage(messages);
  if (closed) port.close();
});
const store = new Store(workerData as ThreadOptions);
const running = new Map<number, { readonly controller: AbortController; readonly ended: Promise<void> }>();

type Handlers = {
  readonly [Name in CallName]: (args: Calls[Name]['args'], signal: AbortSignal) => Promise<Calls[Name]['result']>;
};

const handlers: Handlers = {
  open: (now) => store.start(now),
  examine: (range, signal) => store.examine(range, signal),
  write: async (batch) => {
    await store.write(batch);
    return undefined;
  },
  query: (range, signal) => store.query(range, signal),
  slice: (request, signal) => store.slice(request, signal),
  stats: (_, signal) => store.stats(signal),
  maintain: (now, signal) => store.maintain(now, signal),
  close: async () => {
    for (const { controller } of running.values()) controller.abort();
    await Promise.all([...running.values()].map(({ ended }) => ended));
    await store.close();
    return undefined;
  },
};

async function answer(id: number, name: CallName, args: Calls[CallName]['args'], signal: AbortSignal): Promise<void> {
  let message: FromThread;
  try {
    const handle = handlers[name] as (args: unknown, signal: AbortSignal) => Promise<Calls[CallName]['result']>;
    message = { type: 'done', id, result: await handle(args, signal) };
  } catch (error) {
    message = { type: 'failed', id, error: errorToMessage(error) };
  }
  running.delete(id);
  if (name === 'close') closed = true;
  outbox.put(message);
}

function take(message: ToThread): void {
  if (message.type === 'cancel') {
    running.get(message.id)?.controller.abort();
    return;
  }
  const { id, name, args } = message;
  const controller = new AbortController();
  const ended = answer(id, name, args, controller.signal);
  if (name !== 'close') running.set(id, { controller, ended });
}

port.on('message', (messages: readonly ToThread[]) => {
  for (const message of messages) take(message);
});

// A thread that ends in the middle of the driver's work takes the process with it: a call that failed so has no answer, and its deadline
// passes.
process.on('uncaughtException', (error) => {
  process.stderr.write(`scadawatch: the thread of the embedded store continues after an unexpected error: ${error.message}\n`);
});
