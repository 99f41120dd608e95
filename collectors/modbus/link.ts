import { EventEmitter } from 'node:events';
import modbusSerial from 'modbus-serial';
import type { Clock } from '../../src/core/clock.ts';
import { ScadaError } from '../../src/core/errors.ts';
import type { ModbusTable } from '../../src/modbus/address.ts';
import type { ModbusConfig } from './config.ts';
import { rtuFrame } from './transport/frame.ts';
import { type Answer, type OpenChannel, openChannel } from './transport/index.ts';

/** One read: `count` registers or bits from `start` on. */
export interface ReadRequest {
  readonly unit: number;
  readonly table: ModbusTable;
  readonly start: number;
  readonly count: number;
}

/** Result of one read. */
export type Reply =
  | { readonly kind: 'data'; readonly bytes: Buffer }
  | { readonly kind: 'exception'; readonly exception: number }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'malformed'; readonly why: string };

/**
 * Adapts the library to a channel: it writes an RTU frame and receives one. Nothing is sent here. The channel handles sockets,
 * deadlines and the other framings, because the library's own ports lose resets, wait without limit and accept replies of other
 * transactions.
 */
class Codec extends EventEmitter {
  readonly isOpen = true;
  /** Bytes that the library wrote last. */
  frame: Buffer = Buffer.alloc(0);

  open(done: () => void): void {
    done();
  }

  write(frame: Buffer): void {
    this.frame = frame;
  }
}

/**
 * Connection of a session to a device, with one request in flight. It may be closed between polls, and is opened again when
 * needed. `modbus-serial` builds the requests, and parses every reply except plain data of the requested length.
 */
export class ModbusLink implements AsyncDisposable {
  readonly #config: ModbusConfig;
  readonly #machine: Clock;
  readonly #codec = new Codec();
  readonly #client = new modbusSerial.default(this.#codec);
  readonly #lost = new AbortController();
  #open: OpenChannel | undefined;
  #credentials: Readonly<Record<string, string>> = {};
  #disposed = false;
  /** Bytes of connections that were closed. */
  #bytes = 0;
  #reply: Reply | undefined;

  private constructor(config: ModbusConfig, machine: Clock) {
    this.#config = config;
    this.#machine = machine;
    this.#client.open();
  }

  /** @throws ScadaError as `openChannel` does */
  static async open(config: ModbusConfig, machine: Clock, signal: AbortSignal): Promise<ModbusLink> {
    const link = new ModbusLink(config, machine);
    await link.ready(signal);
    return link;
  }

  /** Aborts when the connection has ended by itself; its reason is a ScadaError. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Number of bytes in both directions. */
  get bytes(): number {
    return this.#bytes + (this.#open?.channel.bytes ?? 0);
  }

  /** Own role and certificate of the device, from the last opening of the connection with transport `tls`. */
  get credentials(): Readonly<Record<string, string>> {
    return this.#credentials;
  }

  /** Opens the connection again if it was released. @throws ScadaError as `openChannel` does */
  async ready(signal: AbortSignal): Promise<void> {
    if (this.#open !== undefined || this.#disposed) return;
    const open = await openChannel(this.#config, this.#machine, signal);
    if (this.#disposed) return await open.channel[Symbol.asyncDispose]();
    this.#open = open;
    this.#credentials = open.credentials;
    const { lost } = open.channel;
    lost.addEventListener('abort', () => {
      if (this.#open === open) this.#lost.abort(lost.reason);
    });
    try {
      if (this.#config.pauseAfterConnectMs > 0) await this.#machine.sleep(this.#config.pauseAfterConnectMs, signal);
      lost.throwIfAborted();
    } catch (thrown) {
      await this.release();
      throw thrown;
    }
  }

  /** Closes the connection until it is needed again. */
  async release(): Promise<void> {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    this.#bytes += open.channel.bytes;
    await open.channel[Symbol.asyncDispose]();
  }

  /** @throws the reason of `lost` if the connection ends during the request */
  async read({ unit, table, start, count }: ReadRequest): Promise<Reply> {
    const bits = table === 'coil' || table === 'discrete';
    const expected = bits ? Math.ceil(count / 8) : 2 * count;
    this.#reply = undefined;
    const done: Done = (error, result) => {
      this.#reply = replyOf(error, result, expected);
    };
    switch (table) {
      case 'coil':
        this.#client.writeFC1(unit, start, count, done);
        break;
      case 'discrete':
        this.#client.writeFC2(unit, start, count, done);
        break;
      case 'holding':
        this.#client.writeFC3(unit, start, count, done);
        break;
      case 'input':
        this.#client.writeFC4(unit, start, count, done);
        break;
    }
    const { frame } = this.#codec;
    const answer = await this.request(unit, frame.subarray(1, frame.length - 2));
    if (answer.kind !== 'reply') return answer;
    const { pdu } = answer;
    // A reply of the requested length is decoded here: the library's parser would cost more than all other steps.
    if (pdu[0] === frame[1] && pdu[1] === expected && pdu.length === expected + 2)
      return { kind: 'data', bytes: pdu.subarray(2) };
    this.#codec.emit('data', rtuFrame(unit, pdu));
    return this.#reply ?? { kind: 'malformed', why: 'a reply to another request' };
  }

  /** Sends a PDU. @throws the reason of `lost` if the connection ends during the request, ScadaError if the PDU is not a read */
  request(unit: number, pdu: Buffer): Promise<Answer> {
    if (this.#open === undefined) throw new ScadaError('fatal', 'INTERNAL', 'asked before the connection was ready');
    return this.#open.channel.request(unit, pdu);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    const channel = this.#open?.channel;
    await channel?.[Symbol.asyncDispose]();
  }
}

type Done = (error: Error & { readonly modbusCode?: number }, result: { readonly buffer: Buffer } | undefined) => void;

function replyOf(error: Parameters<Done>[0], result: Parameters<Done>[1], expected: number): Reply {
  if (error) {
    if (typeof error.modbusCode === 'number') return { kind: 'exception', exception: error.modbusCode };
    return { kind: 'malformed', why: error.message };
  }
  if (result?.buffer.length !== expected) {
    return { kind: 'malformed', why: `${result?.buffer.length ?? 0} bytes of data instead of ${expected}` };
  }
  return { kind: 'data', bytes: result.buffer };
}
