import { RpcServer } from '../core/rpc-server.ts';
import { starterPort } from '../core/rpc-ports.ts';
import type { StateCalls } from './writer/messages.ts';
import { DatabaseOwner } from './owner.ts';

/** Process that owns the databases of a monitor. A disk that hangs blocks only this process. */
const owners = new Map<string, DatabaseOwner>();

function ownerOf(dir: string): DatabaseOwner {
  const owner = owners.get(dir) ?? new DatabaseOwner(dir);
  owners.set(dir, owner);
  return owner;
}

new RpcServer<StateCalls>(starterPort(), {
  load: ({ dir, run }) => ownerOf(dir).load(run),
  write: ({ dir, ...request }) => ownerOf(dir).write(request),
  read: ({ dir, ...request }) => ownerOf(dir).read(request),
  close: ({ dir }) => ownerOf(dir).close(),
});

process.on('disconnect', () => {
  for (const owner of owners.values()) owner.close();
  process.exit();
});
// a terminal and a service manager signal every process of the group; the monitor ends this one after everything is stored
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => {});
