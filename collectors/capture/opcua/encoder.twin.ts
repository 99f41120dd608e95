import type { Side } from '../decoder.ts';
import { encodingOf, type ServiceName } from './services.ts';

/** Encodes OPC UA binary for tests, written from OPC 10000-6 independently of the readers. */
export class Writer {
  readonly #parts: Buffer[] = [];

  get bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }

  raw(bytes: Uint8Array): this {
    this.#parts.push(Buffer.from(bytes));
    return this;
  }
  u8(...values: number[]): this {
    return this.raw(Uint8Array.from(values));
  }
  u16(value: number): this {
    return this.u8(value & 0xff, (value >>> 8) & 0xff);
  }
  u32(...values: number[]): this {
    for (const value of values) this.u16(value & 0xffff).u16(value >>> 16);
    return this;
  }
  u64(value: bigint): this {
    return this.u32(Number(value & 0xffffffffn), Number((value >> 32n) & 0xffffffffn));
  }
  f32(value: number): this {
    return this.raw(new Uint8Array(Float32Array.of(value).buffer));
  }
  f64(value: number): this {
    return this.raw(new Uint8Array(Float64Array.of(value).buffer));
  }
  /** ms UTC; NaN for the null time. */
  time(ms: number): this {
    return this.u64(Number.isNaN(ms) ? 0n : (BigInt(ms) + 11_644_473_600_000n) * 10_000n);
  }
  bytesOf(bytes: Uint8Array | undefined): this {
    return bytes === undefined ? this.u32(0xffffffff) : this.u32(bytes.length).raw(bytes);
  }
  text(value: string | undefined): this {
    return this.bytesOf(value === undefined ? undefined : Buffer.from(value));
  }
  list<T>(items: readonly T[] | undefined, write: (item: T) => unknown): this {
    if (items === undefined) return this.u32(0xffffffff);
    this.u32(items.length);
    for (const item of items) write(item);
    return this;
  }
  guid(value: string): this {
    const [a = '', b = '', c = '', ...rest] = value.split('-');
    for (const part of [a, b, c]) this.raw(Buffer.from(part, 'hex').reverse());
    return this.raw(Buffer.from(rest.join(''), 'hex'));
  }
  /**
   * A NodeId from its text form. If several encodings fit, `wide` selects the longer one; `flags` are those of an ExpandedNodeId.
   */
  node(value: string, wide = false, flags = 0): this {
    const [, space = '0', kind = '', id = ''] = /^(?:ns=(\d+);)?([isgb])=(.*)$/s.exec(value) ?? [];
    const namespace = Number(space);
    if (kind === 'i') {
      const number = Number(id);
      if (!wide && namespace === 0 && number < 256) return this.u8(flags, number);
      if (!wide && namespace < 256 && number < 65_536) return this.u8(1 | flags, namespace).u16(number);
      return this.u8(2 | flags)
        .u16(namespace)
        .u32(number);
    }
    this.u8({ s: 3, g: 4, b: 5 }[kind as 's'] | flags).u16(namespace);
    if (kind === 's') return this.text(id);
    return kind === 'g' ? this.guid(id) : this.bytesOf(Buffer.from(id, 'base64'));
  }
  qualified(namespace: number, name: string): this {
    return this.u16(namespace).text(name);
  }
  localized(text: string, locale?: string): this {
    this.u8(locale === undefined ? 2 : 3);
    if (locale !== undefined) this.text(locale);
    return this.text(text);
  }
  extension(type: string, body?: Uint8Array): this {
    this.node(type).u8(body === undefined ? 0 : 1);
    return body === undefined ? this : this.bytesOf(body);
  }
  /** A Variant with a Double, or with another type whose encoded body is given. */
  double(value: number): this {
    return this.u8(11).f64(value);
  }
  /** A DataValue with a Double. */
  measured(value: number): this {
    return this.u8(1).double(value);
  }
}

const now = Date.UTC(2026, 10, 24);
const requestHead = (to: Writer, token: string): Writer =>
  to.node(token).time(now).u32(7, 0).text(undefined).u32(5_000).extension('i=0');
const responseHead = (to: Writer, status: number): Writer =>
  to.time(now).u32(7, status).u8(0).list(undefined, String).extension('i=0');

export type Body = (to: Writer) => unknown;
const nothing: Body = () => undefined;

/** Body of a request with its header. */
export function request(service: ServiceName, body: Body = nothing, token = 'ns=1;i=4711'): Buffer {
  const to = requestHead(new Writer().node(`i=${encodingOf(service, 'request')}`), token);
  body(to);
  return to.bytes;
}

/** Body of a response with its header. */
export function response(service: ServiceName, body: Body = nothing, status = 0): Buffer {
  const to = responseHead(new Writer().node(`i=${encodingOf(service, 'response')}`), status);
  body(to);
  return to.bytes;
}

