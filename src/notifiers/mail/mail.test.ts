import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, type TestContext } from 'vitest';
import { changeOf, digestOf } from '../../../test/support/alert-changes.ts';
import { TestAuthority } from '../../../test/support/certificates.ts';
import { listening } from '../../../test/support/listening.ts';
import { freePort } from '../../../test/support/free-port.ts';
import { OpenSmtpd } from '../../../test/support/opensmtpd.ts';
import { requirePeer } from '../../../test/support/peers.ts';
import { mail } from './index.ts';

const signal = new AbortController().signal;

/** A mail server of Python that prints what it gets, with the given kind of TLS. */
async function start(test: Pick<TestContext, 'skip'>, stack: AsyncDisposableStack, kind: 'starttls' | 'tls' | 'none') {
  const { path } = requirePeer('aiosmtpd', test);
  const authority = stack.use(await TestAuthority.create(requirePeer('openssl', test)));
  const { cert, key } = await authority.sign({ name: 'mail', names: 'DNS:localhost,IP:127.0.0.1' });
  const port = await freePort();
  const tls = {
    starttls: ['--tlscert', cert, '--tlskey', key],
    tls: ['--smtpscert', cert, '--smtpskey', key],
    none: ['--no-requiretls'],
  }[kind];
  const child = spawn(path, ['-u', '-m', 'aiosmtpd', '-n', '-l', `localhost:${port}`, ...tls], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let printed = '';
  child.stdout.on('data', (bytes: Buffer) => {
    printed += bytes.toString();
  });
  stack.defer(async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  await listening(port, 'localhost');
  const create = (more: object = {}) => {
    const settings = { host: 'localhost', port, security: kind, from: 'scadawatch@plant.example', to: ['duty@plant.example'] };
    const schema = mail.schema.parse({ ...settings, ca: authority.ca, dashboard: 'https://scadawatch.example', ...more });
    return mail.create(schema);
  };
  return { create, printed: () => printed };
}

/** The text of a mail, from quoted-printable or as it is. */
const decoded = (text: string): string =>
  Buffer.from(
    text
      .replaceAll(/=\r?\n/g, '')
      .replaceAll(/=([\dA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString();

describe.each(['starttls', 'tls', 'none'] as const)('a mail server with %s', (kind) => {
  it('gets mails of one conversation, and one mail for a flood', async (test) => {
    await using stack = new AsyncDisposableStack();
    const { create, printed } = await start(test, stack, kind);
    const notifier = create();
    await notifier.notify(changeOf(), signal);
    await notifier.notify(changeOf(2, { kind: 'updated' }), signal);
    await notifier.notify(changeOf(3, { kind: 'returned' }), signal);
    await notifier.notifyDigest(digestOf([changeOf(4), changeOf(5)]), signal);
    await expect.poll(() => printed().split('END MESSAGE').length).toBe(4);
    const [first = '', second = '', third = ''] = printed().split('END MESSAGE');
    expect(first).toContain('References: <ALT-000017.scadawatch@plant.example>');
    expect(second).toContain('References: <ALT-000017.scadawatch@plant.example>');
    expect(first).toMatch(/Message-ID: <[0-9a-f]{32}@plant\.example>/);
    expect(first).toContain('Auto-Submitted: auto-generated');
    const text = decoded(first);
    for (const part of [
      '10.0.0.66 writes CL.SP 1.00 → 0.30 mg/L. Only 10.0.0.5 writes it',
      'Response: Restore the set-point; Call the shift engineer',
      'https://scadawatch.example/#/incident/INC-000017',
    ])
      expect(text.replaceAll('\r', '')).toContain(part);
    expect(decoded(second)).toContain('Back to normal, priority 1');
    expect(decoded(third)).toContain('(ALT-000017)');
  });
});

it('OpenSMTPD delivers mails by either kind of TLS, also once it is back after a kill, and a refused receiver is given up', async (test) => {
  await using stack = new AsyncDisposableStack();
  const authority = stack.use(await TestAuthority.create(requirePeer('openssl', test)));
  const files = await authority.sign({ name: 'mail', names: 'DNS:localhost,IP:127.0.0.1' });
  const server = stack.use(await OpenSmtpd.start(test, { ca: authority.ca, ...files }));
  const create = (security: 'starttls' | 'tls', to = 'duty@plant.example') => {
    const settings = { host: '127.0.0.1', port: server.ports[security], security, from: 'scadawatch@plant.example', to: [to] };
    return mail.create(mail.schema.parse({ ...settings, ca: authority.ca }));
  };
  const ids = (): number[] => [...server.received().matchAll(/note (\d+)/g)].map(([, number]) => Number(number));
  await create('starttls').notify(changeOf(1, { note: 'note 1' }), signal);
  await server.stop();
  await expect(create('tls').notify(changeOf(2, { note: 'note 2' }), signal)).rejects.toMatchObject({ kind: 'retryable' });
  await server.restart();
  await create('tls').notify(changeOf(2, { note: 'note 2' }), signal);
  await expect.poll(ids).toContain(2);
  await expect(create('starttls', 'duty@elsewhere.example').notify(changeOf(3), signal)).rejects.toMatchObject({
    kind: 'fatal',
    message: expect.stringContaining('550') as string,
  });
});

describe('nothing is sent', () => {
  it('to a server without TLS where it is required, and it is tried again', async (test) => {
    await using stack = new AsyncDisposableStack();
    const { create, printed } = await start(test, stack, 'none');
    await expect(create({ security: 'starttls' }).notify(changeOf(), signal)).rejects.toMatchObject({
      kind: 'retryable',
      code: 'NOTIFY_FAILED',
    });
    expect(printed()).toBe('');
  });

  it('to a server with the certificate of another authority', async (test) => {
    await using stack = new AsyncDisposableStack();
    const { create, printed } = await start(test, stack, 'starttls');
    const other = stack.use(await TestAuthority.create(requirePeer('openssl', test)));
    await expect(create({ ca: other.ca }).notify(changeOf(), signal)).rejects.toMatchObject({
      kind: 'retryable',
      message: expect.stringContaining('certificate') as string,
    });
    expect(printed()).toBe('');
  });
});

it.each([
  [{ host: 'mail.example', security: 'none' }, 'security: alerts would cross the network in clear text'],
  [{ host: '169.254.1.1' }, 'host: this is a link-local address'],
  [{ host: 'mail.example', user: 'a' }, 'password: user and password are given together'],
])('the configuration %o is refused', (settings, problem) => {
  const parsed = mail.schema.safeParse({ from: 'a@b.example', to: ['c@d.example'], ...settings });
  expect(parsed.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([
    expect.stringContaining(problem),
  ]);
});
