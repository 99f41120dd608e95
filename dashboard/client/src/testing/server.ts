import type { Alert } from '../../../../src/core/alert.ts';
import type { Role } from '../../../../src/core/access.ts';
import type { Site } from '../../../../src/core/monitor.ts';
import type { ClientMessage, ErrorBody, ServerMessage, SessionInfo } from '../../../protocol.ts';
import { createValueFrame, protocolVersion } from '../../../protocol.ts';

/** Site time of every test, ms UTC. */
export const siteTime = Date.UTC(2026, 0, 5, 6, 30);

export const site: Site = {
  name: 'Test plant',
  timeZone: 'UTC',
  positions: [],
  areas: [{ id: 'clearwell', name: 'Clearwell', equipment: [{ id: 'CW', name: 'Clearwell', kind: 'tank' }], indicators: [] }],
};

/** An answer of a route: a body, a refusal, or no answer because the server cannot be reached. */
export type Answer = { readonly body: unknown } | { readonly status: number; readonly error: ErrorBody } | 'no-link';

/** A request of the page. */
export interface Request {
  readonly route: string;
  readonly body: unknown;
  readonly query: URLSearchParams;
}

/** A socket of the page, as its server sees it. */
class PageSocket extends EventTarget {
  readonly received: ClientMessage[] = [];
  binaryType = 'blob';
  closed = false;

  send(text: string): void {
    this.received.push(JSON.parse(text) as ClientMessage);
  }

  close(): void {
    this.closed = true;
  }
}

/** A dashboard server in the test's process: routes with given answers, and a websocket with messages from the test. */
export class TestServer {
  readonly requests: Request[] = [];
  readonly #answers = new Map<string, Answer>();
  readonly #held = new Map<string, Promise<void>>();
  readonly #sockets: PageSocket[] = [];
  readonly #session: SessionInfo;
  #sequence = 0;

  constructor(role: Role = 'operator') {
    this.#session = { number: 1, role, endsAtWall: siteTime + 3_600_000, idleMs: 900_000 };
    this.answer('GET /api/door', { body: { site: site.name, transport: 'loopback', setup: false, session: this.#session } });
    this.answer('GET /api/site', { body: { run: 1, site, epoch: 'e' } });
    this.answer('GET /api/alerts', { body: { alerts: [] } });
    this.answer('GET /api/annotations', { body: { annotations: [], total: 0 } });
    this.answer('GET /api/tags', { body: { tags: [], total: 0 } });
    this.answer('GET /api/overview', { body: { areas: [] } });
    this.answer('POST /api/alerts/acknowledge', { body: { acknowledged: [] } });
  }

  /** States the answer of a route from now on; a route without one answers 500. */
  answer(route: string, answer: Answer): void {
    this.#answers.set(route, answer);
  }

  /** Delays the answers of a route until the returned function is called. */
  hold(route: string): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held.set(route, promise);
    return resolve;
  }

  /** Indices of the tags that the page watches. */
  get watched(): readonly number[] {
    return this.#sockets.at(-1)?.received.findLast((message) => message.type === 'watch')?.tags ?? [];
  }

  /** Sockets that the page has open. */
  get openSockets(): number {
    return this.#sockets.filter(({ closed }) => !closed).length;
  }

  /** In place of `fetch`. */
  readonly fetch = async (address: URL | string, init?: RequestInit): Promise<Response> => {
    const { pathname, searchParams: query } = new URL(address);
    const route = `${init?.method ?? 'GET'} ${pathname}`;
    this.requests.push({ route, body: typeof init?.body === 'string' ? JSON.parse(init.body) : undefined, query });
    await this.#held.get(route);
    const answer = this.#answers.get(route);
    if (answer === 'no-link') throw new TypeError('Failed to fetch');
    if (answer === undefined) return new Response('', { status: 500 });
    if ('error' in answer) return Response.json(answer.error, { status: answer.status });
    return Response.json(answer.body);
  };

  /** In place of `WebSocket`. */
  get socketClass(): typeof WebSocket {
    const sockets = this.#sockets;
    class TestSocket extends PageSocket {
      constructor() {
        super();
        sockets.push(this);
      }
    }
    return TestSocket as unknown as typeof WebSocket;
  }

  /** Bodies that the page has sent to a route. */
  sentTo(route: string): unknown[] {
    return this.requests.filter((request) => request.route === route).map(({ body }) => body);
  }

  /** Sends a message on the newest socket. */
  say(message: ServerMessage): void {
    this.#sockets.at(-1)?.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }));
  }

  /** Accepts the newest socket and sends the open alerts. */
  welcome(alerts: readonly Alert[]): void {
    this.say({ type: 'hello', version: protocolVersion, run: 1, session: this.#session, time: siteTime });
    this.beat();
    const { epoch } = this;
    this.#sequence = 1;
    this.say({ type: 'alert-snapshot', recovered: false, epoch, sequence: 1, first: true, last: true, alerts });
  }

  /** Sends samples of tags by their indices, for the last watch of the page. A sample without a time has never been read. */
  sample(
    samples: readonly { readonly tag: number; readonly value: number; readonly time?: number; readonly quality?: number }[],
  ): void {
    const watched = this.#sockets.at(-1)?.received.findLast((message) => message.type === 'watch');
    const header = { run: 1, watch: watched?.watch ?? 0, snapshot: false, time: siteTime, wallTime: siteTime };
    const { buffer, frame } = createValueFrame(header, samples.length);
    samples.forEach(({ tag, value, time = Number.NaN, quality = 0 }, row) => {
      frame.tag[row] = tag;
      frame.value[row] = value;
      frame.quality[row] = quality;
      frame.receiveTime[row] = time;
      frame.sourceTime[row] = time;
      frame.lastGood[row] = value;
    });
    this.#sockets.at(-1)?.dispatchEvent(new MessageEvent('message', { data: buffer }));
  }

  readonly epoch = 'e';

  /** Closes the newest socket with a code of `CloseCode`. */
  close(code: number): void {
    this.#sockets.at(-1)?.dispatchEvent(Object.assign(new Event('close'), { code, reason: '' }));
  }

  beat(more: Pick<Extract<ServerMessage, { readonly type: 'heartbeat' }>, 'lab'> = {}): void {
    this.say({ type: 'heartbeat', time: siteTime, wallTime: siteTime, lagMs: 100, skipped: 0, ...more });
  }

  raise(alert: Alert): void {
    const change = { sequence: ++this.#sequence, time: siteTime, kind: 'raised', by: { role: 'system' }, alert } as const;
    this.say({ type: 'alert-changes', recovered: true, epoch: this.epoch, changes: [change] });
  }
}
