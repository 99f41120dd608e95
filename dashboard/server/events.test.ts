import { get, type IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Api } from '../api/index.ts';
import { Browser } from './testing/browser.ts';
import { aBench, passphrase, type Bench } from './testing/setup.ts';

type TokenInput = Api['POST /api/tokens/add']['input'];

let bench: Bench;
let viewer: Browser;
beforeEach(async () => {
  bench = await aBench({ config: { maxConnectionsPerUser: 2 } });
  viewer = await bench.as('viewer');
});
afterEach(async () => bench[Symbol.asyncDispose]());

interface Received {
  readonly id?: string | undefined;
  readonly event: string;
  readonly data: unknown;
}

/** A client of server-sent events that keeps what it has received. */
class EventClient {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly events: Received[] = [];
  readonly ended: Promise<void>;
  readonly #response: IncomingMessage;
  #text = '';
  #changed = Promise.withResolvers<void>();

  constructor(response: IncomingMessage) {
    this.status = response.statusCode ?? 0;
    this.headers = response.headers;
    this.#response = response;
    this.ended = new Promise((resolve) => response.once('close', resolve));
    response.on('error', () => {});
    response.setEncoding('utf8').on('data', (text: string) => this.#take(text));
  }

  static async open(headers: Readonly<Record<string, string>>, path = '/api/events'): Promise<EventClient> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    get(`${bench.dashboard.address}${path}`, { headers, agent: false }, resolve).on('error', reject);
    return new EventClient(await promise);
  }

  async until<Found>(find: () => Found | undefined): Promise<Found> {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      await this.#changed.promise;
    }
  }

  last(event: string): Received | undefined {
    return this.events.findLast((one) => one.event === event);
  }

  close(): void {
    this.#response.destroy();
  }

  #take(text: string): void {
    this.#text += text;
    const blocks = this.#text.split('\n\n');
    this.#text = blocks.pop() ?? '';
    for (const block of blocks) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
      const event = field('event');
      if (event !== undefined) this.events.push({ id: field('id'), event, data: JSON.parse(field('data') ?? 'null') });
    }
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

const session = (browser: Browser) => ({ cookie: browser.cookie });

