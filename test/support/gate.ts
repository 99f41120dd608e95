import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { systemClock } from '../../src/core/clock.ts';

/** `silent` takes connections and never answers; `closed` refuses them. */
export type GateMode = 'open' | 'slow' | 'silent' | 'closed';

/** Delay of each chunk of a slow gate, ms. */
const delayMs = 10;
const host = '127.0.0.1';

/** A port in front of a server, which can fail as the network between can. */
export class Gate implements AsyncDisposable {
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;
  #mode: GateMode = 'open';

  private constructor(target: number) {
    this.#target = target;
  }

  static async open(target: number): Promise<Gate> {
    const gate = new Gate(target);
    await gate.set('open');
    return gate;
  }

  get port(): number {
    return this.#port;
  }

  /** Cuts all connections, and treats later ones so. */
  async set(mode: GateMode): Promise<void> {
    this.#mode = mode;
    // an orderly end would state that everything was read
    for (const socket of this.#sockets) socket.resetAndDestroy();
    if (mode === 'closed') await this.#close();
    else if (this.#server === undefined) await this.#listen();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.set('closed');
  }

  async #listen(): Promise<void> {
    const server = createServer({ allowHalfOpen: true }, (socket) => this.#take(socket));
    this.#server = server;
    server.listen(this.#port, host);
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
  }

  async #close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    server.close();
    await once(server, 'close');
  }

  #take(client: Socket): void {
    this.#follow(client);
    if (this.#mode === 'silent') {
      client.resume();
      return;
    }
    const server = connect({ host, port: this.#target, allowHalfOpen: true });
    this.#follow(server);
    const isSlow = this.#mode === 'slow';
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      if (!isSlow) {
        from.pipe(to);
        continue;
      }
      const later = (act: () => void): void => void systemClock.sleep(delayMs).then(act);
      from.on('data', (chunk) => later(() => void to.write(chunk)));
      from.on('end', () => later(() => void to.end()));
    }
    client.once('close', () => server.destroy());
    server.once('close', () => client.destroy());
  }

  #follow(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => this.#sockets.delete(socket));
  }
}
