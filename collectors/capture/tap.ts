import type { WireEvent } from '../../src/core/wire.ts';
import { Conversations } from './conversations.ts';
import type { PacketStamp, StreamProtocol } from './decoder.ts';
import type { AddressBook } from './ends.ts';
import type { PacketRecord } from './file/record.ts';
import { HardwareAddresses } from './hardware.ts';
import { TrafficMeter } from './meter/index.ts';
import { PacketDecoder } from './packet/decode.ts';
import type { OtherReason } from './packet/packet.ts';
import { Reassembly, type ReassemblyLimits, defaultLimits } from './tcp/reassembly.ts';
import { TcpTable } from './tcp/table.ts';

/** Tolerated disorder of a capture, ms: programs that read several queues mix packets slightly. */
const toleranceMs = 1_000;
/** Interval of checks for expired gaps and fragments, ms of stream time. */
const expiryMs = 250;

export interface TapOptions {
  readonly tap: string;
  /** See `MeterOptions.periodMs`. */
  readonly periodMs: number;
  readonly protocols: readonly StreamProtocol[];
  readonly book: AddressBook;
  /** Maximum number of connections, and of conversations without one, that are followed at the same time. */
  readonly mostConnections: number;
  readonly limits?: ReassemblyLimits;
}

/** The whole path from packets to events in one object, without a clock, a socket or a thread. */
export class Tap {
  readonly #options: TapOptions;
  readonly #decoder = new PacketDecoder();
  readonly #reassembly: Reassembly;
  readonly #conversations: Conversations;
  readonly #connections: TcpTable;
  readonly #hardware: HardwareAddresses;
  readonly #meter: TrafficMeter;
  readonly #other = new Map<OtherReason, number>();
  #time = 0;
  #reportDue: number | undefined;
  #expiryDue = 0;
  #dropped = 0;
  packets = 0;
  /** Number of bytes of whole frames. */
  bytes = 0;
  /** Stream time of the last packet. */
  lastPacketTime = 0;
  /** Packets with a time well before that of an earlier one. They are assigned the earlier packet's time. */
  late = 0;

  /** @param emit is called with each event, in order */
  constructor(options: TapOptions, emit: (event: WireEvent) => void) {
    const { tap, periodMs, protocols, book, mostConnections, limits } = options;
    this.#options = options;
    this.#reassembly = new Reassembly(limits ?? defaultLimits);
    this.#meter = new TrafficMeter({ tap, periodMs }, emit);
    this.#conversations = new Conversations(book, mostConnections);
    this.#hardware = new HardwareAddresses(this.#meter, book);
    this.#connections = new TcpTable({ meter: this.#meter, shared: this.#reassembly, protocols, book, most: mostConnections });
  }

  /** Stream time, ms UTC: the latest packet time, or the time of the last `advance`. It never decreases. */
  get time(): number {
    return this.#time;
  }

  /** @param time ms UTC; NaN for the time of the previous packet */
  packet(record: PacketRecord, time: number): PacketStamp {
    if (time < this.#time - toleranceMs) this.late++;
    this.advance(time);
    const at: PacketStamp = { time: this.#time, number: ++this.packets };
    const packet = this.#decoder.decode(record, at.time);
    this.bytes += record.wireLength;
    this.lastPacketTime = at.time;
    if (packet.kind === 'tcp') this.#connections.take(packet, record.wireLength, at);
    else {
      if (packet.reason !== undefined) this.#other.set(packet.reason, (this.#other.get(packet.reason) ?? 0) + 1);
      const { ends, from } = this.#conversations.of(packet);
      this.#meter.packet(ends, from, record.wireLength, at);
      this.#hardware.take(packet, at);
    }
    if (this.#options.periodMs === 0) this.#meter.flush(at.time);
    return at;
  }

  /** Advances stream time: due reports are emitted, expired items are given up. */
  advance(time: number): void {
    if (time > this.#time) this.#time = time;
    const now = this.#time;
    if (now >= this.#expiryDue) {
      this.#expiryDue = now + expiryMs;
      this.#decoder.fragments.expire(now);
      this.#reassembly.expire({ time: now, number: this.packets });
    }
    const { periodMs } = this.#options;
    if (periodMs === 0) return;
    this.#reportDue ??= now + periodMs;
    if (now < this.#reportDue) return;
    this.#meter.flush(this.#reportDue);
    this.#reportDue = now + periodMs;
  }

  /** @param total number of packets dropped before the tap since its beginning */
  lost(total: number): void {
    if (total <= this.#dropped) return;
    this.#meter.loss(total - this.#dropped, this.#time);
    this.#dropped = total;
  }

  /** The capture has ended. */
  end(): void {
    this.#connections.end({ time: this.#time, number: this.packets });
    this.#meter.flush(this.#time);
  }

  /** Counters by name, of everything that was not decoded or not followed. */
  figures(): ReadonlyMap<string, number> {
    const { retransmissions, conflicts, outOfOrder, gaps, missingBytes, held } = this.#reassembly;
    const {
      forgotten,
      summedElsewhere,
      connectionsUnreported: connectionsNotTold,
      unexamined: notLookedAt,
      readingsUnreported,
      addressesUnreported,
    } = this.#meter.counts();
    return new Map<string, number>([
      ['packets', this.packets],
      ['bytes', this.bytes],
      ['dropped', this.#dropped],
      ['late', this.late],
      ['connections', this.#connections.size],
      ['connections-evicted', this.#connections.evicted],
      ['conversations-evicted', this.#conversations.evicted],
      ['tcp-retransmissions', retransmissions],
      ['tcp-conflicts', conflicts],
      ['tcp-out-of-order', outOfOrder],
      ['tcp-gaps', gaps],
      ['tcp-missing-bytes', missingBytes],
      ['tcp-held-bytes', held],
      ['meter-forgotten', forgotten],
      ['meter-summed-elsewhere', summedElsewhere],
      ['meter-connections-not-told', connectionsNotTold],
      ['meter-not-looked-at', notLookedAt],
      ['meter-readings-not-told', readingsUnreported],
      ['meter-addresses-unreported', addressesUnreported],
      ['addresses-evicted', this.#hardware.evicted],
      ['fragments-abandoned', this.#decoder.fragments.abandoned],
      ...[...this.#other].map(([reason, count]) => [`other-${reason}`, count] as const),
      ...this.#options.protocols.flatMap((protocol) => [...(protocol.figures?.() ?? [])]),
    ]);
  }
}
