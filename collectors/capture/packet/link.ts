import type { PacketRecord } from '../file/record.ts';

/** LINKTYPE_ values, https://www.tcpdump.org/linktypes.html */
export const linkType = {
  null: 0,
  ethernet: 1,
  rawBsd: 12,
  rawOpenBsd: 14,
  raw: 101,
  loop: 108,
  linuxCooked: 113,
  ipv4: 228,
  ipv6: 229,
  linuxCooked2: 276,
} as const;

export const etherType = { ipv4: 0x0800, arp: 0x0806, ipv6: 0x86dd } as const;

const vlanTags: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100, 0x9200]);
const mostTags = 4;
/** Smaller values of the type field are lengths (IEEE 802.3). */
const leastEtherType = 0x0600;
/** AF_INET6 of the BSDs, of macOS and of Linux; AF_INET is 2 everywhere. */
const inet6: ReadonlySet<number> = new Set([10, 24, 28, 30]);

/** Payload of a link-layer frame: its EtherType and offset. The offset is -1 in a truncated frame; the type is 0 if unknown. */
export interface Carried {
  etherType: number;
  at: number;
}

/** Stores the payload of a frame in `into`. Returns false for an unknown link layer. */
export function openLink(record: PacketRecord, into: Carried): boolean {
  const { bytes, start, end } = record;
  into.etherType = -1;
  switch (record.linkType) {
    case linkType.ethernet:
      ethernet(bytes, start + 12, end, into);
      return true;
    case linkType.linuxCooked:
      if (start + 16 <= end) tagged(bytes, bytes.readUInt16BE(start + 14), start + 16, end, into);
      return true;
    case linkType.linuxCooked2:
      if (start + 20 <= end) tagged(bytes, bytes.readUInt16BE(start), start + 20, end, into);
      return true;
    case linkType.null:
    case linkType.loop:
      if (start + 4 <= end) family(bytes, start, into);
      return true;
    case linkType.raw:
    case linkType.rawBsd:
    case linkType.rawOpenBsd:
    case linkType.ipv4:
    case linkType.ipv6:
      if (start < end) version(bytes, start, into);
      return true;
    default:
      return false;
  }
}

/** @param at offset of the type field */
function ethernet(bytes: Buffer, at: number, end: number, into: Carried): void {
  if (at + 2 > end) return;
  const type = bytes.readUInt16BE(at);
  if (type >= leastEtherType) tagged(bytes, type, at + 2, end, into);
  else if (at + 10 <= end && bytes.readUInt32BE(at + 2) === 0xaaaa0300 && bytes.readUInt16BE(at + 6) === 0) {
    // IEEE 802.2 with SNAP, RFC 1042
    tagged(bytes, bytes.readUInt16BE(at + 8), at + 10, end, into);
  } else into.etherType = 0;
}

/** Skips leading VLAN tags: IEEE 802.1Q, also several of them (802.1ad, "QinQ"). */
function tagged(bytes: Buffer, type: number, at: number, end: number, into: Carried): void {
  let tags = 0;
  while (vlanTags.has(type) && tags++ < mostTags) {
    if (at + 4 > end) return;
    type = bytes.readUInt16BE(at + 2);
    at += 4;
  }
  into.etherType = type;
  into.at = at;
}

/** BSD loopback: an address family, in the byte order of the capturing machine, or in network byte order (LOOP). */
function family(bytes: Buffer, start: number, into: Carried): void {
  const written = bytes.readUInt32BE(start);
  const value = written > 0xffff ? bytes.readUInt32LE(start) : written;
  into.etherType = value === 2 ? etherType.ipv4 : inet6.has(value) ? etherType.ipv6 : 0;
  into.at = start + 4;
}

/** IP without a link-layer header. */
function version(bytes: Buffer, start: number, into: Carried): void {
  const ip = bytes.readUInt8(start) >> 4;
  into.etherType = ip === 4 ? etherType.ipv4 : ip === 6 ? etherType.ipv6 : 0;
  into.at = start;
}
