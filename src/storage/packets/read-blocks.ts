import type { DamagedPackets } from '../../core/packets.ts';
import { blockTypes, packetHead } from './pcapng.ts';

/** A block of packets in a file. */
export interface StoredPacket {
  /** Its interface block. */
  readonly of: Buffer;
  /** ms UTC */
  readonly time: number;
  /** The whole block, a part of the file. */
  readonly block: Buffer;
}

/** Damaged bytes at one place of a file, and the packets beside them. */
export type DamagedBytes = Omit<DamagedPackets, 'file'>;

/** Bytes around the body of a block: type, length, length. */
const frame = 12;
const unit = 4;
const known: ReadonlySet<number> = new Set(Object.values(blockTypes));

/**
 * Packets of a file that this monitor has written. After damaged bytes it continues with the next block whose two lengths agree. A block
 * that a crash has cut off ends the file, and is no damage. Damage within the bytes of a packet cannot be found: pcapng has no checksums.
 * @param onDamage called for damaged bytes, once the packet after them is known
 */
export function* packetsOf(file: Buffer, onDamage?: (damaged: DamagedBytes) => void): Generator<StoredPacket, void, void> {
  const interfaces = new Map<number, Buffer>();
  /** An interface block is directly before the first packet that refers to it, which states its place. */
  let described: Buffer | undefined;
  let damagedBytes = 0;
  let last: number | undefined;
  const reportDamage = (before?: number): void => {
    if (damagedBytes > 0) onDamage?.({ bytes: damagedBytes, after: last, before });
    damagedBytes = 0;
  };
  let at = 0;
  while (at + frame <= file.length) {
    const length = lengthAt(file, at);
    if (length === undefined) {
      const next = nextBlock(file, at + unit);
      if (next === undefined && isCutOff(file, at)) break;
      damagedBytes += (next ?? file.length) - at;
      described = undefined;
      at = next ?? file.length;
      continue;
    }
    const block = file.subarray(at, at + length);
    at += length;
    const type = block.readUInt32LE(0);
    if (type === blockTypes.section) interfaces.clear();
    if (type === blockTypes.interface) described = block;
    if (type !== blockTypes.packet) continue;
    const place = block.readUInt32LE(8);
    if (described !== undefined) interfaces.set(place, described);
    described = undefined;
    const of = interfaces.get(place);
    if (of === undefined) {
      // its interface block is damaged, so that nothing states its link layer
      damagedBytes += length;
      continue;
    }
    const time = (block.readUInt32LE(12) * 4_294_967_296 + block.readUInt32LE(16)) / 1_000;
    reportDamage(time);
    last = time;
    yield { of, time, block };
  }
  reportDamage();
}

/** Length of the block at a place; undefined if no block is there as a whole. */
function lengthAt(file: Buffer, at: number): number | undefined {
  const length = statedLength(file, at);
  if (length === undefined || at + length > file.length || file.readUInt32LE(at + length - 4) !== length) return undefined;
  const isPacket = file.readUInt32LE(at) === blockTypes.packet;
  if (!isPacket) return length;
  const room = length - packetHead - 4;
  const stored = room < 0 ? Infinity : file.readUInt32LE(at + 20);
  return stored <= room && room - stored < unit ? length : undefined;
}

/** Length that the begin of a block states; undefined if no block begins there. */
function statedLength(file: Buffer, at: number): number | undefined {
  const length = file.readUInt32LE(at + 4);
  return known.has(file.readUInt32LE(at)) && length >= frame && length % unit === 0 ? length : undefined;
}

/** True if the block at a place continues beyond the end of the file. */
const isCutOff = (file: Buffer, at: number): boolean => at + (statedLength(file, at) ?? 0) > file.length;

/** Place of the next whole block. */
function nextBlock(file: Buffer, from: number): number | undefined {
  for (let at = from; at + frame <= file.length; at += unit) if (lengthAt(file, at) !== undefined) return at;
  return undefined;
}
