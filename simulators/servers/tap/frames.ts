/** One end of a mirrored connection: an IPv4 address and a TCP port. */
export interface End {
  readonly address: string;
  readonly port: number;
}

export const TcpFlag = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const;

const ethernetBytes = 14;
const ipBytes = 20;
const tcpBytes = 20;
/** Maximum payload of one segment on an Ethernet with an MTU of 1500 bytes. */
export const segmentBytes = 1460;

/** The header of a capture file (microseconds, Ethernet). Source: IETF draft-ietf-opsawg-pcap. */
export function pcapHeader(): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(65_535, 16);
  header.writeUInt32LE(1, 20);
  return header;
}

/** A packet in the form of a capture file. @param timeMs ms UTC */
export function pcapRecord(timeMs: number, packet: Buffer): Buffer {
  const record = Buffer.alloc(16);
  const micros = Math.round(timeMs * 1000);
  record.writeUInt32LE(Math.floor(micros / 1e6), 0);
  record.writeUInt32LE(micros % 1e6, 4);
  record.writeUInt32LE(packet.length, 8);
  record.writeUInt32LE(packet.length, 12);
  return Buffer.concat([record, packet]);
}

/** An Ethernet frame with one TCP segment and correct checksums. Source: RFC 791, RFC 9293. */
export function tcpFrame(
  from: End,
  to: End,
  segment: { readonly sequence: number; readonly acknowledged: number; readonly flags: number; readonly payload: Buffer },
): Buffer {
  const { sequence, acknowledged, flags, payload } = segment;
  const frame = Buffer.alloc(ethernetBytes + ipBytes + tcpBytes + payload.length);
  const [source, destination] = [octets(from.address), octets(to.address)];
  frame.set([0x02, 0x00, ...destination], 0);
  frame.set([0x02, 0x00, ...source], 6);
  frame.writeUInt16BE(0x0800, 12);
  const ip = frame.subarray(ethernetBytes);
  ip.writeUInt8(0x45, 0);
  ip.writeUInt16BE(ip.length, 2);
  ip.writeUInt16BE(0x4000, 6);
  ip.writeUInt8(64, 8);
  ip.writeUInt8(6, 9);
  ip.set(source, 12);
  ip.set(destination, 16);
  ip.writeUInt16BE(checksum(ip.subarray(0, ipBytes), 0), 10);
  const tcp = ip.subarray(ipBytes);
  tcp.writeUInt16BE(from.port, 0);
  tcp.writeUInt16BE(to.port, 2);
  tcp.writeUInt32BE(sequence, 4);
  tcp.writeUInt32BE(acknowledged, 8);
  tcp.writeUInt8((tcpBytes / 4) << 4, 12);
  tcp.writeUInt8(flags, 13);
  tcp.writeUInt16BE(65_535, 14);
  tcp.set(payload, tcpBytes);
  const pseudo = Buffer.from([...source, ...destination, 0, 6, tcp.length >> 8, tcp.length & 0xff]);
  tcp.writeUInt16BE(checksum(tcp, sum(pseudo)), 16);
  return frame;
}

const octets = (address: string): number[] => address.split('.').map(Number);

function sum(bytes: Buffer): number {
  let total = 0;
  for (let at = 0; at + 1 < bytes.length; at += 2) total += bytes.readUInt16BE(at);
  return bytes.length % 2 === 1 ? total + ((bytes.at(-1) ?? 0) << 8) : total;
}

/** Ones' complement of the ones' complement sum (RFC 1071). */
function checksum(bytes: Buffer, start: number): number {
  let total = start + sum(bytes);
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
  return ~total & 0xffff;
}
