import { Outbox } from '../../core/outbox.ts';
import { type CallName, type Calls, errorToMessage, type FromStore, type ToStore } from './messages.ts';
import { Store } from './store.ts';

/** Process of the embedded store. A hang, a crash or a lack of memory of the database does not end the monitor. */
let store: Store | undefined;
let closed = false;
const outbox = new Outbox<FromStore>((messages) => {
  process.send?.(messages, undefined, undefined, () => {
    if (closed) process.exit(0);
  });
});
const running = new Map<number, { readonly controller: AbortController; readonly ended: Promise<void> }>();

type Handlers = {
  readonly [Name in CallName]: (args: Calls[Name]['args'], signal: AbortSignal) => Promise<Calls[Name]['result']>;
};

const handlers: Handlers = {
  open: ({ options, now }) => (store ??= new Store(options)).start(now),
  examine: (range, signal) => opened().examine(range, signal),
  write: async (batch) => {
    await opened().write(batch);
    return undefined;
  },
  query: (range, signal) => opened().query(range, signal),
  slice: (request, signal) => opened().slice(request, signal),
  stats: (_, signal) => opened().stats(signal),
  maintain: (now, signal) => opened().maintain(now, signal),
  close: async () => {
    for (const { controller } of running.values()) controller.abort();
    await Promise.all([...running.values()].map(({ ended }) => ended));
    await store?.close();
    return undefined;
  },
};

function opened(): Store {
  if (store === undefined) throw new Error('a call came before the store was opened');
  return store;
}

async function answer(id: number, name: CallName, args: Calls[CallName]['args'], signal: AbortSignal): Promise<void> {
  let message: FromStore;
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

function take(message: ToStore): void {
  if (message.type === 'cancel') {
    running.get(message.id)?.controller.abort();
    return;
  }
  const { id, name, args } = message;
  const controller = new AbortController();
  const ended = answer(id, name, args, controller.signal);
  if (name !== 'close') running.set(id, { controller, ended });
}

/** Ends the process at once: an orderly exit waits for the driver. What was committed is in the write-ahead log. */
const end = (): void => void process.kill(process.pid, 'SIGKILL');

process.on('message', (messages: readonly ToStore[]) => {
  for (const message of messages) take(message);
});
process.on('disconnect', end);
process.on('uncaughtException', (error) => {
  process.stderr.write(`scadawatch: the process of the embedded store has ended by an unexpected error: ${error.message}\n`, end);
});
// a terminal and a service manager signal every process of the group: the monitor ends this one when all is stored
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => {});
