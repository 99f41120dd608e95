import diagnostics from 'node:diagnostics_channel';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { systemClock } from '../../../src/core/clock.ts';
import { ScadaError } from '../../../src/core/errors.ts';
import type { PluginContext } from '../../../src/core/plugin.ts';
import { freePortsHint } from '../../plant-kit/free-ports.ts';
import { MirroredConnection, type MirroredEnds } from './connection.ts';
import { pcapHeader, pcapRecord } from './frames.ts';

/** Diagnostics channel of Node for each accepted connection of this process. */
const acceptedChannel = 'net.server.socket';
/** Maximum number of bytes queued for one client; packets beyond it are dropped, as on a slow mirror port. */
const mostWaiting = 8 * 1024 * 1024;

export interface TapOptions {
  readonly host: string;
  /** 0 selects a free one. */
  readonly port: number;
  /** Ports of this process whose traffic is mirrored. */
  readonly mirrored: readonly number[];
  /**
   * Ports of attackers' proxies in this process, each with the port of the controller that it impersonates: on a network, their packets
   * carry the address of the controller. May change while the tap runs.
   */
  readonly impersonated?: ReadonlyMap<number, number> | undefined;
}

/** A simulated mirror port: its clients receive the traffic of the mirrored servers as a capture (pcap over IP). */
export interface WireTap extends AsyncDisposable {
  readonly port: number;
  /** Number of packets dropped because clients were too slow. */
  readonly dropped: number;
}

/**
 * Mirrors connections of this process's own servers without changing them. Packets are built from the bytes that the sockets
 * receive and send, because capturing on a real interface requires privileges. @throws ScadaError LAB_REFUSED if the port is not
 * available
 */
export async function startTap({ host, port, mirrored, impersonated }: TapOptions, context: PluginContext): Promise<WireTap> {
  const listeners = new Set<Socket>();
  let dropped = 0;
  const server = createServer((socket) => {
    listeners.add(socket);
    socket.on('error', (error) => context.logger.debug(`a listener of the tap left: ${error.message}`));
    socket.on('close', () => listeners.delete(socket));
    socket.resume();
    socket.write(pcapHeader());
  });
  const send = (frame: Buffer): void => {
    if (listeners.size === 0) return;
    const record = pcapRecord(systemClock.now(), frame);
    for (const listener of listeners) {
      if (listener.writableLength > mostWaiting) dropped++;
      else listener.write(record);
    }
  };
  const mirror = (message: unknown): void => {
    const { socket } = message as { readonly socket: Socket };
    const { localPort = 0 } = socket;
    const shown = mirrored.includes(localPort) ? localPort : impersonated?.get(localPort);
    if (shown !== undefined) mirrorSocket(socket, shown, send);
  };
  diagnostics.subscribe(acceptedChannel, mirror);
  try {
    await listening(server, host, port);
  } catch (cause) {
    diagnostics.unsubscribe(acceptedChannel, mirror);
    throw new ScadaError('config', 'LAB_REFUSED', `the tap cannot listen on ${host}:${port}: ${(cause as Error).message}`, {
      hint: freePortsHint,
      cause,
    });
  }
  return {
    port: (server.address() as AddressInfo).port,
    get dropped() {
      return dropped;
    },
    async [Symbol.asyncDispose]() {
      diagnostics.unsubscribe(acceptedChannel, mirror);
      for (const listener of listeners) listener.destroy();
      if (server.listening) await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Observes the bytes that a socket receives and sends at the two methods that all of them pass. */
function mirrorSocket(socket: Socket, serverPort: number, send: (frame: Buffer) => void): void {
  const connection = new MirroredConnection(endsOf(socket, serverPort), send);
  const push = socket.push.bind(socket);
  socket.push = (chunk: unknown, encoding) => {
    if (chunk instanceof Uint8Array) connection.bytes('client', Buffer.from(chunk));
    return push(chunk, encoding);
  };
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  socket.write = (...args: unknown[]) => {
    const [chunk] = args;
    if (chunk instanceof Uint8Array) connection.bytes('server', Buffer.from(chunk));
    else if (typeof chunk === 'string') connection.bytes('server', Buffer.from(chunk));
    return write(...args);
  };
  socket.once('close', (hadError) => connection.end(hadError));
}

async function listening(server: Server, host: string, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ host, port }, resolve);
  await promise;
  server.off('error', reject);
}

const endsOf = (socket: Socket, serverPort: number): MirroredEnds => ({
  client: { address: ipv4(socket.remoteAddress), port: socket.remotePort ?? 0 },
  server: { address: ipv4(socket.localAddress), port: serverPort },
});

const ipv4 = (address: string | undefined): string => {
  const bare = address?.replace(/^::ffff:/, '') ?? '0.0.0.0';
  return bare === '::1' ? '127.0.0.1' : bare;
};
