import { constants, getPriority, setPriority } from 'node:os';
import { workerData } from 'node:worker_threads';
import type { Notifier } from '../../core/notifier.ts';
import { RpcServer } from '../../core/rpc-server.ts';
import { starterPort } from '../../core/rpc-ports.ts';
import { notifiers } from '../../notifiers/index.ts';
import type { NotifierCalls, ThreadedNotifier } from './calls.ts';

/** Thread of the notifiers: renders, signs and sends. */

// On a busy machine polls, judging and storage come first. Linux counts the priority by thread; elsewhere this would change the process.
const lower = Math.min(getPriority() + 5, constants.priority.PRIORITY_LOW);
if (process.platform === 'linux') setPriority(lower);

const opened = (workerData as readonly (ThreadedNotifier | undefined)[]).map((notifier) =>
  notifiers.find(({ type }) => type === notifier?.type)?.create(notifier?.config),
);

function at(index: number): Notifier {
  const notifier = opened[index];
  if (notifier === undefined) throw new Error(`the thread has no notifier ${index}`);
  return notifier;
}

new RpcServer<NotifierCalls>(starterPort(), {
  alive: () => {},
  notify: ({ index, passed }, { signal }) => at(index).notify(passed, signal),
  notifyDigest: ({ index, passed }, { signal }) => at(index).notifyDigest(passed, signal),
  notifyAll: async ({ index, passed }, { signal }) => await at(index).notifyAll?.(passed, signal),
  acknowledged: async ({ index, passed }, { signal }) => (await at(index).acknowledged?.(passed, signal)) ?? [],
  canary: ({ index, passed }, { signal }) => at(index).canary(passed, signal),
  sendRecords: async ({ index, passed }, { signal }) => await at(index).sendRecords?.(passed, signal),
});
