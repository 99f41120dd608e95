/** Writes captures byte by byte, independently of the readers under test. */

export interface StoredPacket {
  /** ms UTC */
  readonly time: number;
  readonly bytes: Buffer;
  /** Bytes on the wire, if less were stored. */
  readonly wireLength?: number;
}

export interface PcapOptions {
  readonly little?: boolean;
  readonly nanoseconds?: boolean;
  readonly linkType?: number;
}

const uint32 = (little: boolean, ...values: number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => (little ? bytes.writeUInt32LE(value >>> 0, 4 * i) : bytes.writeUInt32BE(value >>> 0, 4 * i)));
  return bytes;
};
const uint16 = (little: boolean, ...values: number[]): Buffer => {
  const bytes = Buffer.alloc(2 * values.length);
  values.forEach((value, i) => (little ? bytes.writeUInt16LE(value, 2 * i) : bytes.writeUInt16BE(value, 2 * i)));
  return bytes;
};
const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);

export function pcap(packets: readonly StoredPacket[], options: PcapOptions = {}): Buffer {
  const { little = true, nanoseconds = false, linkType = 1 } = options;
  const parts = [
    uint32(little, nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4),
    uint16(little, 2, 4),
    uint32(little, 0, 0, 262_144, linkType),
  ];
  for (const { time, bytes, wireLength = bytes.length } of packets) {
    const fraction = Math.round((time % 1000) * (nanoseconds ? 1e6 : 1e3));
    parts.push(uint32(little, Math.floor(time / 1000), fraction, bytes.length, wireLength), bytes);
  }
  return Buffer.concat(parts);
}

/** Blocks of pcapng in one byte order. */
export function pcapngBlocks(little: boolean) {
  const block = (type: number, ...body: Buffer[]): Buffer => {
    const content = padded(Buffer.concat(body));
    const length = uint32(little, content.length + 12);
    return Buffer.concat([uint32(little, type), length, content, length]);
  };
  const option = (code: number, value: Buffer): Buffer => Buffer.concat([uint16(little, code, value.length), padded(value)]);
  const uint64 = (value: bigint): Buffer => {
    const bytes = Buffer.alloc(8);
    if (little) bytes.writeBigUInt64LE(BigInt.asUintN(64, value));
    else bytes.writeBigUInt64BE(BigInt.asUintN(64, value));
    return bytes;
  };
  const ticks = (value: bigint): Buffer => uint32(little, Number(value >> 32n), Number(value & 0xffff_ffffn));
  return {
    block,
    option,
    uint64,
    section: (): Buffer => block(0x0a0d0d0a, uint32(little, 0x1a2b3c4d), uint16(little, 1, 0), Buffer.alloc(8, 0xff)),
    interface: (linkType: number, snapLength = 0, ...options: Buffer[]): Buffer =>
      block(1, uint16(little, linkType, 0), uint32(little, snapLength), ...options),
    packet: (index: number, at: bigint, bytes: Buffer, wireLength = bytes.length, ...options: Buffer[]): Buffer =>
      block(6, uint32(little, index), ticks(at), uint32(little, bytes.length, wireLength), padded(bytes), ...options),
    simplePacket: (bytes: Buffer, wireLength = bytes.length): Buffer => block(3, uint32(little, wireLength), bytes),
    statistics: (index: number, ...options: Buffer[]): Buffer => block(5, uint32(little, index), ticks(0n), ...options),
  };
}

export const ethernet = (etherType: number, payload: Buffer): Buffer =>
  Buffer.concat([Buffer.from('020000000002020000000001', 'hex'), uint16(false, etherType), payload]);

export interface Ip {
  readonly source: string;
  readonly destination: string;
  readonly protocol: number;
  /** Overrides the length in the header. */
  readonly totalLength?: number;
  readonly identification?: number;
  /** Flags and offset of a fragment. */
  readonly fragment?: number;
  readonly options?: Buffer;
}

export function ipv4(ip: Ip, payload: Buffer): Buffer {
  const { source, destination, protocol, identification = 1, fragment = 0, options = Buffer.alloc(0) } = ip;
  const headerBytes = 20 + options.length;
  return Buffer.concat([
    Buffer.from([0x40 | (headerBytes / 4), 0]),
    uint16(false, ip.totalLength ?? headerBytes + payload.length, identification, fragment),
    Buffer.from([64, protocol, 0, 0, ...source.split('.').map(Number), ...destination.split('.').map(Number)]),
    options,
    payload,
  ]);
}

/** @param addresses source and destination, 16 bytes each */
export const ipv6 = (addresses: Buffer, next: number, payload: Buffer, length = payload.length): Buffer =>
  Buffer.concat([uint32(false, 0x6000_0000), uint16(false, length), Buffer.from([next, 64]), addresses, payload]);

export interface Tcp {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence: number;
  readonly acknowledged?: number;
  /** FIN 1, SYN 2, RST 4, PSH 8, ACK 16. */
  readonly flags?: number;
}

export const tcp = ({ sourcePort, destinationPort, sequence, acknowledged = 0, flags = 16 }: Tcp, payload: Buffer): Buffer =>
  Buffer.concat([
    uint16(false, sourcePort, destinationPort),
    uint32(false, sequence, acknowledged),
    Buffer.from([0x50, flags, 0x20, 0, 0, 0, 0, 0]),
    payload,
  ]);

export const udp = (sourcePort: number, destinationPort: number, payload: Buffer, length = 8 + payload.length): Buffer =>
  Buffer.concat([uint16(false, sourcePort, destinationPort, length, 0), payload]);
