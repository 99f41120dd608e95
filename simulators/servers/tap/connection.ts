import type { Socket } from 'node:net';
import { type End, segmentBytes, TcpFlag, tcpFrame } from './frames.ts';

type Side = 'client' | 'server';

/** Produces the packets of one connection as on a network: handshake, segments, end. */
export class MirroredConnection {
  readonly #ends: Readonly<Record<Side, End>>;
  readonly #next: Record<Side, number> = { client: 1_000, server: 5_000 };
  readonly #emit: (frame: Buffer) => void;
  #over = false;

  /** @param serverPort port of the server in the packets */
  constructor(socket: Socket, serverPort: number, emit: (frame: Buffer) => void) {
    this.#ends = {
      client: { address: ipv4(socket.remoteAddress), port: socket.remotePort ?? 0 },
      server: { address: ipv4(socket.localAddress), port: serverPort },
    };
    this.#emit = emit;
    this.#send('client', TcpFlag.syn);
    this.#send('server', TcpFlag.syn | TcpFlag.ack);
    this.#send('client', TcpFlag.ack);
  }

  bytes(from: Side, bytes: Buffer): void {
    for (let at = 0; at < bytes.length; at += segmentBytes) {
      this.#send(from, TcpFlag.psh | TcpFlag.ack, bytes.subarray(at, at + segmentBytes));
    }
  }

  /** @param hard true for an end by a reset */
  end(hard: boolean): void {
    if (this.#over) return;
    this.#over = true;
    if (hard) return this.#send('client', TcpFlag.rst | TcpFlag.ack);
    this.#send('client', TcpFlag.fin | TcpFlag.ack);
    this.#send('server', TcpFlag.fin | TcpFlag.ack);
    this.#send('client', TcpFlag.ack);
  }

  #send(from: Side, flags: number, payload: Buffer = Buffer.alloc(0)): void {
    const to = from === 'client' ? 'server' : 'client';
    const sequence = this.#next[from];
    const acknowledged = (flags & TcpFlag.ack) === 0 ? 0 : this.#next[to];
    const counted = payload.length + ((flags & (TcpFlag.syn | TcpFlag.fin)) === 0 ? 0 : 1);
    this.#next[from] = (sequence + counted) >>> 0;
    this.#emit(tcpFrame(this.#ends[from], this.#ends[to], { sequence, acknowledged, flags, payload }));
  }
}

const ipv4 = (address: string | undefined): string => {
  const bare = address?.replace(/^::ffff:/, '') ?? '0.0.0.0';
  return bare === '::1' ? '127.0.0.1' : bare;
};
