import type { Frame, RequestReader } from './frames.ts';

/** Two of the longest frames (256 bytes); beyond that the oldest bytes are dropped. */
const mostBytes = 512;
const shortest = 4;

/**
 * RTU: unit, PDU, checksum. The function determines the length of a request. One of an unknown function ends with silence, as
 * every frame of a serial line does. @see MODBUS over Serial Line Specification V1.02, 2.5.1
 */
export class RtuReader implements RequestReader {
  readonly bus = true;
  #rest: Buffer = Buffer.alloc(0);

  read(chunk: Buffer): Frame[] {
    let bytes = Buffer.concat([this.#rest, chunk]).subarray(-mostBytes);
    const frames: Frame[] = [];
    for (let at = 0; at + shortest <= bytes.length; ) {
      const length = requestLength(bytes, at);
      if (length === undefined || at + length > bytes.length || !isSound(bytes.subarray(at, at + length))) {
        at++;
        continue;
      }
      frames.push(frameOf(bytes.subarray(at, at + length)));
      bytes = bytes.subarray(at + length);
      at = 0;
    }
    this.#rest = bytes;
    return frames;
  }

  silence(): Frame[] {
    const bytes = this.#rest;
    this.#rest = Buffer.alloc(0);
    return bytes.length >= shortest && isSound(bytes) ? [frameOf(bytes)] : [];
  }

  reply({ unit }: Frame, pdu: Buffer): Buffer {
    const frame = Buffer.alloc(pdu.length + 3);
    frame.writeUInt8(unit, 0);
    pdu.copy(frame, 1);
    frame.writeUInt16LE(checksum(frame.subarray(0, -2)), pdu.length + 1);
    return frame;
  }
}

const frameOf = (bytes: Buffer): Frame => ({ transaction: 0, unit: bytes.readUInt8(0), pdu: bytes.subarray(1, -2) });

/** Length in bytes of the request that begins there; undefined if the function does not define it. */
function requestLength(bytes: Buffer, at: number): number | undefined {
  switch (bytes[at + 1]) {
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
    case 6:
    case 8:
      return 8;
    case 17:
      return 4;
    case 15:
    case 16:
      return 9 + (bytes[at + 6] ?? 0);
    case 22:
      return 10;
    case 23:
      return 13 + (bytes[at + 10] ?? 0);
    case 43:
      return 7;
    default:
      return undefined;
  }
}

const isSound = (frame: Buffer): boolean => checksum(frame.subarray(0, -2)) === frame.readUInt16LE(frame.length - 2);

/** CRC-16 of the serial line specification, 6.2.2, bit by bit: speed does not matter here. */
function checksum(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ 0xa001;
  }
  return crc;
}
