import type { PacketRecord } from '../file/record.ts';
import { type Fragment, Fragments } from './fragments.ts';
import { type Carried, etherType, linkType, openLink } from './link.ts';
import { Packet, tcpFlag } from './packet.ts';

const protocol = {
  hopByHop: 0,
  icmp: 1,
  tcp: 6,
  udp: 17,
  routing: 43,
  fragment: 44,
  authentication: 51,
  icmp6: 58,
  options: 60,
} as const;
/** Hardware type of Ethernet in ARP, and length of its addresses. */
const ethernetHardware = 1;
const ethernetBytes = 6;
/** Maximum number of IPv6 extension headers that are followed. */
const mostExtensions = 8;

/**
 * Decodes packets from the link layer to the transport layer. Never throws and trusts no length: it reads only stored bytes, and
 * ignores bytes after the end of a datagram (Ethernet padding).
 */
export class PacketDecoder {
  readonly #packet = new Packet();
  readonly #carried: Carried = { etherType: 0, at: 0 };
  readonly fragments = new Fragments();

  /** @param now stream time, ms @returns the single packet object, valid until the next call */
  decode(record: PacketRecord, now: number): Packet {
    const packet = this.#packet;
    const carried = this.#carried;
    const { bytes, start, end, wireLength } = record;
    packet.reason = undefined;
    packet.bytes = bytes;
    packet.addressBytes = 0;
    packet.hardwareAt = -1;
    packet.sourcePort = packet.destinationPort = packet.flags = packet.code = 0;
    packet.payloadAt = packet.payloadEnd = end;
    packet.payloadLength = 0;
    packet.addressesReversed = record.linkType === linkType.ethernet;
    if (packet.addressesReversed && start + 12 <= end) this.#addresses(start, 6);
    if (!openLink(record, carried)) packet.other('link-type');
    else if (carried.etherType === -1) packet.other('cut-link');
    else if (carried.etherType === etherType.ipv4) this.#ipv4(bytes, carried.at, end, start + wireLength, now);
    else if (carried.etherType === etherType.ipv6) this.#ipv6(bytes, carried.at, end, start + wireLength, now);
    else if (carried.etherType === etherType.arp) this.#arp(bytes, carried.at, end);
    else packet.other('link-protocol');
    return packet;
  }

