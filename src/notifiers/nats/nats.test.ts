import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { expect, it, type TestContext } from 'vitest';
import { changeOf } from '../../../test/support/alert-changes.ts';
import { TestAuthority } from '../../../test/support/certificates.ts';
import { listening } from '../../../test/support/listening.ts';
import { freePort } from '../../../test/support/free-port.ts';
import { requirePeer } from '../../../test/support/peers.ts';
import { nats } from './index.ts';

const signal = new AbortController().signal;
const user = 'scadawatch';
const password = 'only-for-this-test-0123456789';

/** A server with JetStream, mutual TLS and a user, and a reader of its stream. */
async function start(test: Pick<TestContext, 'skip'>, stack: AsyncDisposableStack) {
  const { path } = requirePeer('nats-server', test);
  const authority = stack.use(await TestAuthority.create(requirePeer('openssl', test)));
  const server = await authority.sign({ name: 'server', names: 'DNS:localhost,IP:127.0.0.1' });
  const client = await authority.sign({ name: 'client', names: 'DNS:scadawatch' });
  const dir = mkdtempSync(join(tmpdir(), 'scadawatch-nats-'));
  stack.defer(() => rmSync(dir, { recursive: true, force: true }));
  const port = await freePort();
  writeFileSync(
    join(dir, 'conf'),
    `listen: "127.0.0.1:${port}"
jetstream { store_dir: "${join(dir, 'store')}" }
authorization { user: ${user}, password: "${password}" }
tls { cert_file: "${server.cert}", key_file: "${server.key}", ca_file: "${authority.ca}", verify: true }
`,
  );
  let child: ChildProcess | undefined;
  const stop = async (): Promise<void> => {
    child?.kill('SIGKILL');
    if (child !== undefined) await once(child, 'exit');
    child = undefined;
  };
  const run = async (): Promise<void> => {
    child = spawn(path, ['-c', join(dir, 'conf')], { stdio: 'ignore' });
    await listening(port);
  };
  stack.defer(stop);
  await run();
  const files = { ca: authority.ca, certificate: client.cert, key: client.key };
  const create = (more: object = {}) =>
    nats.create(nats.schema.parse({ url: `tls://127.0.0.1:${port}`, ...files, user, password, ...more }));
  const text = (file: string): string => readFileSync(file, 'utf8');
  const manager = async () => {
    const tls = { ca: text(authority.ca), cert: text(client.cert), key: text(client.key) };
    const connection = await connect({ servers: `127.0.0.1:${port}`, user, pass: password, reconnect: false, tls });
    stack.defer(() => connection.close());
    return await jetstreamManager(connection);
  };
  return { create, manager, stop, run };
}

it('stores each change once in a stream, in order, and nothing is lost while the server is away', async (test) => {
  await using stack = new AsyncDisposableStack();
  const { create, manager, stop, run } = await start(test, stack);
  const notifier = create({ subject: 'plants.north' });
  const noStream = {
    kind: 'retryable',
    code: 'NOTIFY_FAILED',
    hint: expect.stringContaining('a stream takes plants.north.>') as string,
  };
  await expect(notifier.notify(changeOf(1), signal)).rejects.toMatchObject(noStream);
  const before = await manager();
  await before.streams.add({ name: 'ALERTS', subjects: ['plants.north.>'] });
  await notifier.notifyAll?.([changeOf(1), changeOf(2)], signal);
  await stop();
  await expect(notifier.notify(changeOf(3), signal)).rejects.toMatchObject({ kind: 'retryable' });
  await run();
  // the answer to the last attempt was lost: the sender repeats all
  await notifier.notifyAll?.([changeOf(1), changeOf(2), changeOf(3, { kind: 'acknowledged' })], signal);
  const { streams } = await manager();
  expect((await streams.info('ALERTS')).state.messages).toBe(3);
  const last = await streams.getMessage('ALERTS', { last_by_subj: 'plants.north.ALT-000017' });
  expect(last?.json()).toMatchObject({ version: 1, type: 'alert', sequence: 3, kind: 'acknowledged' });
  expect(last?.header.get('content-type')).toBe('application/json');
});

it('is called again if the certificate or the password is wrong, and does not name the password', async (test) => {
  await using stack = new AsyncDisposableStack();
  const { create } = await start(test, stack);
  const other = stack.use(await TestAuthority.create(requirePeer('openssl', test)));
  const stranger = await other.sign({ name: 'client', names: 'DNS:scadawatch' });
  const wrong = 'not-the-password-0123';
  for (const more of [{ ca: other.ca }, { certificate: stranger.cert, key: stranger.key }, { password: wrong }]) {
    const error = await create(more)
      .notify(changeOf(), signal)
      .catch((thrown: unknown) => thrown);
    expect(error, JSON.stringify(more)).toMatchObject({ kind: 'retryable', code: 'NOTIFY_FAILED' });
    expect(JSON.stringify(error) + String(error)).not.toContain(wrong);
  }
});

it.each([
  [{ url: 'nats://nats.example' }, 'url: alerts would cross the network in clear text'],
  [{ url: 'tls://169.254.1.1' }, 'url: this is a link-local address'],
  [{ url: 'tls://nats.example', user: 'a' }, 'password: user and password are given together'],
  [{ url: 'tls://nats.example', subject: 'a.*' }, 'subject: words with dots between them'],
  [{ url: 'tls://nats.example', user: 'a', password: 'b', credentials: '/c' }, 'credentials: give either'],
])('the configuration %o is refused', (settings, problem) => {
  const { error } = nats.schema.safeParse(settings);
  expect(error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([expect.stringContaining(problem)]);
});
