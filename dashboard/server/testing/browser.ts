import { type Agent, type IncomingMessage, request, type RequestOptions } from 'node:http';
import { WebSocket } from 'ws';
import { type Api, type RouteName, routes } from '../../api/index.ts';
import { errorBody } from '../../api/schemas/error.ts';
import { zodOf } from '../../api/schemas/parts.ts';
import {
  type ClientMessage,
  parseMessage,
  queryText,
  readValueFrame,
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

interface BrowserOptions {
  /** Local address to connect from. */
  readonly from?: string | undefined;
  /** Keeps connections open; without it each request opens one. */
  readonly agent?: Agent | undefined;
  /** Headers of each request, e.g. those of a proxy. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** HTTP client that behaves like a browser: keeps cookies and sends its origin. */
export class Browser {
  readonly address: string;
  readonly #options: BrowserOptions;
  readonly #cookies = new Map<string, string>();

  /** `address` may include the base path of the dashboard. */
  constructor(address: string, options: BrowserOptions = {}) {
    this.address = address;
    this.#options = options;
  }

  get origin(): string {
    return new URL(this.address).origin;
  }

  /** The `Cookie` header. */
  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  set cookie(text: string) {
    this.#cookies.clear();
    for (const part of text.split('; ')) this.#keep(part);
  }

  /** Removes the session cookie, as closing the browser does. The cookie of the device remains. */
  forgetSession(): void {
    for (const name of this.#cookies.keys()) if (!name.includes('device')) this.#cookies.delete(name);
  }

  #keep(pair: string): void {
    const cut = pair.indexOf('=');
    if (cut > 0) this.#cookies.set(pair.slice(0, cut), pair.slice(cut + 1));
  }

  /** Calls a route. @throws ZodError if the answer does not have the schema of the route, or of an error */
  async call<Route extends RouteName>(route: Route, input: Api[Route]['input']): Promise<Answer<Api[Route]['answer']>> {
    const [method = '', path = ''] = route.split(' ');
    const headers = { origin: this.origin, 'content-type': 'application/json' };
    const answer = await this.raw<Api[Route]['answer']>(
      method === 'GET'
        ? { method, path: path + queryText(input as Parameters<typeof queryText>[0]) }
        : { method, path, body: JSON.stringify(input), headers },
    );
    // a proxy or the base path may answer without JSON
    if (answer.text.startsWith('{')) zodOf<unknown>(answer.status === 200 ? routes[route].answer : errorBody).parse(answer.body);
    return answer;
  }

  /** @param attempts how often a request is sent that gets no answer */
  async raw<Body>(asked: Raw, attempts = 3): Promise<Answer<Body>> {
    const { method, path, body, headers = {} } = asked;
    const { promise, resolve, reject } = Promise.withResolvers<Answer<Body>>();
    const cookies = this.cookie === '' ? {} : { cookie: this.cookie };
    const sent = request(`${this.address}${path}`, this.#request(method, { ...cookies, ...headers }), (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const isJson = (response.headers['content-type'] ?? '').includes('json');
        const answered = isJson ? parseMessage<Body>(text) : ({} as Body);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: answered, text });
      });
      for (const cookie of response.headers['set-cookie'] ?? []) this.#keep(cookie.split(';')[0] ?? '');
    });
    // the server ends a connection that was silent for long: an idle one just as it is used again, and on a busy machine one whose
    // request it has not read yet; a browser then opens another one
    sent.on('error', (error: NodeJS.ErrnoException) => {
      if (attempts > 1 && error.code === 'ECONNRESET') this.raw<Body>(asked, attempts - 1).then(resolve, reject);
      else reject(error);
    });
    sent.end(body);
    return promise;
  }

  #request(method: string, headers: Readonly<Record<string, string>>): RequestOptions {
    const { from, headers: always, agent = false } = this.#options;
    return { method, headers: { ...always, ...headers }, agent, ...(from === undefined ? {} : { localAddress: from }) };
  }

  /** Opens a page's websocket. */
  async open(options: { readonly headers?: Record<string, string>; readonly protocol?: string } = {}): Promise<Page> {
    const socket = new WebSocket(`${this.address.replace('http', 'ws')}/ws`, options.protocol ?? subprotocol, {
      ...this.#request('GET', { cookie: this.cookie, origin: this.origin, ...options.headers }),
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

/** Websocket that keeps its received messages. */
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

  /** Waits until `find` returns a value. */
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

  /** Resolves when the server has handled all messages sent before. */
  async settled(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.socket.once('pong', () => resolve());
    this.socket.ping();
    await promise;
  }
}
