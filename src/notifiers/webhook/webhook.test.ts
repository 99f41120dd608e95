import { createHmac } from 'node:crypto';
import type { lookup } from 'node:dns/promises';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Alert, AlertChange, Priority } from '../../core/alert.ts';
import { VirtualClock } from '../../core/clock.ts';
import { webhook } from './index.ts';
import { Webhook } from './webhook.ts';

const secret = 'a secret of enough length';
const now = 1_795_478_400_500;
const clock = new VirtualClock(now);
const signal = new AbortController().signal;

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let received: Received[];
let respond: (response: ServerResponse) => void;
let url: string;
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (bytes: Buffer) => {
    body += bytes.toString();
  });
  request.on('end', () => {
    received.push({ headers: request.headers, body });
    respond(response);
  });
});
beforeEach(async () => {
  received = [];
  respond = (response) => response.writeHead(204).end();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?key=hidden`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const open = (over: object = {}): Webhook => new Webhook(webhook.schema.parse({ url, secret, ...over }), clock);
const alertOf = (priority: Priority): Alert =>
  ({ id: 'ALT-1', priority, state: 'B', explanation: { contributions: [{ expected: Number.NaN }] } }) as unknown as Alert;
const changeOf = (priority: Priority = 2, sequence = 7): AlertChange => ({
  sequence,
  time: 5,
  kind: 'acknowledged',
  by: { role: 'operator', session: 'opaque' },
  note: 'seen',
  alert: alertOf(priority),
});
const status =
  (code: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse): void =>
    void response.writeHead(code, headers).end('why');

describe('a webhook', () => {
  it('posts the change as signed JSON that a receiver can verify', async () => {
    await open({ headers: { authorization: 'Bearer x', 'x-scadawatch-signature': 'forged' } }).notify(changeOf(), signal);
    const [{ headers, body } = { headers: {}, body: '' }] = received;
    const { alert, ...rest } = changeOf();
    expect(JSON.parse(body)).toEqual({
      version: 1,
      type: 'alert',
      id: headers['x-scadawatch-delivery'],
      ...rest,
      by: { role: 'operator' },
      alert: { ...alert, explanation: { contributions: [{ expected: null }] } },
    });
    const t = Math.floor(now / 1000);
    const hmac = createHmac('sha256', secret).update(`${t}.${body}`).digest('hex');
    expect(headers['x-scadawatch-signature']).toBe(`t=${t},v1=${hmac}`);
    expect(headers).toMatchObject({ 'content-type': 'application/json', authorization: 'Bearer x' });
  });

  it('gives equal deliveries the same id, and different ones different ids', async () => {
    const hook = open();
    for (const change of [changeOf(), changeOf(), changeOf(2, 8)]) await hook.notify(change, signal);
    const [first, again, other] = received.map(({ headers }) => headers['x-scadawatch-delivery']);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it('sends only changes of sufficient priority, also in a digest', async () => {
    const hook = open({ minimumPriority: 2 });
    for (const priority of [1, 2, 3, 'A'] as const) await hook.notify(changeOf(priority), signal);
    expect(received).toHaveLength(2);
    const digest = { from: 1, to: 2, changes: 3, raised: 2, omitted: 0 };
    await hook.notifyDigest({ ...digest, latest: [changeOf(1, 1), changeOf(3, 2)] }, signal);
    await hook.notifyDigest({ ...digest, latest: [changeOf('A', 3)] }, signal);
    expect(received).toHaveLength(3);
    expect(JSON.parse(received[2]?.body ?? '')).toMatchObject({ type: 'digest', changes: 3, latest: [{ sequence: 1 }] });
  });

  it('marks a digest of updates, and a reminder', async () => {
    const digest = { from: 1, to: 2, changes: 9, raised: 0, omitted: 0, latest: [changeOf()] };
    for (const mark of ['updates', 'waiting']) await open().notifyDigest({ ...digest, [mark]: true }, signal);
    await open().notifyDigest(digest, signal);
    const marks = received.map(({ body }) => JSON.parse(body) as object).map((body) => ['updates' in body, 'waiting' in body]);
    expect(marks).toEqual([
      [true, false],
      [false, true],
      [false, false],
    ]);
  });

  it.each([408, 429, 500, 503])('may be retried after %i', async (code) => {
    respond = status(code);
    await expect(open().notify(changeOf(), signal)).rejects.toMatchObject({ kind: 'retryable', code: 'NOTIFY_FAILED' });
  });

  it.each([301, 400, 401, 404, 410])('gives up after %i', async (code) => {
    respond = status(code, { location: '/elsewhere' });
    await expect(open().notify(changeOf(), signal)).rejects.toMatchObject({ kind: 'fatal', hint: expect.any(String) });
    expect(received).toHaveLength(1);
  });

  it.each([
    ['120', 120_000],
    [new Date(now + 60_500).toUTCString(), 60_500],
    ['soon', undefined],
    ['-1', undefined],
  ])('passes on Retry-After %s', async (header, ms) => {
    respond = status(429, { 'retry-after': header });
    const error: unknown = await open()
      .notify(changeOf(), signal)
      .catch((thrown: unknown) => thrown);
    const { retryAfterMs } = error as { retryAfterMs?: number };
    if (ms === undefined) expect(retryAfterMs).toBeUndefined();
    else expect(Math.abs((retryAfterMs ?? 0) - ms)).toBeLessThan(1_000);
  });

  it('may be retried if nobody responds, and reports it without a secret', async () => {
    respond = () => {};
    const slow = open({ timeoutMs: 100 }).notify(changeOf(), signal);
    await expect(slow).rejects.toMatchObject({ kind: 'retryable', message: expect.stringContaining('100 ms') });
    const gone = open({ url: 'http://127.0.0.1:9/hook?key=hidden' }).notify(changeOf(), signal);
    await expect(gone).rejects.toMatchObject({ kind: 'retryable', message: expect.not.stringContaining('hidden') });
  });

  it('stops when its signal aborts', async () => {
    respond = () => {};
    const stop = new AbortController();
    const sent = open().notify(changeOf(), stop.signal);
    stop.abort();
    await expect(sent).rejects.toThrow('abort');
  });

  it('refuses a configuration whose signature the receiver could not verify', () => {
    for (const over of [{ secret: 'short' }, { url: 'ftp://x' }, { extra: 1 }, { minimumPriority: 4 }])
      expect(webhook.schema.safeParse({ url, secret, ...over }).success).toBe(false);
    expect(webhook.create(webhook.schema.parse({ url, secret }))).toBeInstanceOf(Webhook);
  });

  it.each([
    ['http://siem.example/hook', 'allowClearText'],
    ['http://10.0.0.7/hook', 'allowClearText'],
    ['https://169.254.169.254/latest', 'allowLinkLocal'],
    ['https://[fe80::1]/hook', 'allowLinkLocal'],
    ['https://[::ffff:169.254.169.254]/hook', 'allowLinkLocal'],
    ['https://0xa9fea9fe/', 'allowLinkLocal'],
  ])('does not send to %s unless %s is set', (target, setting) => {
    const refused = webhook.schema.safeParse({ url: target, secret });
    expect(refused.error?.issues.map(({ path, message }) => [path.join('.'), message])).toEqual([
      ['url', expect.stringContaining(`${setting}: true`)],
    ]);
    expect(webhook.schema.safeParse({ url: target, secret, [setting]: true }).success).toBe(true);
  });

  it('does not follow a name to a link-local address', async () => {
    const resolve = (async () => [{ address: '169.254.169.254', family: 4 }]) as unknown as typeof lookup;
    const config = webhook.schema.parse({ url: url.replace('127.0.0.1', 'localhost'), secret });
    await expect(new Webhook(config, clock, resolve).notify(changeOf(), signal)).rejects.toMatchObject({
      kind: 'fatal',
      message: expect.stringContaining('169.254.169.254'),
      hint: expect.stringContaining('allowLinkLocal'),
    });
    expect(received).toHaveLength(0);
    await new Webhook({ ...config, allowLinkLocal: true }, clock, resolve).notify(changeOf(), signal);
    expect(received).toHaveLength(1);
  });
});
