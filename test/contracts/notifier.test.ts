import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { NotifierPlugin } from '../../src/core/notifier.ts';
import { notifiers } from '../../src/notifiers/index.ts';
import { changeOf } from '../support/alert-changes.ts';
import { notifiersToFiles, type ReceiverKind, receiverKinds, receiverSecret } from '../support/receiver-kinds.ts';
import type { Behaviour } from '../support/scripted-receivers.ts';

let server: Server | undefined;
afterEach(async () => {
  await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
  server = undefined;
});

async function receiver(type: string, behaviour: Behaviour): Promise<{ port: number; received: () => number }> {
  let received = 0;
  const listening = kindOf(type).open(behaviour, () => received++);
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return { port: (listening.address() as { port: number }).port, received: () => received };
}

function kindOf(type: string): ReceiverKind {
  const kind = receiverKinds[type];
  if (kind === undefined) throw new Error(`the contract suite does not know how to receive from ${type}`);
  return kind;
}

function create(plugin: NotifierPlugin, port: number, more: object = {}) {
  return plugin.create(plugin.schema.parse({ ...kindOf(plugin.type).settings(port), ...more }));
}
const signal = new AbortController().signal;

const overNetwork = notifiers.filter(({ type }) => !notifiersToFiles.includes(type));

describe.each(overNetwork.map((plugin) => [plugin.type, plugin] as const))('the notifier %s', (_, plugin) => {
  it('sends a change once', async () => {
    const { port, received } = await receiver(plugin.type, 'accepts');
    await create(plugin, port).notify(changeOf(), signal);
    expect(received()).toBe(1);
  });

  it('asks to be called again when the receiver is busy or away', async () => {
    const { port } = await receiver(plugin.type, 'is busy');
    await expect(create(plugin, port).notify(changeOf(), signal)).rejects.toMatchObject({ kind: 'retryable' });
    await new Promise<void>((resolve) => server?.close(() => resolve()));
    server = undefined;
    await expect(create(plugin, port).notify(changeOf(), signal)).rejects.toMatchObject({ kind: 'retryable' });
  });

  if (kindOf(plugin.type).canRefuse)
    it('gives up on a change that the receiver refuses', async () => {
      const { port } = await receiver(plugin.type, 'refuses');
      await expect(create(plugin, port).notify(changeOf(), signal)).rejects.toMatchObject({ kind: 'fatal' });
    });

  it('asks to be called again when the connection is half open: it is taken and never answered', async () => {
    await using stack = new AsyncDisposableStack();
    const sockets = new Set<Socket>();
    const silent = createServer({ allowHalfOpen: true }, (socket) => {
      sockets.add(socket.on('error', () => {}).resume());
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    stack.defer(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => silent.close(() => resolve()));
    });
    const { port } = silent.address() as { port: number };
    await expect(create(plugin, port, { timeoutMs: 150 }).notify(changeOf(), signal)).rejects.toMatchObject({
      kind: 'retryable',
    });
  });

  it('has a canary that a receiver takes if it takes alerts, and only then', async () => {
    const { port } = await receiver(plugin.type, 'accepts');
    await create(plugin, port).canary({ id: 'canary-1', time: 1 }, signal);
    await new Promise<void>((resolve) => server?.close(() => resolve()));
    server = undefined;
    await expect(create(plugin, port).canary({ id: 'canary-1', time: 1 }, signal)).rejects.toMatchObject({ kind: 'retryable' });
    const { canaryMode = 'refuses' } = kindOf(plugin.type);
    const other = await receiver(plugin.type, canaryMode);
    await expect(create(plugin, other.port).canary({ id: 'canary-1', time: 1 }, signal)).rejects.toThrow();
  });

  it('has a canary that disturbs nobody', async () => {
    const { port, received } = await receiver(plugin.type, 'accepts');
    await create(plugin, port).canary({ id: 'canary-1', time: 1 }, signal);
    expect(received()).toBe(plugin.type === 'mail' ? 0 : 1);
  });

  it('never names its secret in an error', async () => {
    const { port } = await receiver(plugin.type, 'refuses');
    const error = await create(plugin, port)
      .notify(changeOf(), signal)
      .catch((thrown: unknown) => thrown);
    expect(JSON.stringify(error) + String(error)).not.toContain(receiverSecret);
  });
});
