import type { WireConnectionEvent, WireEnds } from '../../../src/core/wire.ts';
import type { PacketStamp, Side, StreamDecoder, StreamProtocol, WireReport } from '../decoder.ts';
import type { TrafficMeter } from '../meter/index.ts';
import { type Packet, tcpFlag } from '../packet/packet.ts';
import type { Reassembly } from './reassembly.ts';
import { Recognition } from './recognition.ts';
import { type StreamTarget, TcpStream } from './stream.ts';

/** Segments of another connection between the same ports, one after the other, that make this one be given up. */
const straysToBelieve = 3;

export type ConnectionChange = WireConnectionEvent['state'];

export interface ConnectionServices {
  readonly meter: TrafficMeter;
  readonly shared: Reassembly;
  readonly protocols: readonly StreamProtocol[];
  /** Whether the connection's server is expected to speak this protocol. */
  readonly expected: (protocol: StreamProtocol) => boolean;
}

/** How a connection came into view: by its opening or in its midst. */
export type Beginning = 'opening' | 'midst';

/** One TCP connection as a tap sees it: its state, its two streams, and the decoder of what is in them. */
export class TcpConnection implements StreamTarget {
  /** Seen since eviction last came by. */
  used = false;
  /** Its keys in the table, of both directions. */
  readonly keys: readonly [string, string];
  readonly #services: ConnectionServices;
  readonly #client: TcpStream;
  readonly #server: TcpStream;
  #ends: WireEnds;
  #phase: 'begun' | 'open' | 'over' = 'begun';
  #strays = 0;
  #conflicting = false;
  #ended = false;
  #recognition: Recognition | undefined;
  #decoder: StreamDecoder | undefined;
  #report: WireReport | undefined;

  constructor(ends: WireEnds, keys: readonly [string, string], beginning: Beginning, services: ConnectionServices) {
    this.#ends = ends;
    this.keys = keys;
    this.#services = services;
    this.#client = new TcpStream('client', this, services.shared);
    this.#server = new TcpStream('server', this, services.shared);
    this.#recognition = new Recognition(services.protocols, services.expected, beginning === 'opening');
  }

  /** With the protocol as far as it is known. */
  get ends(): WireEnds {
    return this.#ends;
  }

  /** False while the protocol is not decided, or has just been and `settle` has not been called. */
  get settled(): boolean {
    return this.#recognition === undefined;
  }

  /** True for a packet that belongs to a new connection between the same ports. */
  isOther(side: Side, packet: Packet): boolean {
    const stream = this.#stream(side);
    const { sequence, payloadLength } = packet;
    if (packet.has(tcpFlag.syn)) {
      if (stream.first === (sequence + 1) >>> 0) return false;
      return this.#phase === 'over' || stream.first !== undefined || (side === 'server' && !packet.has(tcpFlag.acknowledge));
    }
    this.#strays = stream.fits(sequence) ? 0 : this.#strays + 1;
    if (this.#strays >= straysToBelieve) return true;
    return this.#phase === 'over' && payloadLength > 1 && (stream.first === undefined || stream.distance(sequence) >= 0);
  }

  /** True when nothing more belongs to it: `end` lets go of what is held. */
  get over(): boolean {
    return this.#phase === 'over';
  }

  /** Takes a packet of one side. @returns what has become of the connection, if that has changed */
  take(side: Side, packet: Packet, at: PacketStamp): ConnectionChange | undefined {
    if (this.#phase === 'over' || !this.#stream(side).fits(packet.sequence)) return undefined;
    if (packet.has(tcpFlag.reset)) return this.#reset(side);
    let change: ConnectionChange | undefined;
    if (this.#phase === 'begun' && (side === 'server' || !packet.has(tcpFlag.syn))) {
      this.#phase = 'open';
      change = this.#client.first !== undefined || packet.has(tcpFlag.syn) ? 'opened' : 'seen';
    }
    this.#bytes(side, packet, at);
    if (packet.has(tcpFlag.acknowledge))
      this.#stream(side === 'client' ? 'server' : 'client').acknowledged(packet.acknowledged, at);
    if (!this.#client.finished || !this.#server.finished) return change;
    this.#phase = 'over';
    return 'closed';
  }

  /** After the packet was counted: if it has decided the protocol, what was kept is decoded. */
  settle(): void {
    const recognition = this.#recognition;
    if (recognition?.verdict === undefined) return;
    this.#recognition = undefined;
    if (recognition.verdict === 'none' || this.#decoder === undefined) {
      this.#client.discard();
      this.#server.discard();
    } else recognition.replay(this.#decoder);
  }

  /** It is over, or given up: what is held is passed on, with gaps. Idempotent. */
  end(at: PacketStamp): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#phase = 'over';
    this.#client.flush(at);
    this.#server.flush(at);
    this.settle();
    this.#client.end();
    this.#server.end();
    this.#decoder?.end(at);
    this.#decoder = undefined;
    this.#recognition = undefined;
  }

  data(from: Side, bytes: Buffer, at: PacketStamp): void {
    const recognition = this.#recognition;
    if (recognition === undefined) return this.#decoder?.data(from, bytes, at);
    const open = recognition.verdict === undefined;
    recognition.data(from, bytes, at);
    const { verdict } = recognition;
    if (!open || verdict === undefined || verdict === 'none') return;
    this.#ends = { ...this.#ends, protocol: verdict.protocol };
    this.#report = this.#services.meter.reportFor(this.#ends);
    this.#decoder = verdict.create({ ends: this.#ends, report: this.#report });
  }

  gap(from: Side, missing: number, at: PacketStamp): void {
    this.#report?.fault({ fault: 'lost', operation: '', detail: `${missing} bytes of the ${from} are missing` }, at);
    if (this.#recognition === undefined) this.#decoder?.gap(from, missing, at);
    else this.#recognition.gap(from, missing, at);
  }

  conflict(from: Side, at: PacketStamp): void {
    if (this.#conflicting) return;
    this.#conflicting = true;
    const detail = `the ${from} sent bytes again that were not the same: what was first counts`;
    this.#report ??= this.#services.meter.reportFor(this.#ends);
    this.#report.fault({ fault: 'malformed', operation: '', detail }, at);
  }

  #bytes(side: Side, packet: Packet, at: PacketStamp): void {
    const stream = this.#stream(side);
    const { bytes, payloadAt, payloadEnd, payloadLength } = packet;
    const syn = packet.has(tcpFlag.syn);
    const from = syn ? (packet.sequence + 1) >>> 0 : packet.sequence;
    if (syn && stream.first === undefined) stream.start(from);
    // a lone byte of a stream met in its midst may be a keep-alive's, which is none of the stream
    const isFirst = stream.first === undefined;
    if (payloadLength > (isFirst ? 1 : 0)) stream.segment(from, bytes, payloadAt, payloadEnd, payloadLength, at);
    if (packet.has(tcpFlag.fin)) stream.fin(from + payloadLength, at);
  }

  #reset(side: Side): ConnectionChange | undefined {
    const begun = this.#phase === 'begun';
    const closing = this.#client.finSeen || this.#server.finSeen;
    const known = this.#client.first !== undefined || this.#server.first !== undefined;
    this.#phase = 'over';
    if (begun) return side === 'server' && known ? 'refused' : known ? 'reset' : undefined;
    return closing ? 'closed' : 'reset';
  }

  #stream(side: Side): TcpStream {
    return side === 'client' ? this.#client : this.#server;
  }
}
