import { createServer, type Socket } from 'node:net';
import { mbap } from './raw-modbus.ts';

export interface ScriptedRequest {
  readonly transaction: number;
  readonly unit: number;
  readonly pdu: Buffer;
  readonly socket: Socket;
  /** Counted over all connections, from 0. */
  readonly number: number;
}

export interface ScriptedPeer extends AsyncDisposable {
  readonly port: number;
  /** Every byte that clients have sent, as hexadecimal PDUs. */
  readonly asked: readonly string[];
  connections: number;
}

/** What register or bit `address` holds on a scripted peer. */
export const scriptedRegister = (address: number): number => (address * 7 + 3) & 0xffff;
export const scriptedBit = (address: number): number => (address % 3 === 0 ? 1 : 0);

/** The right answer to a read; other functions are not known. */
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

export const answerRight = (request: ScriptedRequest): void => {
  request.socket.write(mbap(rightPdu(request), request.unit, request.transaction));
};

export const answerPdu = (request: ScriptedRequest, pdu: Buffer | readonly number[]): void => {
  request.socket.write(mbap(Buffer.from(pdu), request.unit, request.transaction));
};

/** What a peer was asked beyond the reads that a monitor may send: functions 1 to 4, and the identity (43/14, 17). */
export const forbidden = ({ asked }: Pick<ScriptedPeer, 'asked'>): string[] =>
  asked.filter((pdu) => !/^(0[1-4].{8}|11|2b0e.{4})$/.test(pdu));

/** A Modbus peer on a real socket that does with each request what the test says. */
export async function startScriptedPeer(script: (request: ScriptedRequest) => void): Promise<ScriptedPeer> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    peer.connections++;
    sockets.add(socket);
    socket.setNoDelay();
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    let bytes: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      while (bytes.length >= 6 && bytes.length >= 6 + bytes.readUInt16BE(4)) {
        const end = 6 + bytes.readUInt16BE(4);
        const pdu = bytes.subarray(7, end);
        const request = { transaction: bytes.readUInt16BE(0), unit: bytes.readUInt8(6), pdu, socket, number: asked.length };
        asked.push(pdu.toString('hex'));
        bytes = bytes.subarray(end);
        script(request);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const peer = {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    asked,
    connections: 0,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  return peer;
}
