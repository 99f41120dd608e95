import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { mbap, rtu } from './raw-modbus.ts';
import { assertReadFunctions } from './read-only.ts';

/** Framing of a peer: Modbus TCP, or RTU frames on a TCP socket. */
export type ScriptedFraming = 'mbap' | 'rtu';

export interface ScriptedRequest {
  readonly framing: ScriptedFraming;
  /** Transaction; 0 if the framing has none. */
  readonly transaction: number;
  readonly unit: number;
  readonly pdu: Buffer;
  readonly socket: Socket;
  /** Counted over all connections, from 0. */
  readonly number: number;
}

/** A recording peer. Disposal throws if it received anything but reads. */
export interface ScriptedPeer extends AsyncDisposable {
  readonly port: number;
  /** All received requests, as hexadecimal PDUs. */
  readonly asked: readonly string[];
  /** Its sockets of the open connections. */
  readonly sockets: ReadonlySet<Socket>;
  connections: number;
}

/** Content of register or bit `address` on a scripted peer. */
export const scriptedRegister = (address: number): number => (address * 7 + 3) & 0xffff;
export const scriptedBit = (address: number): number => (address % 3 === 0 ? 1 : 0);

/** The correct answer to a read; other functions are not supported. */
export function rightPdu({ pdu }: Pick<ScriptedRequest, 'pdu'>): Buffer {
  const functionCode = pdu.readUInt8(0);
  if (functionCode < 1 || functionCode > 4) return Buffer.from([0x80 | functionCode, 1]);
  const address = pdu.readUInt16BE(1);
  const count = pdu.readUInt16BE(3);
  const bits = functionCode <= 2;
  const reply = Buffer.alloc(2 + (bits ? Math.ceil(count / 8) : 2 * count));
  reply.writeUInt8(functionCode, 0);
  reply.writeUInt8(reply.length - 2, 1);
  for (let i = 0; i < count; i++) {
    if (!bits) reply.writeUInt16BE(scriptedRegister(address + i), 2 + 2 * i);
    else if (scriptedBit(address + i) === 1) reply.writeUInt8(reply.readUInt8(2 + (i >> 3)) | (1 << (i & 7)), 2 + (i >> 3));
  }
  return reply;
}

/** A reply to the request in the peer's framing. */
export const frameFor = ({ framing, unit, transaction }: ScriptedRequest, pdu: Buffer): Buffer =>
  framing === 'rtu' ? rtu(pdu, unit) : mbap(pdu, unit, transaction);

export const answerPdu = (request: ScriptedRequest, pdu: Buffer | readonly number[]): void => {
  request.socket.write(frameFor(request, Buffer.from(pdu)));
};

export const answerRight = (request: ScriptedRequest): void => answerPdu(request, rightPdu(request));

interface Cut extends Pick<ScriptedRequest, 'transaction' | 'unit' | 'pdu'> {
  readonly rest: Buffer;
}

/** The first whole request in the bytes. */
function cut(bytes: Buffer, framing: ScriptedFraming): Cut | undefined {
  if (framing === 'rtu') {
    const end = bytes[1] === 17 ? 4 : bytes[1] === 43 ? 7 : 8;
    if (bytes.length < end) return undefined;
    return { transaction: 0, unit: bytes.readUInt8(0), pdu: bytes.subarray(1, end - 2), rest: bytes.subarray(end) };
  }
  const end = bytes.length < 6 ? Number.POSITIVE_INFINITY : 6 + bytes.readUInt16BE(4);
  if (bytes.length < end) return undefined;
  const pdu = bytes.subarray(7, end);
  return { transaction: bytes.readUInt16BE(0), unit: bytes.readUInt8(6), pdu, rest: bytes.subarray(end) };
}

/** All whole requests in the bytes, and the rest. */
export function cutAll(bytes: Buffer, framing: ScriptedFraming): { readonly requests: readonly Cut[]; readonly rest: Buffer } {
  const requests: Cut[] = [];
  let rest = bytes;
  for (let found = cut(rest, framing); found !== undefined; found = cut(rest, framing)) {
    requests.push(found);
    rest = found.rest;
  }
  return { requests, rest };
}

export interface ScriptedOptions {
  readonly framing?: ScriptedFraming;
  /** Called for each connection. */
  readonly accepted?: (socket: Socket) => void;
  /** PEM files of a server with Modbus/TCP Security. */
  readonly tls?: { readonly ca: Buffer; readonly cert: Buffer; readonly key: Buffer };
  /** True if clients other than the monitor connect and may write. */
  readonly writers?: boolean;
}

/** Starts a Modbus peer on a real socket that answers each request as the test decides. */
export async function startScriptedPeer(
  script: (request: ScriptedRequest) => void,
  { framing = 'mbap', accepted = () => {}, tls, writers = false }: ScriptedOptions = {},
): Promise<ScriptedPeer> {
  const asked: string[] = [];
  /** Bytes after the last whole request of ended connections. */
  const rests: string[] = [];
  const sockets = new Set<Socket>();
  const take = (socket: Socket): void => {
    peer.connections++;
    accepted(socket);
    sockets.add(socket);
    socket.setNoDelay();
    socket.on('error', () => {});
    let bytes: Buffer = Buffer.alloc(0);
    socket.on('close', () => {
      sockets.delete(socket);
      if (bytes.length > 0) rests.push(bytes.toString('hex'));
    });
    socket.on('data', (chunk) => {
      const { requests, rest } = cutAll(Buffer.concat([bytes, chunk]), framing);
      bytes = rest;
      for (const request of requests) {
        const number = asked.length;
        asked.push(request.pdu.toString('hex'));
        script({ ...request, framing, socket, number });
      }
    });
  };
  const server =
    tls === undefined ? createServer(take) : createTlsServer({ ...tls, requestCert: true, minVersion: 'TLSv1.3' }, take);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const peer = {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    asked,
    sockets,
    connections: 0,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
      if (!writers) assertReadFunctions('the scripted peer', asked.concat(rests));
    },
  };
  return peer;
}
