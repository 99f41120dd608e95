import { Lru } from '../../src/core/lru.ts';
import type { PacketStamp } from './decoder.ts';
import type { AddressBook } from './ends.ts';
import type { TrafficMeter } from './meter/index.ts';
import { addressText } from './packet/addresses.ts';
import type { Packet } from './packet/packet.ts';

/** Maximum number of IP addresses whose hardware address is known. A flood of forged ones evicts those not seen for longest. */
const mostAddresses = 16_384;
/** ARP operations of RFC 826: request, reply. Announcements are one of both. */
const operations: ReadonlySet<number> = new Set([1, 2]);
/** Bit of a multicast address in the first byte. */
const multicast = 1;

/** Hardware addresses that hosts state in ARP (RFC 826), by IP address. Bounded. */
export class HardwareAddresses {
  readonly #meter: TrafficMeter;
  readonly #book: AddressBook;
  readonly #known = new Lru<string, string>(mostAddresses);

  constructor(meter: TrafficMeter, book: AddressBook) {
    this.#meter = meter;
    this.#book = book;
  }

  /** Number of IP addresses evicted because the table was full: their next hardware address counts as the first one. */
  get evicted(): number {
    return this.#known.evicted;
  }

  /** Reports the sender's hardware address if it is the first one or another one. Ignores packets that are no ARP. */
  take(packet: Packet, at: PacketStamp): void {
    const { bytes, addressesAt, hardwareAt, code } = packet;
    if (packet.kind !== 'arp' || hardwareAt < 0 || !operations.has(code)) return;
    // 0.0.0.0 asks if an address is free (RFC 5227)
    if (bytes.readUInt32BE(addressesAt) === 0 || ((bytes[hardwareAt] ?? 0) & multicast) !== 0) return;
    if (bytes.readUIntBE(hardwareAt, 6) === 0) return;
    const ip = addressText(bytes, addressesAt, 4);
    const address = addressText(bytes, hardwareAt, 6);
    const before = this.#known.get(ip);
    if (before === address) return;
    const ends = { client: ip, server: ip, port: 0, protocol: 'arp', device: this.#book.deviceAt(ip) } as const;
    // an address that is not reported is not known: its next packet is reported instead
    if (this.#meter.address(ends, address, before, at)) this.#known.set(ip, address);
  }
}
