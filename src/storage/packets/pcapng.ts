import type { RawPacket } from '../../core/packets.ts';

/**
 * Blocks of pcapng, https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-04.html, little-endian, times in µs. Only these blocks are
 * written, so that only these are read.
 */
export const blockTypes = { section: 0x0a0d0d0a, interface: 1, packet: 6 } as const;
const byteOrder = 0x1a2b3c4d;
/** Bytes of a packet block before the packet. */
export const packetHead = 28;
const option = { end: 0, comment: 1, interfaceName: 2, application: 4 } as const;
/** Longest text of an option, bytes: its length has 16 bits. */
const longestText = 65_000;

const padded = (length: number): number => Math.ceil(length / 4) * 4;

/** A block with its type and both lengths. */
function block(type: number, body: Buffer): Buffer {
  const length = body.length + 12;
  const made = Buffer.alloc(length);
  made.writeUInt32LE(type, 0);
  made.writeUInt32LE(length, 4);
  body.copy(made, 8);
  made.writeUInt32LE(length, length - 4);
  return made;
}

/** Options with texts, and the end of the options. */
function options(...all: readonly (readonly [code: number, text: string])[]): Buffer {
  const parts = all.map(([code, text]) => {
    const bytes = Buffer.from(text).subarray(0, longestText);
    const made = Buffer.alloc(4 + padded(bytes.length));
    made.writeUInt16LE(code, 0);
    made.writeUInt16LE(bytes.length, 2);
    bytes.copy(made, 4);
    return made;
  });
  return Buffer.concat([...parts, Buffer.alloc(4)]);
}

/** Begin of a file. @param comments sentences about the whole file, which tools for captures show */
export function sectionBlock(comments: readonly string[] = []): Buffer {
  const head = Buffer.alloc(16);
  head.writeUInt32LE(byteOrder, 0);
  head.writeUInt16LE(1, 4);
  // the length of the section is not known in advance
  head.writeBigInt64LE(-1n, 8);
  const comment = comments.length === 0 ? [] : [[option.comment, comments.join('\n')] as const];
  return block(blockTypes.section, Buffer.concat([head, options(...comment, [option.application, 'scadawatch'])]));
}

/** Description of a tap and its link layer. Packets refer to it by its place in the file, from 0. */
export function interfaceBlock(tap: string, linkType: number): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16LE(linkType, 0);
  return block(blockTypes.interface, Buffer.concat([head, options([option.interfaceName, tap])]));
}

/** @param time ms UTC */
export function packetBlock(at: number, time: number, { bytes, start, end, wireLength }: RawPacket): Buffer {
  const stored = end - start;
  const length = packetHead + padded(stored) + 4;
  const made = Buffer.alloc(length);
  const micros = Math.max(0, Math.round(time * 1_000));
  made.writeUInt32LE(blockTypes.packet, 0);
  made.writeUInt32LE(length, 4);
  made.writeUInt32LE(at, 8);
  made.writeUInt32LE(Math.floor(micros / 4_294_967_296), 12);
  made.writeUInt32LE(micros % 4_294_967_296, 16);
  made.writeUInt32LE(stored, 20);
  made.writeUInt32LE(Math.max(stored, wireLength), 24);
  bytes.copy(made, packetHead, start, end);
  made.writeUInt32LE(length, length - 4);
  return made;
}

/**
 * One file of packets, which may come from several files.
 * @param packets blocks of packets, each with its interface block
 * @param comments sentences about the file
 */
export function fileOf(
  packets: readonly { readonly of: Buffer; readonly block: Buffer }[],
  comments: readonly string[] = [],
): Buffer {
  const interfaces = new Map<string, number>();
  const parts = [sectionBlock(comments)];
  for (const { of, block: whole } of packets) {
    const key = of.toString('latin1');
    let place = interfaces.get(key);
    if (place === undefined) {
      place = interfaces.size;
      interfaces.set(key, place);
      parts.push(of);
    }
    const moved = Buffer.from(whole);
    moved.writeUInt32LE(place, 8);
    parts.push(moved);
  }
  return Buffer.concat(parts);
}
