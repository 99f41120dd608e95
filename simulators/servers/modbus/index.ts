import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { systemClock } from '../../../src/core/clock.ts';
import type { PluginContext } from '../../../src/core/plugin.ts';
import { MbapReader } from './frames.ts';
import { identityOf } from './identity.ts';
import { PlantImage } from './image.ts';
import { listen } from './listen.ts';
import { type ModbusServerOptions, usualConnections } from './options.ts';
import { RtuReader } from './rtu.ts';
import { serve, type Shared } from './serve.ts';

export type { Identity } from './identity.ts';
export type { Rights, ServerTransport } from './listen.ts';
export { type ModbusRequest, type ModbusServerOptions, usualConnections } from './options.ts';
export { repliesOf } from './replies.ts';

export interface ModbusServer extends AsyncDisposable {
  /** 0 on a serial line. */
  readonly port: number;
  /** Number of connected clients. */
  readonly clients: number;
  /**
   * Drops the replies to these clients, given as address and port, as a device between them and the controller would. Requests are
   * still executed, and connections stay open. Undefined, the default, drops none.
   */
  dropsRepliesTo?: ((client: string) => boolean) | undefined;
}

/**
 * Serves one controller of a plant on a port. The server has its own implementation, because a lab applies high load and attacks:
 * it answers malformed requests with the correct exception, bounds the memory that a client can use, and never crashes. @throws
 * ScadaError `config` if the port is not available
 */
export async function startModbusServer(options: ModbusServerOptions, context: PluginContext): Promise<ModbusServer> {
  const { controller, transport = { type: 'tcp' }, machine = systemClock } = options;
  const image = new PlantImage(options.plant, controller);
  const identity = { ...identityOf(controller), ...options.identity };
  const shared: Shared = { options, image, identity, context, machine, dropsRepliesTo: undefined };
  const streams = new Set<Duplex>();
  const most = options.connections ?? usualConnections;
  const rtu = transport.type === 'serial' || transport.type === 'rtu-over-tcp';
  const listener = await listen(transport, options.host ?? '127.0.0.1', options.port ?? 0, controller, (connection) => {
    const { stream } = connection;
    if (streams.size >= most) {
      context.logger.warn(`${controller}: connection refused, ${most} are open`);
      // not before a tap has seen the connection, as on a network
      queueMicrotask(() => stream.destroy());
      return;
    }
    streams.add(stream);
    stream.once('close', () => streams.delete(stream));
    if (stream instanceof Socket) stream.setTimeout(options.idleMs ?? 600_000, () => stream.destroy());
    serve(connection, rtu ? new RtuReader() : new MbapReader(), shared);
  });
  return {
    port: listener.port,
    get clients() {
      return streams.size;
    },
    get dropsRepliesTo() {
      return shared.dropsRepliesTo;
    },
    set dropsRepliesTo(drops) {
      shared.dropsRepliesTo = drops;
    },
    async [Symbol.asyncDispose]() {
      const closed = listener[Symbol.asyncDispose]();
      for (const stream of streams) if (stream instanceof Socket) stream.destroy();
      await closed;
    },
  };
}
