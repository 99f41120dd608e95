import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Clock, systemClock } from '../../../src/core/clock.ts';
import type { Plant } from '../../../src/core/plant.ts';
import type { PluginContext } from '../../../src/core/plugin.ts';
import { MbapReader } from './frames.ts';
import type { RequestContent } from './functions.ts';
import type { Identity } from './identity.ts';
import { PlantImage } from './image.ts';
import { listen, type ServerTransport } from './listen.ts';
import { RtuReader } from './rtu.ts';
import { serve } from './serve.ts';

export type { Identity } from './identity.ts';
export type { Rights, ServerTransport } from './listen.ts';

/** One request as ground truth and evidence keep it. */
export interface ModbusRequest extends RequestContent {
  /** Plant time, ms UTC. */
  readonly time: number;
  readonly controller: string;
  /** Address and port of the client, or the path of the line. */
  readonly client: string;
  readonly unit: number;
  /** The exception that was answered, if any. */
  readonly exception: number | undefined;
}

export interface ModbusServerOptions {
  readonly plant: Plant;
  /** Controller of the plant that this server serves. */
  readonly controller: string;
  readonly unit: number;
  /** Plain Modbus TCP if not given. */
  readonly transport?: ServerTransport;
  /** Address to listen on, where it is on a network. Default 127.0.0.1. */
  readonly host?: string;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  readonly identity?: Partial<Identity>;
  /** Clients at once; further ones are closed at once, as small controllers do. Default 16. */
  readonly connections?: number;
  /** A silent client is closed after so many ms of machine time. Default 600 000. */
  readonly idleMs?: number;
  /** Requests that one segment may carry; the rest is answered "busy". Default 64. */
  readonly pipelined?: number;
  /** Sees the PDU of every whole request as it came, for whatever unit, and the address and port of who sent it (or the path of the line). */
  readonly onFrame?: (pdu: Buffer, client: string) => void;
  /** Sees every request to the unit after it was answered. */
  readonly onRequest?: (request: ModbusRequest) => void;
  /** Ends frames by silence. The machine's clock if not given. */
  readonly machine?: Clock;
}

export interface ModbusServer extends AsyncDisposable {
  /** 0 on a serial line. */
  readonly port: number;
  /** Clients connected now. */
  readonly clients: number;
}

const defaultIdentity: Identity = {
  vendor: 'scadawatch',
  productCode: 'SIM',
  revision: '1.0',
  vendorUrl: '',
  productName: 'Simulated controller',
  modelName: '',
  application: '',
};

/**
 * Puts one controller of a plant on a port. A server of our own, because a lab loads it hard and attacks it: it answers
 * malformed requests with the right exception, bounds what a client can make it hold, and never falls over.
 * @throws ScadaError `config` if the port is not available
 */
export async function startModbusServer(options: ModbusServerOptions, context: PluginContext): Promise<ModbusServer> {
  const { controller, transport = { type: 'tcp' }, machine = systemClock } = options;
  const image = new PlantImage(options.plant, controller);
  const identity = { ...defaultIdentity, modelName: controller, ...options.identity };
  const shared = { options, image, identity, context, machine };
  const streams = new Set<Duplex>();
  const most = options.connections ?? 16;
  const rtu = transport.type === 'serial' || transport.type === 'rtu-over-tcp';
  const listener = await listen(transport, options.host ?? '127.0.0.1', options.port ?? 0, controller, (connection) => {
    const { stream } = connection;
    if (streams.size >= most) {
      context.logger.warn(`${controller}: connection refused, ${most} are open`);
      context.metrics.add(`simulator.modbus.${controller}.refused`);
      stream.destroy();
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
    async [Symbol.asyncDispose]() {
      const closed = listener[Symbol.asyncDispose]();
      for (const stream of streams) if (stream instanceof Socket) stream.destroy();
      await closed;
    },
  };
}
