import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { systemClock } from '../../src/core/clock.ts';
import type { NotifierPlugin } from '../../src/core/notifier.ts';
import { receiverKinds } from './receiver-kinds.ts';

/** Types for people, which get digests. */
const forPeople: readonly string[] = ['webhook', 'slack', 'teams', 'mail'];
/** Characters in which an id that is cut by two packets is found. */
const overlap = 64;

/** A receiver on loopback that records the ids of the alerts that it reads. */
export class ListeningReceiver implements AsyncDisposable {
  readonly type: string;
  /** In the order of their first arrival. */
  readonly ids = new Set<string>();
  /** Times of the messages, ms. */
  readonly times: readonly number[];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(type: string, server: Server, times: readonly number[]) {
    this.type = type;
    this.times = times;
    this.#server = server;
    server.on('connection', (socket: Socket) => this.#read(socket));
  }

  /**
   * @param now clock of the times
   * @returns undefined for a type without a receiver
   */
  static async open(
    { type }: Pick<NotifierPlugin, 'type'>,
    now = (): number => systemClock.monotonic(),
  ): Promise<ListeningReceiver | undefined> {
    const kind = receiverKinds[type];
    if (kind === undefined) return undefined;
    const times: number[] = [];
    const server = kind.open('accepts', () => void times.push(now()));
    const receiver = new ListeningReceiver(type, server, times);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Settings of a notifier that reaches it, directly or by another port. */
  settings(port = this.port): object {
    return receiverKinds[this.type]?.settings(port) ?? {};
  }

  get getsEachChange(): boolean {
    return !forPeople.includes(this.type);
  }

  /** Most messages within a minute. */
  busiestMinute(): number {
    return Math.max(0, ...this.times.map((from) => this.times.filter((time) => time >= from && time < from + 60_000).length));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #read(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    let rest = '';
    socket.on('data', (bytes: Buffer) => {
      // a mail breaks its lines
      const text = (rest + bytes.toString('latin1')).replaceAll('=\r\n', '');
      for (const [id] of text.matchAll(/ALT-\d{6}/g)) this.ids.add(id);
      rest = text.slice(-overlap);
    });
  }
}
