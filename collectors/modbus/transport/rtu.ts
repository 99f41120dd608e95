import { crc16 } from '../../../src/modbus/crc.ts';
import { rtuFrame } from './frame.ts';
import type { Framing, ReplyFrame } from './framing.ts';

/** More than the longest frame (256 bytes) and as much noise; beyond that the oldest bytes are dropped. */
const mostBytes = 512;
/** Unit, function, exception, checksum: no reply is shorter. */
const exceptionBytes = 5;

/**
 * RTU frames: unit, PDU, checksum. A frame contains neither its length nor its request. A reply is therefore recognised by the
 * request: unit, function, byte count and checksum must all match. It may follow noise, or the echo of the request that some
 * two-wire adapters return.
 * @see MODBUS over Serial Line Specification V1.02, 2.5.1
 */
export class RtuFraming implements Framing {
  readonly before = 1;
  readonly after = 2;
  readonly anonymous = true;
  readonly #otherUnits: readonly number[];
  #unit = 0;
  #pdu: Buffer = Buffer.alloc(0);
  #frame: Buffer = Buffer.alloc(0);
  #bytes: Buffer = Buffer.alloc(0);

  /** @param otherUnits units that may answer for any other */
  constructor(otherUnits: readonly number[]) {
    this.#otherUnits = otherUnits;
  }

  get unread(): number {
    return this.#bytes.length;
  }

  /** A well-formed frame that is not the reply belongs to another device, or is late: the reply may still arrive. */
  get spoilt(): boolean {
    const { length } = this.#bytes;
    return length >= exceptionBytes && ends(this.#bytes, 0, length) === 0;
  }

  request(unit: number, pdu: Buffer): Buffer {
    this.#unit = unit;
    this.#pdu = pdu;
    this.#bytes = Buffer.alloc(0);
    this.#frame = rtuFrame(unit, pdu);
    return this.#frame;
  }

  take(chunk: Buffer): ReplyFrame | undefined {
    const all = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    const echo = this.#frame.length > 0 && all.subarray(0, this.#frame.length).equals(this.#frame) ? this.#frame.length : 0;
    const bytes = all.subarray(Math.max(echo, all.length - mostBytes));
    this.#bytes = bytes;
    for (let at = 0; at + exceptionBytes <= bytes.length; at++) {
      const length = this.#lengthAt(bytes, at);
      if (length === 0) continue;
      this.#bytes = bytes.subarray(at + length);
      return { unit: bytes.readUInt8(at), pdu: bytes.subarray(at + 1, at + length - 2) };
    }
    return undefined;
  }

  /** Length of the complete reply that begins there, 0 if none does. */
  #lengthAt(bytes: Buffer, at: number): number {
    const unit = bytes[at] ?? 0;
    if (unit !== this.#unit && !this.#otherUnits.includes(unit)) return 0;
    const functionCode = this.#pdu[0] ?? 0;
    if (bytes[at + 1] === (functionCode | 0x80)) return ends(bytes, at, exceptionBytes);
    if (bytes[at + 1] !== functionCode) return 0;
    if (functionCode === 43) return this.#identityAt(bytes, at);
    const count = bytes[at + 2] ?? 0;
    if (functionCode !== 17 && count !== bytesRequested(this.#pdu)) return 0;
    return ends(bytes, at, count + 5);
  }

  /** Some devices count the objects of the whole identity, not of this part: the checksum decides after which object it ends. */
  #identityAt(bytes: Buffer, at: number): number {
    if (bytes[at + 2] !== this.#pdu[1]) return 0;
    for (let end = at + 8; end + 2 <= bytes.length; end += 2 + (bytes[end + 1] ?? 0)) {
      const length = ends(bytes, at, end - at + 2);
      if (length > 0) return length;
    }
    return 0;
  }
}

/** Returns `length` if that many bytes are available and end in their checksum, else 0. */
function ends(bytes: Buffer, at: number, length: number): number {
  const sum = at + length - 2;
  return sum + 2 <= bytes.length && crc16(bytes, at, sum) === bytes.readUInt16LE(sum) ? length : 0;
}

/** Number of data bytes in the reply to a read (functions 1–4). */
function bytesRequested(pdu: Buffer): number {
  const count = pdu.readUInt16BE(3);
  return (pdu[0] ?? 0) <= 2 ? Math.ceil(count / 8) : 2 * count;
}

/** Silence between two frames, ms: three and a half characters, and 1.75 ms above 19 200 baud (2.5.1.1). */
export const frameSilenceMs = (baudRate: number, bitsPerCharacter: number): number =>
  baudRate > 19_200 ? 1.75 : (3500 * bitsPerCharacter) / baudRate;
