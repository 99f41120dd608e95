import type { WireConnectionEvent, WireEnds } from '../../../src/core/wire.ts';
import type { PacketStamp, Side, StreamDecoder, StreamProtocol, WireReport } from '../decoder.ts';
import type { KnownServer } from '../ends.ts';
import type { TrafficMeter } from '../meter/index.ts';
import { type Packet, tcpFlag } from '../packet/packet.ts';
import type { ForeignProtocol } from './foreign.ts';
import type { Reassembly } from './reassembly.ts';
import { Recognition } from './recognition.ts';
import { type StreamTarget, TcpStream } from './stream.ts';

/** Number of consecutive segments of another connection between the same ports that replace this one. */
const straysToBelieve = 3;
/** Protocols of devices as a text names them. */
const names: Readonly<Record<string, string>> = { modbus: 'Modbus', opcua: 'OPC UA' };

export type ConnectionChange = WireConnectionEvent['state'];

export interface ConnectionServices {
  readonly meter: TrafficMeter;
  readonly shared: Reassembly;
  readonly protocols: readonly StreamProtocol[];
  /** True if the connection's server is expected to use this protocol. */
  readonly expected: (protocol: StreamProtocol) => boolean;
  /** The configured device of the server and port, if any. */
  readonly known?: KnownServer | undefined;
}

/** How the capture of a connection began: with its opening or in the middle. */
export type Beginning = 'opening' | 'midst';

/** One TCP connection in a capture: its state, its two streams, and their decoder. */
export class TcpConnection implements StreamTarget {
  /** True if used since the last eviction pass. */
  used = false;
  /** Its two keys in the table, one per direction. */
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

  /** Ends, with the protocol as far as it is known. */
  get ends(): WireEnds {
    return this.#ends;
  }

  /** False until the protocol is decided and `settle` was called. */
  get settled(): boolean {
    return this.#recognition === undefined;
  }

  /** True for a packet of a new connection between the same ports. */
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

  /** True when no more packets belong to it; `end` then releases what is held. */
  get over(): boolean {
    return this.#phase === 'over';
  }

  /** Handles a packet of one side. @returns the new state of the connection, if it has changed */
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

  /** Decodes kept bytes if the last packet decided the protocol. Called after that packet was counted. */
  settle(): void {
    const recognition = this.#recognition;
    if (recognition?.verdict === undefined) return;
    this.#recognition = undefined;
    if (recognition.verdict === 'none' || this.#decoder === undefined) {
      this.#client.discard();
      this.#server.discard();
    } else recognition.replay(this.#decoder);
  }

  /** Ends the connection and passes on what is held, with gaps. Idempotent. */
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
    if (!open || verdict === undefined) return;
    if (verdict === 'none') return this.#reportForeign(recognition.foreign, at);
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

  /** Another protocol on the port of a device whose own protocol would have been decoded. Reported once. */
  #reportForeign(foreign: ForeignProtocol | undefined, at: PacketStamp): void {
    const { known, protocols } = this.#services;
    const isDecoded = protocols.some(({ protocol }) => protocol === known?.type);
    if (foreign === undefined || known === undefined || !isDecoded || (foreign === 'TLS' && known.usesTls)) return;
    this.#report ??= this.#services.meter.reportFor(this.#ends);
    const detail = `${foreign} instead of ${names[known.type] ?? known.type}`;
    this.#report.fault({ fault: 'malformed', operation: '', detail }, at);
  }

  #bytes(side: Side, packet: Packet, at: PacketStamp): void {
    const stream = this.#stream(side);
    const { bytes, payloadAt, payloadEnd, payloadLength } = packet;
    const syn = packet.has(tcpFlag.syn);
    const from = syn ? (packet.sequence + 1) >>> 0 : packet.sequence;
    if (syn && stream.first === undefined) stream.start(from);
    // a single byte in a stream that began before the capture may be a keep-alive, which is not data
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
