import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, type TestContext } from 'vitest';
import { changeOf, intrusion } from '../../../test/support/alert-changes.ts';
import { TestAuthority } from '../../../test/support/certificates.ts';
import { listening } from '../../../test/support/listening.ts';
import { freePort } from '../../../test/support/free-port.ts';
import { requirePeer } from '../../../test/support/peers.ts';
import { mqtt } from './index.ts';

const signal = new AbortController().signal;

/** Mosquitto with mutual TLS, and a reader of retained messages. */
async function start(test: Pick<TestContext, 'skip'>, stack: AsyncDisposableStack) {
  const { path } = requirePeer('mosquitto', test);
  const reader = requirePeer('mosquitto_sub', test).path;
  const authority = stack.use(await TestAuthority.create(requirePeer('openssl', test)));
  const server = await authority.sign({ name: 'broker', names: 'DNS:localhost' });
  const client = await authority.sign({ name: 'client', names: 'DNS:scadawatch' });
  const dir = mkdtempSync(join(tmpdir(), 'scadawatch-mosquitto-'));
  stack.defer(() => rmSync(dir, { recursive: true, force: true }));
  const port = await freePort();
  writeFileSync(
    join(dir, 'conf'),
    `listener ${port} localhost
cafile ${authority.ca}
certfile ${server.cert}
keyfile ${server.key}
require_certificate true
allow_anonymous true
user root
`,
  );
  const child = spawn(path, ['-c', join(dir, 'conf')], { stdio: 'ignore', env: { ...process.env, OPENSSL_CONF: undefined } });
  stack.defer(async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  await listening(port, 'localhost');
  const files = { ca: authority.ca, certificate: client.cert, key: client.key };
  const create = (more: object = {}) => mqtt.create(mqtt.schema.parse({ url: `mqtts://localhost:${port}`, ...files, ...more }));
  /** Retained messages by topic, as another client reads them. */
  const retained = (): Record<string, string> => {
    const tls = ['--cafile', authority.ca, '--cert', client.cert, '--key', client.key];
    const options = ['-h', 'localhost', '-p', String(port), '-V', '5', ...tls, '-t', '#', '--retained-only', '-E', '-W', '1'];
    let text: string;
    try {
      text = execFileSync(reader, [...options.filter((each) => each !== '-E'), '-F', '%t %p'], {
        encoding: 'utf8',
        stdio: 'pipe',
      });
    } catch (timedOut) {
      // it ends by its own time limit
      text = (timedOut as { readonly stdout: string }).stdout;
    }
    return Object.fromEntries(text.split('\n').flatMap((line) => (line === '' ? [] : [line.split(/ (.*)/s).slice(0, 2)])));
  };
  return { create, retained, stop: async () => void (child.kill('SIGKILL') && (await once(child, 'exit'))) };
}

it('the broker retains the state of each open alert', async (test) => {
  await using stack = new AsyncDisposableStack();
  const { create, retained } = await start(test, stack);
  const notifier = create({ topic: 'plants/north' });
  const other = { ...intrusion, id: 'ALT-000018' };
  await notifier.notifyAll?.([changeOf(1), changeOf(2, { alert: other }), changeOf(3, { kind: 'acknowledged' })], signal);
  await notifier.notify(changeOf(4, { kind: 'cleared', alert: { ...other, state: 'A' } }), signal);
  const states = retained();
  expect(Object.keys(states)).toEqual(['plants/north/alerts/ALT-000017']);
  expect(JSON.parse(states['plants/north/alerts/ALT-000017'] ?? '')).toMatchObject({
    version: 1,
    type: 'alert',
    sequence: 3,
    kind: 'acknowledged',
    alert: { id: 'ALT-000017', incident: 'INC-000017' },
  });
});

it('changes are sent again if the broker is away, or refuses the certificate', async (test) => {
  await using stack = new AsyncDisposableStack();
  const { create, retained } = await start(test, stack);
  const other = stack.use(await TestAuthority.create(requirePeer('openssl', test)));
  const stranger = await other.sign({ name: 'client', names: 'DNS:scadawatch' });
  await expect(create({ certificate: stranger.cert, key: stranger.key }).notify(changeOf(), signal)).rejects.toMatchObject({
    kind: 'retryable',
    code: 'NOTIFY_FAILED',
  });
  expect(retained()).toEqual({});
  await expect(create({ url: 'mqtts://localhost:9' }).notify(changeOf(), signal)).rejects.toMatchObject({
    kind: 'retryable',
    message: expect.stringMatching(/^mqtt mqtts:\/\/localhost:9: /) as string,
  });
});

it.each([
  [{ url: 'mqtt://broker.example' }, 'url: alerts would cross the network in clear text'],
  [{ url: 'mqtts://169.254.1.1' }, 'url: this is a link-local address'],
  [{ url: 'mqtts://broker.example', user: 'a' }, 'password: user and password are given together'],
])('the configuration %o is refused', (settings, problem) => {
  const { error } = mqtt.schema.safeParse(settings);
  expect(error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([expect.stringContaining(problem)]);
});