export const fault = (status: number): Buffer => responseHead(new Writer().node('i=397'), status).bytes;

const frame = (type: string, chunk: string, body: Uint8Array): Buffer =>
  new Writer()
    .raw(Buffer.from(type + chunk))
    .u32(body.length + 8)
    .raw(body).bytes;

export const hello = (): Buffer =>
  frame('HEL', 'F', new Writer().u32(0, 65_535, 65_535, 0, 0).text('opc.tcp://127.0.0.1:4840').bytes);
export const acknowledge = (): Buffer => frame('ACK', 'F', new Writer().u32(0, 65_535, 65_535, 0, 0).bytes);
export const error = (status: number, reason: string): Buffer => frame('ERR', 'F', new Writer().u32(status).text(reason).bytes);
export const reverseHello = (): Buffer =>
  frame('RHE', 'F', new Writer().text('urn:server').text('opc.tcp://127.0.0.1:4840').bytes);

/** Encodes the messages of one channel with consecutive sequence numbers. */
export class Sender {
  readonly #channel: number;
  readonly sequence: Record<Side, number> = { client: 0, server: 0 };
  /** Appended to each body. */
  signature = Buffer.alloc(0);

  constructor(channel = 9) {
    this.#channel = channel;
  }

  message(from: Side, id: number, body: Uint8Array, type = 'MSG', chunk = 'F'): Buffer {
    const to = new Writer()
      .u32(this.#channel, 1, ++this.sequence[from], id)
      .raw(body)
      .raw(this.signature);
    return frame(type, chunk, to.bytes);
  }

  /** Splits the message into chunks of `size` bytes. */
  chunks(from: Side, id: number, body: Buffer, size: number): Buffer[] {
    const frames: Buffer[] = [];
    for (let at = 0; at < body.length; at += size)
      frames.push(this.message(from, id, body.subarray(at, at + size), 'MSG', at + size < body.length ? 'C' : 'F'));
    return frames;
  }

  /** An OpenSecureChannel message under a policy, with the given certificate. */
  open(from: Side, id: number, policy: string, body: Uint8Array, certificate?: Uint8Array, channel = this.#channel): Buffer {
    const to = new Writer().u32(channel).text(`http://opcfoundation.org/UA/SecurityPolicy#${policy}`);
    to.bytesOf(certificate).bytesOf(certificate === undefined ? undefined : Buffer.alloc(20));
    return frame('OPN', 'F', to.u32(++this.sequence[from], id).raw(body).bytes);
  }

  /** The four messages that open a connection under policy None. */
  handshake(): [Side, Buffer][] {
    const asked = request('OpenSecureChannel', (to) => to.u32(0, 0, 1).bytesOf(undefined).u32(3_600_000), 'i=0');
    const given = response('OpenSecureChannel', (to) => to.u32(0, this.#channel, 1).time(now).u32(3_600_000).bytesOf(undefined));
    return [
      ['client', hello()],
      ['server', acknowledge()],
      ['client', this.open('client', 1, 'None', asked, undefined, 0)],
      ['server', this.open('server', 1, 'None', given)],
    ];
  }
}

export const bodies = {
  read: (...nodes: string[]): Buffer =>
    request('Read', (to) =>
      to
        .f64(0)
        .u32(2)
        .list(nodes, (node) => to.node(node).u32(13).text(undefined).qualified(0, '')),
    ),
  readResult: (...values: number[]): Buffer =>
    response('Read', (to) => to.list(values, (value) => to.measured(value)).list(undefined, String)),
  write: (...writes: (readonly [node: string, value: number])[]): Buffer =>
    request('Write', (to) => to.list(writes, ([node, value]) => to.node(node).u32(13).text(undefined).measured(value))),
  statuses: (service: ServiceName, ...statuses: number[]): Buffer =>
    response(service, (to) => to.list(statuses, (status) => to.u32(status)).list(undefined, String)),
  createSession: (applicationUri: string): Buffer =>
    request('CreateSession', (to) => {
      to.text(applicationUri).text('urn:product').localized('Client').u32(1).text(undefined).text(undefined).list([], String);
      to.text(undefined).text('opc.tcp://127.0.0.1:4840').text('session 1').bytesOf(Buffer.alloc(32)).bytesOf(undefined);
      to.f64(60_000).u32(0);
    }),
  activateSession: (type: string, token: Uint8Array): Buffer =>
    request('ActivateSession', (to) =>
      to
        .text(undefined)
        .bytesOf(undefined)
        .list([], String)
        .list(['en'], (id) => to.text(id))
        .extension(type, token)
        .text(undefined)
        .bytesOf(undefined),
    ),
  activated: (): Buffer => response('ActivateSession', (to) => to.bytesOf(Buffer.alloc(32)).list([], String).list([], String)),
};
