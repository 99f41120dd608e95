import { type End, segmentBytes, TcpFlag, tcpFrame } from './frames.ts';

type Side = 'client' | 'server';
/** Client and server of a connection. */
export type MirroredEnds = Readonly<Record<Side, End>>;

/** Produces the packets of one connection as on a network: handshake, segments, end. */
export class MirroredConnection {
  readonly #ends: MirroredEnds;
  readonly #next: Record<Side, number> = { client: 1_000, server: 5_000 };
  readonly #emit: (frame: Buffer) => void;
  #over = false;

  /** Emits the handshake. */
  constructor(ends: MirroredEnds, emit: (frame: Buffer) => void) {
    this.#ends = ends;
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

  /**
   * @param hard true for an end by a reset
   * @param from the side that ends the connection
   */
  end(hard: boolean, from: Side = 'client'): void {
    if (this.#over) return;
    this.#over = true;
    if (hard) return this.#send(from, TcpFlag.rst | TcpFlag.ack);
    this.#send(from, TcpFlag.fin | TcpFlag.ack);
    this.#send(from === 'client' ? 'server' : 'client', TcpFlag.fin | TcpFlag.ack);
    this.#send(from, TcpFlag.ack);
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