  /** RFC 826, for IPv4. */
  #arp(bytes: Buffer, at: number, end: number): void {
    const packet = this.#packet;
    if (at + 8 > end) return packet.other('cut-arp');
    packet.kind = 'arp';
    packet.code = bytes.readUInt16BE(at + 6);
    const hardware = bytes.readUInt8(at + 4);
    if (bytes.readUInt16BE(at + 2) !== etherType.ipv4 || bytes.readUInt8(at + 5) !== 4) return;
    if (at + 8 + 2 * hardware + 8 > end) return packet.other('cut-arp');
    // the sender's hardware address is between the two IP addresses: bring them together
    const addresses = Buffer.allocUnsafe(8 + ethernetBytes);
    bytes.copy(addresses, 0, at + 8 + hardware, at + 12 + hardware);
    bytes.copy(addresses, 4, at + 12 + 2 * hardware, at + 16 + 2 * hardware);
    packet.bytes = addresses;
    packet.payloadAt = packet.payloadEnd = 0;
    if (hardware === ethernetBytes && bytes.readUInt16BE(at) === ethernetHardware) {
      bytes.copy(addresses, 8, at + 8, at + 8 + ethernetBytes);
      packet.hardwareAt = 8;
    }
    this.#addresses(0, 4);
  }

  /** RFC 791. */
  #ipv4(bytes: Buffer, at: number, stored: number, onWire: number, now: number): void {
    const packet = this.#packet;
    if (at + 20 > stored) return packet.other('cut-ip');
    const first = bytes.readUInt8(at);
    const headerBytes = (first & 0x0f) * 4;
    const total = bytes.readUInt16BE(at + 2);
    if (first >> 4 !== 4 || headerBytes < 20 || (total !== 0 && total < headerBytes)) return packet.other('bad-ip');
    this.#addresses(at + 12, 4);
    if (at + headerBytes > stored) return packet.other('cut-ip');
    // network cards with segmentation offload leave 0
    const endOnWire = total === 0 ? onWire : Math.min(at + total, onWire);
    const end = Math.min(endOnWire, stored);
    const fragment = bytes.readUInt16BE(at + 6);
    const next = bytes.readUInt8(at + 9);
    if ((fragment & 0x3fff) === 0) return this.#transport(next, bytes, at + headerBytes, end, endOnWire);
    if (end < endOnWire) return packet.other('bad-fragment');
    const key = `${bytes.toString('latin1', at + 12, at + 20)}${bytes.toString('latin1', at + 4, at + 6)}${next}`;
    const announced = { key, offset: (fragment & 0x1fff) * 8, last: (fragment & 0x2000) === 0 };
    this.#fragment(announced, bytes.subarray(at, at + headerBytes), bytes.subarray(at + headerBytes, end), next, now);
  }

  /** RFC 8200. */
  #ipv6(bytes: Buffer, at: number, stored: number, onWire: number, now: number): void {
    const packet = this.#packet;
    if (at + 40 > stored) return packet.other('cut-ip');
    if (bytes.readUInt8(at) >> 4 !== 6) return packet.other('bad-ip');
    this.#addresses(at + 8, 16);
    const length = bytes.readUInt16BE(at + 4);
    const endOnWire = length === 0 ? onWire : Math.min(at + 40 + length, onWire);
    const end = Math.min(endOnWire, stored);
    let next = bytes.readUInt8(at + 6);
    let place = at + 40;
    for (let i = 0; i < mostExtensions; i++) {
      const isFragment = next === protocol.fragment;
      if (
        !isFragment &&
        next !== protocol.hopByHop &&
        next !== protocol.routing &&
        next !== protocol.options &&
        next !== protocol.authentication
      ) {
        return this.#transport(next, bytes, place, end, endOnWire);
      }
      if (place + 8 > end) return packet.other('cut-ip');
      const following = bytes.readUInt8(place);
      if (isFragment) {
        const fragment = bytes.readUInt16BE(place + 2);
        if ((fragment & 0xfff9) !== 0) {
          if (end < endOnWire) return packet.other('bad-fragment');
          const key = `${bytes.toString('latin1', at + 8, at + 40)}${bytes.toString('latin1', place + 4, place + 8)}`;
          const announced = { key, offset: fragment & 0xfff8, last: (fragment & 1) === 0 };
          return this.#fragment(announced, bytes.subarray(at, at + 40), bytes.subarray(place + 8, end), following, now);
        }
        place += 8;
      } else
        place += next === protocol.authentication ? (bytes.readUInt8(place + 1) + 2) * 4 : (bytes.readUInt8(place + 1) + 1) * 8;
      next = following;
    }
    return packet.other('bad-ip');
  }

  #fragment(fragment: Fragment, header: Buffer, payload: Buffer, next: number, now: number): void {
    const packet = this.#packet;
    const whole = this.fragments.add(fragment, header, payload, now);
    if (whole === undefined) return packet.other('fragment');
    if (whole === 'bad') return packet.other('bad-fragment');
    const six = whole.readUInt8(0) >> 4 === 6;
    packet.bytes = whole;
    this.#addresses(six ? 8 : 12, six ? 16 : 4);
    const headerBytes = six ? 40 : (whole.readUInt8(0) & 0x0f) * 4;
    this.#transport(next, whole, headerBytes, whole.length, whole.length);
  }

  #transport(next: number, bytes: Buffer, at: number, end: number, endOnWire: number): void {
    const packet = this.#packet;
    if (next === protocol.tcp) this.#tcp(bytes, at, end, endOnWire);
    else if (next === protocol.udp) {
      if (at + 8 > end) return packet.other('bad-transport');
      const length = bytes.readUInt16BE(at + 4);
      packet.kind = 'udp';
      this.#ports(bytes, at);
      this.#payload(at + 8, Math.min(end, length < 8 ? end : at + length), endOnWire);
    } else if (next === protocol.icmp || next === protocol.icmp6) {
      if (at + 4 > end) return packet.other('bad-transport');
      packet.kind = 'icmp';
      packet.code = bytes.readUInt8(at);
      this.#payload(at + 4, end, endOnWire);
    } else packet.other('ip-protocol');
  }

  /** RFC 9293. */
  #tcp(bytes: Buffer, at: number, end: number, endOnWire: number): void {
    const packet = this.#packet;
    if (at + 20 > end) return packet.other('bad-transport');
    const offset = (bytes.readUInt8(at + 12) >> 4) * 4;
    if (offset < 20 || at + offset > endOnWire) return packet.other('bad-transport');
    packet.kind = 'tcp';
    this.#ports(bytes, at);
    packet.sequence = bytes.readUInt32BE(at + 4);
    packet.acknowledged = bytes.readUInt32BE(at + 8);
    packet.flags = possible(bytes.readUInt8(at + 13));
    this.#payload(Math.min(at + offset, end), end, endOnWire);
    packet.payloadLength = endOnWire - at - offset;
  }

  #ports(bytes: Buffer, at: number): void {
    this.#packet.sourcePort = bytes.readUInt16BE(at);
    this.#packet.destinationPort = bytes.readUInt16BE(at + 2);
  }

  #payload(at: number, end: number, endOnWire: number): void {
    const packet = this.#packet;
    packet.payloadAt = at;
    packet.payloadEnd = end;
    packet.payloadLength = endOnWire - at;
  }

  #addresses(at: number, bytes: 4 | 6 | 16): void {
    this.#packet.addressesAt = at;
    this.#packet.addressBytes = bytes;
    this.#packet.addressesReversed = bytes === 6;
  }
}

/** Removes SYN from a segment with FIN or RST: scanners and fuzzers send such segments, and hosts do not accept them. */
function possible(flags: number): number {
  const { syn, fin, reset } = tcpFlag;
  if ((flags & syn) === 0 || (flags & (fin | reset)) === 0) return flags;
  return flags & ~(syn | fin);
}
