import type { Budget } from './budget.ts';

/** Transport messages (OPC 10000-6, 7.1.2) by their first three bytes, with their minimum length. */
const leastBytes: ReadonlyMap<string, number> = new Map([
  ['HEL', 32],
  ['ACK', 28],
  ['ERR', 16],
  ['RHE', 16],
  ['OPN', 24],
  ['MSG', 24],
  ['CLO', 24],
]);
/** A chunk is rarely longer than 64 KiB; longer chunks than this are not decoded. */
const mostBytes = 1 << 20;
export const headerBytes = 8;

/** Length of the message that begins at an offset; undefined if none begins there, or if too few bytes are available. */
export function frameLength(bytes: Buffer, at = 0): number | undefined {
  if (bytes.length - at < headerBytes) return undefined;
  const least = leastBytes.get(bytes.toString('latin1', at, at + 3));
  if (least === undefined) return undefined;
  const chunk = bytes[at + 3];
  const chunked = least === 24 && bytes[at] === 0x4d;
  if (chunk !== 0x46 && !(chunked && (chunk === 0x43 || chunk === 0x41))) return undefined;
  const length = bytes.readUInt32LE(at + 4);
  return length >= least && length <= mostBytes ? length : undefined;
}

/** Offset from `at` at which a message begins, or at which the available bytes are too few to decide. */
export function findFrame(bytes: Buffer, at = 0): number {
  const last = bytes.length - headerBytes;
  for (let start = at; start <= last; start++) if (frameLength(bytes, start) !== undefined) return start;
  return Math.max(at, last + 1);
}

/** Receiver of the framer's results. */
export interface FrameSink {
  /** One message or chunk; the buffer is only valid during the call. */
  frame(frame: Buffer): void;
  /** No message begins where one should. */
  strayed(bytes: Buffer): void;
  /** A message is given up for lack of memory. */
  lost(): void;
}

/**
 * Splits the bytes of one side into messages and chunks. Copies only the unfinished end of a segment. Resynchronises after
 * invalid bytes, because a capture may begin in the middle of a connection.
 */
export class Framer {
  readonly #sink: FrameSink;
  readonly #budget: Budget;
  #held = Buffer.alloc(0);
  #heldBytes = 0;
  /** Bytes still to skip of a message that was given up. */
  #skip = 0;
  /** True if the next byte should begin a message; false until a message was found. */
  #aligned = false;
  #found = false;
  #passed = 0;

  constructor(sink: FrameSink, budget: Budget) {
    this.#sink = sink;
    this.#budget = budget;
  }

  /** Number of bytes before the first message; 0 once one was found. */
  get unread(): number {
    return this.#found ? 0 : this.#passed + this.#heldBytes;
  }

  push(bytes: Buffer): void {
    let rest = bytes;
    while (rest.length > 0) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, rest.length);
        this.#skip -= skipped;
        rest = rest.subarray(skipped);
      } else rest = this.#heldBytes > 0 ? this.#finish(rest) : this.#cut(rest);
    }
  }

  /** Reports that `missing` bytes were lost. */
  gap(missing: number): void {
    const length = this.#heldBytes >= headerBytes ? frameLength(this.#held) : undefined;
    const left = length === undefined ? this.#skip : length - this.#heldBytes;
    this.#release();
    // After a gap within one message the beginning of the next one is still known.
    this.#skip = missing <= left ? left - missing : 0;
    if (missing > left) this.#aligned = false;
  }

  /** Releases the held bytes. */
  close(): void {
    this.#release();
  }

  /** Takes complete messages from the front, and holds the rest. */
  #cut(bytes: Buffer): Buffer {
    if (bytes.length < headerBytes) return this.#hold(bytes);
    const length = frameLength(bytes);
    if (length === undefined) return this.#search(bytes);
    this.#aligned = true;
    this.#found = true;
    if (bytes.length < length) return this.#hold(bytes);
    this.#sink.frame(bytes.subarray(0, length));
    return bytes.subarray(length);
  }

  /** Completes the held message with as many bytes as it needs. */
  #finish(bytes: Buffer): Buffer {
    const length = this.#heldBytes < headerBytes ? headerBytes : (frameLength(this.#held) as number);
    const more = Math.min(length - this.#heldBytes, bytes.length);
    const rest = bytes.subarray(more);
    this.#hold(bytes.subarray(0, more));
    if (this.#heldBytes < length) return rest;
    const whole = this.#held.subarray(0, length);
    if (length === headerBytes) {
      const frame = frameLength(whole);
      if (frame === undefined) {
        const all = Buffer.concat([whole, rest]);
        this.#release();
        return this.#search(all);
      }
      this.#found = true;
      this.#aligned = true;
      return rest;
    }
    this.#sink.frame(whole);
    this.#release();
    return rest;
  }

  #search(bytes: Buffer): Buffer {
    if (this.#aligned) this.#sink.strayed(bytes);
    this.#aligned = false;
    const start = findFrame(bytes, 1);
    if (!this.#found) this.#passed += start;
    return bytes.subarray(start);
  }

  #hold(bytes: Buffer): Buffer {
    const needed = this.#heldBytes + bytes.length;
    if (needed > this.#held.length) {
      const size = Math.max(64, needed, Math.min(2 * this.#held.length, mostBytes));
      if (!this.#budget.take(size - this.#held.length)) {
        this.#sink.lost();
        const length =
          this.#heldBytes >= headerBytes ? frameLength(this.#held) : this.#heldBytes === 0 ? frameLength(bytes) : undefined;
        this.#skip = length === undefined ? 0 : Math.max(0, length - needed);
        this.#aligned = length !== undefined;
        this.#release();
        return bytes.subarray(bytes.length);
      }
      const held = Buffer.allocUnsafe(size);
      this.#held.copy(held, 0, 0, this.#heldBytes);
      this.#held = held;
    }
    bytes.copy(this.#held, this.#heldBytes);
    this.#heldBytes = needed;
    return bytes.subarray(bytes.length);
  }

  #release(): void {
    this.#budget.give(this.#held.length);
    this.#held = Buffer.alloc(0);
    this.#heldBytes = 0;
  }
}
