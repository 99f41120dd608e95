import { createServer, type Server, type Socket } from 'node:net';
import { ScadaError } from '../../../src/core/errors.ts';
import type { Plant } from '../../../src/core/plant.ts';
import type { PluginContext } from '../../../src/core/plugin.ts';
import { Exception, exceptionPdu, type Frame, FrameReader, replyFrame } from './frames.ts';
import { answer, type RequestContent } from './functions.ts';
import type { Identity } from './identity.ts';
import { PlantImage } from './image.ts';

export type { Identity } from './identity.ts';

/** One request as ground truth and evidence keep it. */
export interface ModbusRequest extends RequestContent {
  /** Plant time, ms UTC. */
  readonly time: number;
  readonly controller: string;
  /** Address and port of the client. */
  readonly client: string;
  readonly unit: number;
  /** The exception that was answered, if any. */
  readonly exception: number | undefined;
}

export interface ModbusServerOptions {
  readonly plant: Plant;
  /** Which of the plant's controllers this server is. */
  readonly controller: string;
  readonly unit: number;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly identity?: Partial<Identity>;
  /** Clients at once; further ones are closed at once, as small controllers do. Default 16. */
  readonly connections?: number;
  /** A silent client is closed after so many ms of machine time. Default 600 000. */
  readonly idleMs?: number;
  /** Requests that one segment may carry; the rest is answered "busy". Default 64. */
  readonly pipelined?: number;
  /** Sees every request after it was answered. */
  readonly onRequest?: (request: ModbusRequest) => void;
}

export interface ModbusServer extends AsyncDisposable {
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
 * Puts one controller of a plant on a Modbus TCP port. A server of our own, because a lab loads it hard and attacks it: it
 * answers malformed requests with the right exception, bounds what a client can make it hold, and never falls over.
 * @throws ScadaError `config` when the port can not be taken
 */
export async function startModbusServer(options: ModbusServerOptions, context: PluginContext): Promise<ModbusServer> {
  const image = new PlantImage(options.plant, options.controller);
  const identity = { ...defaultIdentity, modelName: options.controller, ...options.identity };
  const sockets = new Set<Socket>();
  const most = options.connections ?? 16;
  const server = createServer((socket) => {
    if (sockets.size >= most) {
      context.logger.warn(`${options.controller}: connection refused, ${most} are open`);
      context.metrics.add(`simulator.modbus.${options.controller}.refused`);
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serve(socket, options, image, identity, context);
  });
  await listen(server, options);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  return {
    port,
    get clients() {
      return sockets.size;
    },
    async [Symbol.asyncDispose]() {
      if (!server.listening) return;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function listen(server: Server, { controller, host, port }: ModbusServerOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const message = `${controller}: can not listen on ${host}:${port}: ${cause.message}`;
      reject(new ScadaError('config', 'LAB_REFUSED', message, { hint: 'choose another port, or 0 for a free one', cause }));
    });
    server.listen(port, host, resolve);
  });
}

function serve(
  socket: Socket,
  options: ModbusServerOptions,
  image: PlantImage,
  identity: Identity,
  { logger, metrics }: PluginContext,
): void {
  const { controller, plant, pipelined = 64 } = options;
  const client = `${socket.remoteAddress}:${socket.remotePort}`;
  const reader = new FrameReader();
  const answerFrame = (frame: Frame): Buffer => {
    if (frame.unit !== options.unit) {
      return replyFrame(frame, exceptionPdu(frame.pdu.readUInt8(0), Exception.GatewayTargetSilent));
    }
    const { pdu, content, exception } = answer(frame.pdu, image, identity);
    options.onRequest?.({ ...content, time: plant.time, controller, client, unit: frame.unit, exception });
    return replyFrame(frame, pdu);
  };
  socket.setNoDelay();
  socket.setTimeout(options.idleMs ?? 600_000, () => socket.destroy());
  // A client that resets its connection is its own affair; 'close' follows.
  socket.on('error', (error) => logger.debug(`${controller}: ${client}: ${error.message}`));
  socket.on('drain', () => socket.resume());
  socket.on('data', (chunk) => {
    const frames = reader.read(chunk);
    if (frames === undefined) {
      logger.debug(`${controller}: ${client} does not speak Modbus TCP`);
      metrics.add(`simulator.modbus.${controller}.malformed`);
      socket.destroy();
      return;
    }
    if (frames.length === 0) return;
    const replies = frames.map((frame, i) =>
      i < pipelined ? answerFrame(frame) : replyFrame(frame, exceptionPdu(frame.pdu.readUInt8(0), Exception.DeviceBusy)),
    );
    // Until the client has taken its replies, no more of its requests are read.
    if (!socket.write(replies.length === 1 ? (replies[0] as Buffer) : Buffer.concat(replies))) socket.pause();
  });
}
