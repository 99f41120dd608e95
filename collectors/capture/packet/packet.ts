/** What a packet was understood as; `fragment` is a part of a datagram that is not whole yet. */
export type PacketKind = 'tcp' | 'udp' | 'icmp' | 'arp' | 'other';

/** Why a packet is `other`. A fixed list, so that it can be counted. */
export type OtherReason =
  | 'link-type'
  | 'link-protocol'
  | 'cut-link'
  | 'cut-arp'
  | 'cut-ip'
  | 'bad-ip'
  | 'ip-protocol'
  | 'bad-transport'
  | 'fragment'
  | 'bad-fragment';

export const tcpFlag = { fin: 1, syn: 2, reset: 4, acknowledge: 16 } as const;

/**
 * One packet, taken apart: places in `bytes` rather than copies. There is one object for all packets, valid until the next is
 * decoded.
 */
export class Packet {
  kind: PacketKind = 'other';
  /** Defined where `kind` is `other`. */
  reason: OtherReason | undefined;
  /** Holds all that the places below point into: the frame, or the datagram that was put together. */
  bytes: Buffer = Buffer.alloc(0);
  /** Place of the source's address and, behind it, the destination's. */
  addressesAt = 0;
  /** Bytes of one address: 4 or 16 of IP, 6 of Ethernet, 0 where there is none. */
  addressBytes: 0 | 4 | 6 | 16 = 0;
  /** True where the destination's address stands before the source's, as in an Ethernet header. */
  addressesReversed = false;
  sourcePort = 0;
  destinationPort = 0;
  /** Payload that was stored. */
  payloadAt = 0;
  payloadEnd = 0;
  /** Payload that was on the wire. */
  payloadLength = 0;
  sequence = 0;
  acknowledged = 0;
  /** See `tcpFlag`. */
  flags = 0;
  /** ICMP type, or ARP operation. */
  code = 0;

  /** Marks it as not understood. */
  other(reason: OtherReason): void {
    this.kind = 'other';
    this.reason = reason;
  }

  has(flag: number): boolean {
    return (this.flags & flag) !== 0;
  }
}
