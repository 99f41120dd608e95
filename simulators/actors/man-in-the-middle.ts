import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { ScadaError } from '../../src/core/errors.ts';
import { frameBytes, FrameReader } from './frames.ts';
import { LinkedSockets } from './linked-sockets.ts';
import { requireLoopback } from './loopback.ts';
import type { ChangeReply } from './replies.ts';

/** Most unanswered requests of one connection; further ones end it. */
const mostPending = 64;

export interface ManInTheMiddleOptions {
  /** The controller. */
  readonly target: { readonly host: string; readonly port: number };
  /** Address on which clients are awaited, and 0 for a free port. */
  readonly host: string;
  readonly port: number;
  /** Local address of the connections to the controller. */
  readonly localAddress?: string;
  /** Permits other targets and addresses than those of this host; only if a person has requested it. Default false. */
  readonly beyondLoopback?: boolean;
}

/**
 * Modbus TCP proxy of an attacker between a client and a controller. It forwards requests unchanged and sends none of its own. Replies
 * pass `change`, which an exercise sets; without it, they stay unchanged.
 */
export class ManInTheMiddle implements AsyncDisposable {
  /** Changes the replies from now on. */
  change: ChangeReply | undefined;
  readonly #options: ManInTheMiddleOptions;
  readonly #server: Server;
  readonly #sockets = new LinkedSockets();

  private constructor(options: ManInTheMiddleOptions) {
    this.#options = options;
    this.#server = createServer({ noDelay: true }, (client) => this.#relay(client));
  }

  /** @throws ScadaError LAB_REFUSED for an address that is not of this host, or a port that is not available */
  static async start(options: ManInTheMiddleOptions): Promise<ManInTheMiddle> {
    const { target, host, port, beyondLoopback } = options;
    for (const address of [target.host, host]) requireLoopback(address, beyondLoopback);
    const proxy = new ManInTheMiddle(options);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    proxy.#server.once('error', (cause) => {
      reject(new ScadaError('config', 'LAB_REFUSED', `${host}:${port} cannot be listened at: ${cause.message}`, { cause }));
    });
    proxy.#server.listen({ host, port }, resolve);
    await promise;
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#sockets[Symbol.dispose]();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #relay(client: Socket): void {
    const { target, localAddress } = this.#options;
    const controller = connect({ ...target, noDelay: true, ...(localAddress === undefined ? {} : { localAddress }) });
    const pending = new Map<string, Buffer>();
    const [requests, replies] = [new FrameReader(), new FrameReader()];
    this.#sockets.link(client, controller);
    client.on('data', (bytes) => {
      for (const frame of framesOf(requests, bytes, client)) {
        if (pending.size >= mostPending) return void client.destroy();
        pending.set(`${frame.transaction} ${frame.unit}`, Buffer.from(frame.pdu));
        controller.write(frameBytes(frame));
      }
    });
    controller.on('data', (bytes) => {
      for (const frame of framesOf(replies, bytes, controller)) {
        const key = `${frame.transaction} ${frame.unit}`;
        const request = pending.get(key);
        pending.delete(key);
        const { unit, pdu: reply } = frame;
        const pdu = request === undefined ? reply : (this.change?.({ unit, request, reply }) ?? reply);
        client.write(frameBytes({ ...frame, pdu }));
      }
    });
  }
}

/** Frames in the bytes of a socket, which is closed if they are not Modbus. */
function framesOf(reader: FrameReader, bytes: Buffer, socket: Socket): ReturnType<FrameReader['read']> {
  try {
    return reader.read(bytes);
  } catch {
    socket.destroy();
    return [];
  }
}
