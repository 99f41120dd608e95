import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { askedBy, type Chunk, ChunkReader, faultFor, opensInClear, sequenceOf, setSequence } from './opcua-wire.ts';
import { assertReadServices } from './read-only.ts';

/** Treatment of a request: passed on, dropped, or refused with a StatusCode in the server's name. */
export type Verdict = 'pass' | 'swallow' | number;

/** Treatment of the bytes of an answer. */
export type Delivery =
  | 'whole'
  /** each byte in a segment of its own */
  | 'bytes'
  /** the first half, then the end of the connection */
  | 'half'
  /** other bytes of the same number */
  | { readonly garbage: (length: number) => Buffer }
  /** other bytes, then the end of the connection, or nothing more on an open one */
  | { readonly farewell: Buffer; readonly ends: boolean };

/**
 * A proxy without security on loopback that drops, refuses, delays, cuts or freezes messages on command. It keeps sequence
 * numbers correct in both directions, so that only the effect is visible. Disposal throws if any request was not a read.
 */
export class OpcuaProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #target: number;
  readonly #links = new Set<() => void>();
  /** Server's sides of connections whose end the server has not noticed. */
  readonly #halfOpen = new Set<Socket>();
  /** Connections that carry no further answer. */
  readonly #silent = new WeakSet<Socket>();
  /** Received requests, with their encoding numbers. */
  readonly requests: Chunk[] = [];
  connections = 0;
  /** Number of dropped answers. */
  swallowed = 0;
  /** Called for each chunk of a client, including the opening and the end of its channel. `connection` is counted from 1. */
  onChunk: (chunk: Chunk, connection: number) => void = () => {};
  onRequest: (chunk: Chunk, connection: number) => Verdict = () => 'pass';
  onResponse: (chunk: Chunk) => 'pass' | 'swallow' = () => 'pass';
  delivery: (chunk: Chunk, connection: number) => Delivery = () => 'whole';
  delayMs: (chunk: Chunk) => number = () => 0;
  /** True to keep connections open and accept requests, but pass nothing on. */
  frozen = false;
  /** True to keep the server's side of an ended connection open: the server does not notice the loss. */
  unnoticed = false;
  /** True to close new connections at once. */
  refusing = false;
  /** False after a channel with security was opened: its messages cannot be read here. */
  #legible = true;

  private constructor(server: Server, target: number) {
    this.#server = server;
    this.#target = target;
    server.on('connection', (socket) => this.#accept(socket));
  }

  static async open(target: number): Promise<OpcuaProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new OpcuaProxy(server, target);
  }

  get endpoint(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy does not listen');
    return `opc.tcp://127.0.0.1:${address.port}`;
  }

  /** Ends every connection without a message. */
  cut(): void {
    for (const end of this.#links) end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.unnoticed = false;
    this.cut();
    for (const server of this.#halfOpen) server.destroy();
    this.#server.close();
    await once(this.#server, 'close');
    if (this.#legible) assertReadServices('the proxy', this.requests.map(askedBy));
  }

  #accept(client: Socket): void {
    const connection = ++this.connections;
    client.on('error', () => {});
    if (this.refusing) {
      client.destroy();
      return;
    }
    const server = connect(this.#target, '127.0.0.1');
    server.on('error', () => {});
    client.setNoDelay(true);
    const end = (): void => {
      this.#links.delete(end);
      client.destroy();
      if (this.unnoticed) this.#halfOpen.add(server);
      else server.destroy();
    };
    this.#links.add(end);
    client.once('close', end);
    server.once('close', end);
    const fromClient = new ChunkReader();
    const fromServer = new ChunkReader();
    let swallowed = 0;
    let shift = 0;
    let swallowing = false;
    let last = 0;
    let turn: Promise<void> = Promise.resolve();
    const answer = (chunk: Chunk, fault: boolean): void => {
      const deliver = async (): Promise<void> => {
        if (chunk.kind === 'MSG') {
          if (fault) shift++;
          last = fault ? last + 1 : sequenceOf(chunk.bytes) + shift;
          setSequence(chunk.bytes, last);
        }
        await this.#deliver(client, chunk, connection, end);
      };
      turn = turn.then(deliver);
    };
    client.on('data', (data: Buffer) => {
      for (const chunk of fromClient.feed(data)) {
        this.requests.push(chunk);
        if (chunk.kind === 'OPN') this.#legible &&= opensInClear(chunk);
        this.onChunk(chunk, connection);
        if (this.frozen) continue;
        const verdict = chunk.kind === 'MSG' ? this.onRequest(chunk, connection) : 'pass';
        if (verdict === 'pass') {
          if (chunk.kind === 'MSG') setSequence(chunk.bytes, sequenceOf(chunk.bytes) - swallowed);
          server.write(chunk.bytes);
          continue;
        }
        swallowed++;
        if (verdict !== 'swallow') answer({ kind: 'MSG', service: 0, later: false, bytes: faultFor(chunk, verdict) }, true);
      }
    });
    server.on('data', (data: Buffer) => {
      if (this.frozen) return;
      for (const chunk of fromServer.feed(data)) {
        if (chunk.kind === 'OPN') last = sequenceOfOpen(chunk.bytes);
        if (chunk.kind === 'MSG' && chunk.service !== 0) {
          swallowing = this.onResponse(chunk) === 'swallow';
          if (swallowing) this.swallowed++;
        }
        if (chunk.kind !== 'MSG' || !swallowing) answer(chunk, false);
        else {
          turn = turn.then(() => {
            shift--;
          });
        }
      }
    });
  }

  async #deliver(client: Socket, chunk: Chunk, connection: number, end: () => void): Promise<void> {
    if (this.#silent.has(client)) return;
    const wait = this.delayMs(chunk);
    if (wait > 0) await setTimeout(wait);
    const delivery = this.delivery(chunk, connection);
    if (delivery === 'whole') client.write(chunk.bytes);
    else if (delivery === 'half') client.end(chunk.bytes.subarray(0, chunk.bytes.length >> 1), end);
    else if (delivery === 'bytes') {
      for (let at = 0; at < chunk.bytes.length && !client.destroyed; at++) {
        client.write(chunk.bytes.subarray(at, at + 1));
        await setImmediate();
      }
    } else if ('garbage' in delivery) client.write(delivery.garbage(chunk.bytes.length));
    else if (delivery.ends) client.end(delivery.farewell, end);
    else {
      client.write(delivery.farewell);
      this.#silent.add(client);
    }
  }
}

/** Offset of the sequence number in an OpenSecureChannel message, after its policy and certificates. */
function sequenceOfOpen(bytes: Buffer): number {
  let at = 12;
  for (let field = 0; field < 3; field++) at += 4 + Math.max(0, bytes.readInt32LE(at));
  return bytes.readUInt32LE(at);
}
