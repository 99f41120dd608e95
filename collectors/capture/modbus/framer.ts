/** Length of an MBAP header: transaction, protocol, length, unit. Its length field counts the bytes that follow that field. */
export const headerBytes = 7;
/** Longest frame: a PDU of 253 bytes after the header (Messaging Guide V1.0b, 3.1.2). */
export const maxFrameBytes = 260;
const lengthFrom = 6;

/** Receives frames, and validates candidates during resynchronisation. */
export interface FrameReader {
  /** A complete frame, valid only during the call. @returns its true length if its header announced too much */
  frame(frame: Buffer): number;
  /** Reports bytes that are not a frame; called once until frames are found again. */
  lost(why: string): void;
  /** True if this side may send the PDU. */
  fits(pdu: Buffer): boolean;
}

/**
 * Splits one side of a connection into Modbus TCP frames. After an invalid header it tests each position until a header, its PDU
 * and the following header are valid. Holds at most one frame.
 */
export class Framer {
  readonly #reader: FrameReader;
  #held = Buffer.alloc(0);
  /** True if the next byte may not be the beginning of a frame. */
  #searching = false;

  constructor(reader: FrameReader) {
    this.#reader = reader;
  }

  /** Bytes held until the rest of their frame arrives. */
  get held(): number {
    return this.#held.length;
  }

  push(bytes: Buffer): void {
    const work = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    const rest = work.subarray(this.#read(work));
    this.#held = rest.length === 0 ? nothing : Buffer.from(rest);
  }

  /** Bytes are missing here. */
  skip(): void {
    this.#held = nothing;
    this.#searching = true;
  }

  /** @returns number of processed bytes */
  #read(work: Buffer): number {
    let at = 0;
    while (at < work.length) {
      if (this.#searching) {
        at = this.#search(work, at);
        if (this.#searching) return at;
      }
      const why = headerFlaw(work, at);
      if (why !== undefined) {
        this.#reader.lost(why);
        this.#searching = true;
        at++;
        continue;
      }
      const end = frameEnd(work, at);
      if (end === undefined || end > work.length) return at;
      at += this.#reader.frame(work.subarray(at, end));
    }
    return at;
  }

  /** @returns position of the next frame, or the first that cannot be validated yet */
  #search(work: Buffer, from: number): number {
    for (let at = from; at < work.length; at++) {
      if (headerFlaw(work, at) !== undefined) continue;
      const end = frameEnd(work, at);
      if (end === undefined || end > work.length) return at;
      if (!this.#reader.fits(work.subarray(at + headerBytes, end)) || headerFlaw(work, end) !== undefined) continue;
      this.#searching = false;
      return at;
    }
    return work.length;
  }
}

const nothing = Buffer.alloc(0);

/** Reason why the bytes here cannot be a header; undefined if they can, as far as they are available. */
export function headerFlaw(bytes: Buffer, at: number): string | undefined {
  if ((at + 2 < bytes.length && bytes[at + 2] !== 0) || (at + 3 < bytes.length && bytes[at + 3] !== 0)) {
    return 'a protocol identifier other than 0';
  }
  if (at + 4 < bytes.length && bytes[at + 4] !== 0) return 'a length beyond the longest frame';
  if (at + 5 >= bytes.length) return undefined;
  const length = bytes[at + 5] ?? 0;
  if (length < 2) return 'a length too short for a unit and a function';
  return length > maxFrameBytes - lengthFrom ? 'a length beyond the longest frame' : undefined;
}

/** End of the frame whose header begins here; undefined until its length is available. */
function frameEnd(bytes: Buffer, at: number): number | undefined {
  return at + lengthFrom > bytes.length ? undefined : at + lengthFrom + bytes.readUInt16BE(at + 4);
}
