import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { VirtualClock } from '../../src/core/clock.ts';
import { notifiers } from '../../src/notifiers/index.ts';
import { Notifications } from '../../src/notify/index.ts';
import { intrusion } from '../support/alert-changes.ts';
import { Feed } from '../support/notify.ts';
import { notifiersToFiles, receiverKinds } from '../support/receiver-kinds.ts';
import { contextOf } from '../support/samples.ts';
import type { Behaviour } from '../support/scripted-receivers.ts';

const minute = 60_000;
const alerts = 7;

/** A receiver on loopback that records the ids of the alerts that it reads. */
async function listen(type: string, behaviour: Behaviour, port: number, ids: Set<string>) {
  const server: Server | undefined = receiverKinds[type]?.open(behaviour, () => {});
  if (server === undefined) throw new Error(`no receiver for ${type}`);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    let text = '';
    socket.on('data', (bytes: Buffer) => {
      // a mail breaks its lines
      text = (text + bytes.toString('latin1')).replaceAll('=\r\n', '');
      if (behaviour === 'accepts') for (const [id] of text.matchAll(/ALT-\d{6}/g)) ids.add(id);
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose](): Promise<void> {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

it.each(notifiers.filter(({ type }) => !notifiersToFiles.includes(type)).map((plugin) => [plugin.type, plugin] as const))(
  '%s: a receiver that refuses alerts is a fault, and gets all of them after the repair',
  async (type, plugin) => {
    await using stack = new AsyncDisposableStack();
    const dir = mkdtempSync(join(tmpdir(), 'scadawatch-refused-'));
    stack.defer(() => rmSync(dir, { recursive: true, force: true }));
    const clock = new VirtualClock(Date.UTC(2026, 11, 3));
    const ids = new Set<string>();
    const refusing = await listen(type, 'refuses', 0, ids);
    const { port } = refusing;
    const settings = { ...receiverKinds[type]?.settings(port), timeoutMs: 1_000 };
    const feed = new Feed();
    const notifications = stack.use(
      new Notifications({
        name: type,
        notifier: plugin.create(plugin.schema.parse(settings)),
        feed,
        store: feed,
        dir,
        context: contextOf(clock),
        clock,
      }),
    );
    for (let n = 1; n <= alerts; n++) {
      const id = `ALT-${String(n).padStart(6, '0')}`;
      feed.happen(clock.now(), 'raised', 2, id, 'B', { ...intrusion, id, incident: id.replace('ALT', 'INC'), priority: 2 });
      await clock.advance(minute);
    }
    const patience = { timeout: 20_000, interval: 5 };
    const advanced = async <Value>(value: () => Value): Promise<Value> => {
      await clock.advance(5_000);
      return value();
    };
    await expect.poll(() => advanced(() => notifications.fault?.error.code), patience).toBe('NOTIFY_FAILED');
    expect(notifications.queue()).toMatchObject({ used: alerts, dropped: 0 });
    await refusing[Symbol.asyncDispose]();

    stack.use(await listen(type, 'accepts', port, ids));
    await expect.poll(() => advanced(() => notifications.queue().used), patience).toBe(0);
    expect([...ids].toSorted()).toEqual(feed.changes.map(({ alert }) => alert.id));
    expect(notifications.fault).toBeUndefined();
  },
  60_000,
);
