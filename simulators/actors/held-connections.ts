import { connect, type Socket } from 'node:net';
import { ScadaError } from '../../src/core/errors.ts';
import { mostHeldConnections } from '../../src/core/scenario.ts';
import { requireLoopback } from './loopback.ts';

export interface HeldConnectionsOptions {
  readonly host: string;
  readonly port: number;
  /** Number of connections, 1 to `mostHeldConnections`. */
  readonly count: number;
  /** Local address from which the actor connects. */
  readonly localAddress?: string;
  /** Permits targets other than this host; only if a person has requested it. Default false. */
  readonly beyondLoopback?: boolean;
}

/**
 * Connections of an attacker that send nothing. A controller accepts few clients: while these hold its places, an operator station that
 * connects is refused. What the controller closes is not opened again.
 */
export class HeldConnections implements AsyncDisposable {
  readonly #sockets: ReadonlySet<Socket>;

  private constructor(sockets: ReadonlySet<Socket>) {
    this.#sockets = sockets;
  }

  /**
   * Opens all connections at once. Those that the controller refuses are left out.
   * @throws ScadaError LAB_REFUSED for a target that is not this host, or another number of connections; DEVICE_UNREACHABLE if none opens
   */
  static async open({ host, port, count, localAddress, beyondLoopback }: HeldConnectionsOptions): Promise<HeldConnections> {
    requireLoopback(host, beyondLoopback);
    if (!Number.isInteger(count) || count < 1 || count > mostHeldConnections)
      throw new ScadaError('config', 'LAB_REFUSED', `${count} connections cannot be held: choose 1 to ${mostHeldConnections}`);
    const home = localAddress === undefined ? {} : { localAddress };
    const tried = await Promise.allSettled(Array.from({ length: count }, async () => await opened({ host, port, ...home })));
    const sockets = tried.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const [failed] = tried.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []));
    if (sockets.length === 0)
      throw new ScadaError('retryable', 'DEVICE_UNREACHABLE', `${host}:${port}: ${failed?.message ?? 'no connection'}`, {
        cause: failed,
      });
    return new HeldConnections(new Set(sockets));
  }

  /** Number of connections that the controller has not closed. */
  get held(): number {
    return [...this.#sockets].filter((socket) => !socket.destroyed).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      [...this.#sockets].map(async (socket) => {
        if (socket.closed) return;
        const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
        socket.destroy();
        await closed;
      }),
    );
  }
}

async function opened(target: { readonly host: string; readonly port: number; readonly localAddress?: string }): Promise<Socket> {
  const socket = connect(target);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once('connect', resolve);
  socket.once('error', reject);
  await promise;
  socket.on('error', () => socket.destroy());
  // a server that closes a connection sends an end, which arrives only while the socket is read
  socket.on('end', () => socket.destroy());
  socket.resume();
  return socket;
}
