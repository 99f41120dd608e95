import { RpcServer } from '../../core/rpc-server.ts';
import { starterPort } from '../../core/rpc-ports.ts';
import type { Calls } from './messages.ts';
import { Store } from './store.ts';

/** Process of the embedded store. A hang, a crash or a lack of memory of the database does not end the monitor. */
let store: Store | undefined;

function opened(): Store {
  if (store === undefined) throw new Error('a call came before the store was opened');
  return store;
}

/** Ends the process at once, because an orderly exit waits for the driver. Commits are in the write-ahead log. */
const end = (): void => void process.kill(process.pid, 'SIGKILL');

new RpcServer<Calls>(starterPort(), {
  alive: () => undefined,
  open: ({ options, now }) => (store ??= new Store(options)).start(now),
  examine: (range, { signal }) => opened().examine(range, signal),
  write: async (batch) => {
    await opened().write(batch);
    return undefined;
  },
  query: (range, { signal }) => opened().query(range, signal),
  slice: (request, { signal }) => opened().slice(request, signal),
  stats: (_, { signal }) => opened().stats(signal),
  maintain: (now, { signal }) => opened().maintain(now, signal),
  close: async (_, call) => {
    await call.stopOthers();
    await store?.close();
    return undefined;
  },
});

process.on('disconnect', end);
process.on('uncaughtException', (error) => {
  process.stderr.write(`scadawatch: the process of the embedded store has ended by an unexpected error: ${error.message}\n`, end);
});
// a terminal and a service manager signal every process of the group; the monitor ends this one after everything is stored
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => {});
