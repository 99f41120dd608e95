import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { changeOf, intrusion } from '../../../test/support/alert-changes.ts';
import { syslog } from './index.ts';

const signal = new AbortController().signal;
const withManyTags = changeOf(1, { alert: { ...intrusion, tags: Array.from({ length: 8_000 }, (_, i) => `TAG${i}.VALUE`) } });
let server: Server | undefined;
afterEach(async () => {
  server?.close();
  if (server?.listening === true) await once(server, 'close');
});

/** A receiver that treats each connection as given, and keeps what it reads. */
async function receiver(treat: (socket: Socket) => void, allowHalfOpen = false) {
  let text = '';
  server = createServer({ allowHalfOpen }, (socket) => {
    socket.on('data', (bytes) => {
      text += bytes.toString();
    });
    socket.on('error', () => {});
    treat(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const settings = { host: '127.0.0.1', port: (server.address() as AddressInfo).port, transport: 'tcp', hostname: 'water works' };
  const create = (more: object = {}) => syslog.create(syslog.schema.parse({ ...settings, ...more }));
  return { create, text: () => text };
}

describe('a syslog message', () => {
  it('is framed by its number of bytes, not of characters', async () => {
    const { create, text } = await receiver(() => {});
    const changes = [changeOf(1, { note: 'ä€' }), changeOf(2, { kind: 'cleared', alert: { ...intrusion, state: 'A' } })];
    await create().notifyAll?.(changes, signal);
    const bytes = Buffer.from(text());
    const messages: string[] = [];
    for (let at = 0; at < bytes.length; ) {
      const space = bytes.indexOf(' ', at);
      const length = Number(bytes.subarray(at, space).toString());
      messages.push(bytes.subarray(space + 1, space + 1 + length).toString());
      at = space + 1 + length;
    }
    const sender = `waterworks scadawatch ${process.pid}`;
    // facility local0: 16 × 8 + severity
    expect(messages[0]).toMatch(new RegExp(`^<130>1 2026-11-24T03:12:02.000Z ${sender} raised - CEF:0.* reason=ä€ `));
    expect(messages[1]).toMatch(new RegExp(`^<134>1 2026-11-24T03:12:02.000Z ${sender} cleared - CEF:0`));
    expect(messages).toHaveLength(2);
  });

  it('is only of the priorities that are asked for', async () => {
    const { create, text } = await receiver(() => {});
    const change = changeOf(1, { alert: { ...intrusion, priority: 'A' } });
    await create({ minimumPriority: 2 }).notify(change, signal);
    expect(text()).toBe('');
  });
});

describe('a change is sent again if the receiver', () => {
  it('cuts the connection after it has read', async () => {
    const { create } = await receiver((socket) => socket.once('data', () => socket.resetAndDestroy()));
    await expect(create().notify(changeOf(), signal)).rejects.toMatchObject({ kind: 'retryable', code: 'NOTIFY_FAILED' });
  });

  it('closes its side before everything was sent', async () => {
    const { create } = await receiver((socket) => {
      socket.pause();
      socket.end();
      socket.once('finish', () => setImmediate(() => socket.destroy()));
    }, true);
    // more than the buffers of a connection hold
    const changes = Array.from({ length: 100 }, () => withManyTags);
    await expect(create({ format: 'ecs' }).notifyAll?.(changes, signal)).rejects.toMatchObject({
      kind: 'retryable',
      code: 'NOTIFY_FAILED',
    });
  });

  it('reads and does not confirm', async () => {
    const sockets: Socket[] = [];
    const { create, text } = await receiver((socket) => void sockets.push(socket), true);
    await expect(create({ timeoutMs: 200 }).notify(changeOf(), signal)).rejects.toMatchObject({
      kind: 'retryable',
      message: expect.stringContaining('not confirmed within 200 ms') as string,
    });
    expect(text()).toContain('externalId=ALT-000017');
    for (const socket of sockets) socket.destroy();
  });

  it('cannot be reached', async () => {
    const { create } = await receiver(() => {});
    server?.close();
    await expect(create().notify(changeOf(), signal)).rejects.toMatchObject({
      kind: 'retryable',
      message: expect.stringMatching(/^syslog tcp:\/\/127\.0\.0\.1:\d+: connect ECONNREFUSED/) as string,
    });
  });

  it('should use a certificate file that cannot be read', async () => {
    const { create } = await receiver(() => {});
    await expect(create({ transport: 'tls', ca: '/no/such/file.pem' }).notify(changeOf(), signal)).rejects.toMatchObject({
      kind: 'retryable',
      message: expect.stringContaining('/no/such/file.pem') as string,
    });
  });
});

it('a message beyond a datagram is refused with what to do', async () => {
  const { create } = await receiver(() => {});
  await expect(create({ transport: 'udp', format: 'ecs' }).notify(withManyTags, signal)).rejects.toMatchObject({
    kind: 'fatal',
    hint: 'use tcp or tls',
  });
});

describe('the configuration', () => {
  const problems = (settings: object): string[] =>
    syslog.schema.safeParse(settings).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

  it.each([
    [{ host: 'siem.example', transport: 'tcp' }, 'transport: alerts would cross the network in clear text'],
    [{ host: 'siem.example', transport: 'udp' }, 'transport: alerts would cross the network in clear text'],
    [{ host: '169.254.169.254' }, 'host: this is a link-local address'],
    [{ host: 'siem.example', certificate: 'own.pem' }, 'key: certificate and key are given together'],
  ])('%o is refused', (settings, problem) => {
    expect(problems(settings)).toEqual([expect.stringContaining(problem)]);
  });

  it.each([
    { host: 'siem.example' },
    { host: '127.0.0.1', transport: 'udp' },
    { host: 'a', transport: 'tcp', allowClearText: true },
  ])('%o is accepted', (settings) => {
    expect(problems(settings)).toEqual([]);
  });
});
