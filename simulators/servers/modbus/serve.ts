import type { Clock } from '../../../src/core/clock.ts';
import type { PluginContext } from '../../../src/core/plugin.ts';
import { Exception, exceptionPdu, type Frame, type RequestReader } from './frames.ts';
import { type Answer, answer, refusal } from './functions.ts';
import type { Identity } from './identity.ts';
import type { PlantImage } from './image.ts';
import type { ModbusServerOptions } from './options.ts';
import type { Connection } from './listen.ts';

/** Silence that ends a frame, ms; longer than in the specification, because the timing of the line is not controlled here. */
const silenceMs = 20;

/** State that all connections of a server share. */
export interface Shared {
  readonly options: ModbusServerOptions;
  readonly image: PlantImage;
  readonly identity: Identity;
  readonly context: PluginContext;
  readonly machine: Clock;
  dropsRepliesTo: ((client: string) => boolean) | undefined;
}

/** Answers one client until its connection ends. */
export function serve({ stream, client, rights }: Connection, reader: RequestReader, shared: Shared): void {
  const { options, context, machine } = shared;
  const { controller, pipelined = 64 } = options;
  const closed = new AbortController();
  let receivedMs = 0;
  let waiting = false;

  const settle = (frame: Frame): Buffer | undefined => {
    const broadcast = reader.bus && frame.unit === 0;
    if (frame.unit !== options.unit && !broadcast) {
      if (reader.bus) return undefined;
      return reader.reply(frame, exceptionPdu(frame.pdu.readUInt8(0), Exception.GatewayTargetSilent));
    }
    const { pdu, content, exception } = respond(frame.pdu, rights, shared);
    options.onRequest?.({ ...content, time: options.plant.time, controller, client, unit: frame.unit, exception });
    return broadcast ? undefined : reader.reply(frame, pdu);
  };
  const send = (frames: readonly Frame[]): void => {
    for (const { pdu } of frames) options.onFrame?.(pdu, client);
    const replies = frames
      .map((frame, i) =>
        i < pipelined ? settle(frame) : reader.reply(frame, exceptionPdu(frame.pdu.readUInt8(0), Exception.DeviceBusy)),
      )
      .filter((reply) => reply !== undefined);
    if (replies.length === 0 || shared.dropsRepliesTo?.(client) === true) return;
    // No more requests are read until the client has taken its replies.
    if (!stream.write(replies.length === 1 ? (replies[0] as Buffer) : Buffer.concat(replies))) stream.pause();
  };
  const awaitSilence = async (): Promise<void> => {
    waiting = true;
    try {
      for (let wait = silenceMs; wait > 0; wait = receivedMs + silenceMs - machine.monotonic()) {
        await machine.sleep(wait, closed.signal);
      }
      send(reader.silence());
    } catch (thrown) {
      if (!closed.signal.aborted) throw thrown;
    } finally {
      waiting = false;
    }
  };

  // A reset by the client is not an error of the server; 'close' follows.
  stream.on('error', (error) => context.logger.debug(`${controller}: ${client}: ${error.message}`));
  stream.once('close', () => closed.abort());
  stream.on('drain', () => stream.resume());
  stream.on('data', (chunk: Buffer) => {
    const frames = reader.read(chunk);
    if (frames === undefined) {
      context.logger.debug(`${controller}: ${client} does not speak Modbus TCP`);
      stream.destroy();
      return;
    }
    send(frames);
    if (!reader.bus) return;
    receivedMs = machine.monotonic();
    if (!waiting) void awaitSilence();
  });
}

function respond(pdu: Buffer, rights: Connection['rights'], { image, identity }: Shared): Answer {
  return rights === 'write' || (rights === 'read' && !writes.has(pdu.readUInt8(0))) ? answer(pdu, image, identity) : refusal(pdu);
}

const writes: ReadonlySet<number> = new Set([5, 6, 8, 15, 16, 22, 23]);