describe('server-sent events', () => {
  it('begin with a snapshot, continue with changes and status, and resume by Last-Event-ID without a gap', async () => {
    bench.view.alerts.change('a-1', 'B', 'raised');
    const client = await EventClient.open(session(viewer));
    expect([client.status, client.headers['content-type'], client.headers['content-encoding']]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
      undefined,
    ]);
    const snapshot = await client.until(() => client.last('alert-snapshot'));
    expect(snapshot).toMatchObject({ id: 'epoch-1.1', data: { first: true, last: true, alerts: [{ id: 'a-1' }] } });
    await client.until(() => client.last('status'));
    bench.view.alerts.change('a-2', 'B', 'raised');
    const change = await client.until(() => client.last('alert-changes'));
    expect(change).toMatchObject({ id: 'epoch-1.2', data: { changes: [{ sequence: 2, alert: { id: 'a-2' } }] } });
    const before = client.events.filter(({ event }) => event === 'status').length;
    await bench.wall.advance(1000);
    await client.until(() => client.events.filter(({ event }) => event === 'status')[before]);
    expect(client.last('status')?.data).toMatchObject({ type: 'heartbeat', wallTime: bench.wall.now() });
    client.close();
    bench.view.alerts.change('a-3', 'B', 'raised');
    const again = await EventClient.open({ ...session(viewer), 'last-event-id': 'epoch-1.2' });
    const missed = await again.until(() => again.last('alert-changes'));
    expect(missed).toMatchObject({ id: 'epoch-1.3', data: { changes: [{ sequence: 3 }] } });
    expect(again.last('alert-snapshot')).toBeUndefined();
    again.close();
    const unknown = await EventClient.open({ ...session(viewer), 'last-event-id': 'epoch-0.2' });
    expect(await unknown.until(() => unknown.last('alert-snapshot'))).toMatchObject({ id: 'epoch-1.3' });
    unknown.close();
  });

  it('need a session, are limited in number, and end with the session or the token', async () => {
    expect((await EventClient.open({})).status).toBe(401);
    const admin = await bench.as('admin');
    const asked = { name: 'reader', role: 'viewer', groups: ['events'], days: 1 } satisfies TokenInput;
    const { token } = (await admin.call('POST /api/tokens/add', asked)).body;
    const program = await EventClient.open({ authorization: `Bearer ${token}` });
    await program.until(() => program.last('status'));
    const mine = [await EventClient.open(session(viewer)), await EventClient.open(session(viewer))];
    for (const one of mine) await one.until(() => one.last('status'));
    expect((await EventClient.open(session(viewer))).status).toBe(429);
    await viewer.call('POST /api/logout', {});
    await admin.call('POST /api/tokens/revoke', { name: 'reader' });
    await bench.wall.advance(1000);
    await Promise.all([...mine, program].map(({ ended }) => ended));
    viewer = await bench.as('viewer');
    const free = await EventClient.open(session(viewer));
    expect(free.status).toBe(200);
    free.close();
  });

  it.each(['remove', 'disable', 'role'] as const)('end with the person who created the token: %s', async (what) => {
    const admin = await bench.as('admin');
    await admin.call('POST /api/users/add', { name: 'second', role: 'admin', passphrase });
    const second = new Browser(bench.dashboard.address);
    await second.call('POST /api/login', { name: 'second', passphrase });
    const asked = { name: 'reader', role: 'viewer', groups: ['events'], days: 1 } satisfies TokenInput;
    const { token } = (await second.call('POST /api/tokens/add', asked)).body;
    const streams = [await EventClient.open({ authorization: `Bearer ${token}` }), await EventClient.open(session(second))];
    for (const one of streams) await one.until(() => one.last('status'));
    if (what === 'role') await admin.call('POST /api/users/role', { name: 'second', role: 'engineer' });
    else await admin.call(`POST /api/users/${what}`, { name: 'second' });
    await bench.wall.advance(1000);
    await Promise.all(streams.map(({ ended }) => ended));
  });

  it('end when the server stops', async () => {
    const client = await EventClient.open(session(viewer));
    await client.until(() => client.last('status'));
    await bench[Symbol.asyncDispose]();
    await client.ended;
  });
});

describe('a long poll', () => {
  it('returns all open alerts, then later changes, and waits for the next one', async () => {
    bench.view.alerts.change('a-1', 'B', 'raised');
    const first = (await viewer.call('GET /api/events/next', {})).body;
    expect(first).toMatchObject({
      position: 'epoch-1.1',
      snapshot: [{ id: 'a-1' }],
      changes: [],
      status: { lagMs: expect.any(Number) },
    });
    bench.view.alerts.change('a-2', 'B', 'raised');
    const second = (await viewer.call('GET /api/events/next', { after: first.position, wait: 25 })).body;
    expect(second).toMatchObject({ position: 'epoch-1.2', changes: [{ alert: { id: 'a-2' } }] });
    expect(second.snapshot).toBeUndefined();
    const waiting = viewer.call('GET /api/events/next', { after: second.position, wait: 25 });
    // another request is answered meanwhile
    await viewer.call('GET /api/site', {});
    bench.view.alerts.change('a-3', 'B', 'raised');
    expect((await waiting).body).toMatchObject({ position: 'epoch-1.3', changes: [{ alert: { id: 'a-3' } }] });
    const nothing = (await viewer.call('GET /api/events/next', { after: 'epoch-1.3' })).body;
    expect(nothing).toMatchObject({ position: 'epoch-1.3', changes: [] });
    for (const after of ['epoch-1.99', 'epoch-0.1', 'nonsense']) {
      expect((await viewer.call('GET /api/events/next', { after })).body.snapshot).toHaveLength(3);
    }
    expect((await viewer.call('GET /api/events/next', { wait: 26 })).status).toBe(400);
  });
});
