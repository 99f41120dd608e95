/** Decoded kind of a packet; `fragment` is part of an unfinished datagram. */
export type PacketKind = 'tcp' | 'udp' | 'icmp' | 'arp' | 'other';

/** Reason why a packet is `other`. A fixed list, so that it can be counted. */
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
 * One decoded packet, as offsets into `bytes` instead of copies. A single object serves all packets, and is valid until the next
 * one is decoded.
 */
export class Packet {
  kind: PacketKind = 'other';
  /** Defined where `kind` is `other`. */
  reason: OtherReason | undefined;
  /** Buffer of the offsets below: the frame, or the reassembled datagram. */
  bytes: Buffer = Buffer.alloc(0);
  /** Offset of the source address, which the destination address follows. */
  addressesAt = 0;
  /** Length of one address: 4 or 16 for IP, 6 for Ethernet, 0 without an address. */
  addressBytes: 0 | 4 | 6 | 16 = 0;
  /** True if the destination address precedes the source address, as in an Ethernet header. */
  addressesReversed = false;
  /** Offset of the sender's Ethernet address in ARP for IPv4; -1 in other packets. */
  hardwareAt = -1;
  sourcePort = 0;
  destinationPort = 0;
  /** Offset of the stored payload. */
  payloadAt = 0;
  payloadEnd = 0;
  /** Length of the payload on the wire. */
  payloadLength = 0;
  sequence = 0;
  acknowledged = 0;
  /** See `tcpFlag`. */
  flags = 0;
  /** ICMP type, or ARP operation. */
  code = 0;

  /** Marks the packet as not decoded. */
  other(reason: OtherReason): void {
    this.kind = 'other';
    this.reason = reason;
  }

  has(flag: number): boolean {
    return (this.flags & flag) !== 0;
  }
}
