import { type IncomingMessage, request } from 'node:http';
import { WebSocket } from 'ws';
import {
  type Api,
  type ClientMessage,
  parseMessage,
  queryText,
  readValueFrame,
  type RouteName,
  type ServerMessage,
  subprotocol,
  type ValueFrame,
} from '../../protocol.ts';

export interface Answer<Body> {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Body;
  readonly text: string;
}

interface Raw {
  readonly method: string;
  readonly path: string;
  readonly body?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A browser as far as the server can tell: keeps cookies, states its origin. */
export class Browser {
  readonly address: string;
  cookie = '';

  constructor(address: string) {
    this.address = address;
  }

  async call<Route extends RouteName>(
    route: Route,
    input: Api[Route]['query'] & Api[Route]['body'],
  ): Promise<Answer<Api[Route]['answer']>> {
    const [method = '', path = ''] = route.split(' ');
    if (method === 'GET') return this.raw({ method, path: path + queryText(input as Parameters<typeof queryText>[0]) });
    const headers = { origin: this.address, 'content-type': 'application/json' };
    return this.raw({ method, path, body: JSON.stringify(input), headers });
  }

  async raw<Body>({ method, path, body, headers = {} }: Raw): Promise<Answer<Body>> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer<Body>>();
    const cookies = this.cookie === '' ? {} : { cookie: this.cookie };
    const sent = request(`${this.address}${path}`, { method, headers: { ...cookies, ...headers }, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const isJson = (response.headers['content-type'] ?? '').includes('json');
        const answered = isJson ? parseMessage<Body>(text) : ({} as Body);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: answered, text });
      });
      for (const cookie of response.headers['set-cookie'] ?? []) this.cookie = cookie.split(';')[0] ?? '';
    });
    sent.on('error', reject);
    sent.end(body);
    return promise;
  }

  /** Opens a page's websocket. */
  async open(options: { readonly headers?: Record<string, string>; readonly protocol?: string } = {}): Promise<Page> {
    const socket = new WebSocket(`${this.address.replace('http', 'ws')}/ws`, options.protocol ?? subprotocol, {
      headers: { cookie: this.cookie, origin: this.address, ...options.headers },
    });
    const page = new Page(socket);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.once('open', resolve);
    socket.once('unexpected-response', (_request, response) => reject(new Error(`refused with ${response.statusCode}`)));
    socket.on('error', reject);
    await promise;
    return page;
  }
}

/** A websocket that keeps what it was sent. */
export class Page {
  readonly socket: WebSocket;
  readonly messages: ServerMessage[] = [];
  readonly frames: ValueFrame[] = [];
  /** Close code. */
  readonly closed: Promise<number>;
  #changed = Promise.withResolvers<void>();

  constructor(socket: WebSocket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => socket.once('close', (code: number) => resolve(code)));
    socket.binaryType = 'arraybuffer';
    socket.on('message', (data, isBinary) => {
      if (isBinary) this.frames.push(readValueFrame(data as ArrayBuffer));
      else this.messages.push(parseMessage(Buffer.from(data as ArrayBuffer).toString('utf8')));
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
    });
  }

  send(message: ClientMessage): void {
    this.socket.send(JSON.stringify(message));
  }

  /** Waits until `find` finds something. */
  async until<Found>(find: () => Found | undefined | false): Promise<Found> {
    for (;;) {
      const found = find();
      if (found !== undefined && found !== false) return found;
      await this.#changed.promise;
    }
  }

  of<Type extends ServerMessage['type']>(type: Type): Extract<ServerMessage, { type: Type }>[] {
    return this.messages.filter((message): message is Extract<ServerMessage, { type: Type }> => message.type === type);
  }

  /** The server has dealt with everything that was sent before. */
  async settled(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.socket.once('pong', () => resolve());
    this.socket.ping();
    await promise;
  }
}
