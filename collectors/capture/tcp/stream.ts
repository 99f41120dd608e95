import type { PacketStamp, Side } from '../decoder.ts';
import { StreamHistory } from './history.ts';
import type { Reassembly } from './reassembly.ts';

/** Segments farther from the stream's position belong to another connection between the same ports. */
export const windowBytes = 1_048_576;
/** Minimum memory of a held part, bytes. */
const leastPartCost = 256;
/** Acknowledgements of missing bytes after which only the tap lacks them, so that waiting is useless. */
const acknowledgementsToBelieve = 3;

/** Receives the bytes of a stream, in order and without repetition. */
export interface StreamTarget {
  data(from: Side, bytes: Buffer, at: PacketStamp): void;
  gap(from: Side, missing: number, at: PacketStamp): void;
  /** Bytes were retransmitted with different content. */
  conflict(from: Side, at: PacketStamp): void;
}

interface Part {
  readonly sequence: number;
  readonly bytes: Buffer;
}

const costOf = (part: Part): number => Math.max(leastPartCost, part.bytes.length);

/**
 * One direction of a connection: orders segments by their sequence numbers (RFC 9293, modulo 2³²). Of repeated bytes the first
 * ones are used. Gaps are waited for within `ReassemblyLimits`, and are then reported.
 */
export class TcpStream {
  readonly #side: Side;
  readonly #target: StreamTarget;
  readonly #shared: Reassembly;
  readonly #history = new StreamHistory();
  /** Segments after a gap: sorted, without overlaps. */
  #parts: Part[] = [];
  #held = 0;
  #next = 0;
  #fin: number | undefined;
  #waitingSince = 0;
  #believed = 0;
  #discarding = false;
  /** Sequence number of its first byte; undefined until it is known. */
  first: number | undefined;

  constructor(side: Side, target: StreamTarget, shared: Reassembly) {
    this.#side = side;
    this.#target = target;
    this.#shared = shared;
  }

  /** True if all bytes up to the announced end were passed on. */
  get finished(): boolean {
    return this.#fin !== undefined && this.#next === this.#fin;
  }

  get finSeen(): boolean {
    return this.#fin !== undefined;
  }

  /** Sets the sequence number of the first byte. */
  start(sequence: number): void {
    this.first = this.#next = sequence >>> 0;
  }

  /** Distance of a sequence number from the next expected byte; negative for earlier ones. */
  distance(sequence: number): number {
    return (sequence - this.#next) | 0;
  }

  /** False for a segment that cannot belong to this stream. */
  fits(sequence: number): boolean {
    return this.first === undefined || Math.abs(this.distance(sequence)) <= windowBytes;
  }

  /** From here on only the position is tracked. */
  discard(): void {
    this.#discarding = true;
    this.#drop();
    this.#shared.waiting.delete(this);
    if (this.#fin !== undefined) this.#next = this.#fin;
  }

  /** @param onWire length of the segment on the wire, of which bytes `from` to `to` are stored */
  segment(sequence: number, bytes: Buffer, from: number, to: number, onWire: number, at: PacketStamp): void {
    if (this.first === undefined) this.start(sequence);
    const distance = this.distance(sequence);
    if (this.#discarding) {
      if (distance + onWire > 0) this.#next = (sequence + onWire) >>> 0;
      return;
    }
    if (distance === 0 && this.#parts.length === 0) {
      this.#deliver(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to), at);
      if (to - from < onWire) this.#gap(onWire - (to - from), at);
    } else if (distance < 0) {
      // a keep-alive repeats the last byte, or sends any other at its position
      if (distance === -1 && onWire <= 1) return;
      this.#repeated(-distance, bytes, from, to, at);
      if (to - from > -distance) this.#insert(0, bytes, from - distance, to, at);
    } else this.#insert(distance, bytes, from, to, at);
    this.#settle(at);
  }

  /** The sender ends its stream before this sequence number. */
  fin(sequence: number, at: PacketStamp): void {
    if (this.first === undefined) this.start(sequence);
    this.#fin ??= sequence >>> 0;
    if (this.#discarding) this.#next = this.#fin;
    this.#settle(at);
  }

  /** The receiver acknowledges all bytes before this sequence number. */
  acknowledged(sequence: number, at: PacketStamp): void {
    const hole = this.#hole();
    if (hole === undefined || this.distance(sequence) < hole || ++this.#believed < acknowledgementsToBelieve) return;
    this.#skip(hole, at);
    this.#settle(at);
  }

  /** Gives up the current gap if it has lasted too long. */
  expire(at: PacketStamp): void {
    if (at.time - this.#waitingSince >= this.#shared.limits.patienceMs) this.flush(at);
  }

  /** Gives up all missing bytes. */
  flush(at: PacketStamp): void {
    for (let hole = this.#hole(); hole !== undefined; hole = this.#hole()) this.#skip(hole, at);
    this.#settle(at);
  }

  /** Releases all memory. */
  end(): void {
    this.#drop();
    this.#fin = undefined;
    this.#shared.waiting.delete(this);
  }

  /** Number of bytes missing before the held ones, or before the announced end; undefined if there is no gap. */
  #hole(): number | undefined {
    const until = this.#parts[0]?.sequence ?? this.#fin;
    const missing = until === undefined ? 0 : this.distance(until);
    return missing > 0 ? missing : undefined;
  }

  #skip(missing: number, at: PacketStamp): void {
    this.#gap(missing, at);
    this.#drain(at);
  }

  #gap(missing: number, at: PacketStamp): void {
    this.#next = (this.#next + missing) >>> 0;
    this.#believed = 0;
    this.#history.clear();
    this.#shared.gaps++;
    this.#shared.missingBytes += missing;
    this.#target.gap(this.#side, missing, at);
  }

  #deliver(bytes: Buffer, at: PacketStamp): void {
    if (bytes.length === 0) return;
    this.#next = (this.#next + bytes.length) >>> 0;
    this.#history.append(bytes);
    this.#target.data(this.#side, bytes, at);
  }

  /** Passes on held bytes that no longer follow a gap. */
  #drain(at: PacketStamp): void {
    for (let part = this.#parts[0]; part !== undefined && part.sequence === this.#next; part = this.#parts[0]) {
      this.#parts.shift();
      this.#release(part);
      this.#believed = 0;
      this.#deliver(part.bytes, at);
    }
  }

  /** Keeps the limits, and updates the set of waiting streams. */
  #settle(at: PacketStamp): void {
    const { waiting, limits } = this.#shared;
    this.#drain(at);
    while (this.#parts.length > limits.streamParts || this.#held > limits.streamBytes || this.#tooMuchInAll()) {
      this.#skip(this.#hole() ?? 0, at);
    }
    if (this.#hole() === undefined) waiting.delete(this);
    else if (!waiting.has(this)) {
      this.#waitingSince = at.time;
      waiting.add(this);
    }
  }

  #tooMuchInAll(): boolean {
    return this.#parts.length > 0 && this.#shared.held > this.#shared.limits.totalBytes;
  }

  /** @param back distance from the segment's start to the next expected byte */
  #repeated(back: number, bytes: Buffer, from: number, to: number, at: PacketStamp): void {
    this.#shared.retransmissions++;
    if (this.#history.differs(back, bytes, from, to)) this.#conflict(at);
  }

  #conflict(at: PacketStamp): void {
    this.#shared.conflicts++;
    this.#target.conflict(this.#side, at);
  }

  /** Holds the bytes that are not held yet; the segment begins `distance` bytes after the next expected one. */
  #insert(distance: number, bytes: Buffer, from: number, to: number, at: PacketStamp): void {
    const origin = from - distance;
    const fresh: Part[] = [];
    const hold = (begin: number, end: number): void => {
      if (begin < end)
        fresh.push({ sequence: (this.#next + begin - origin) >>> 0, bytes: Buffer.from(bytes.subarray(begin, end)) });
    };
    let begin = from;
    let differs = false;
    for (const part of this.#parts) {
      const partFrom = origin + this.distance(part.sequence);
      const partTo = partFrom + part.bytes.length;
      if (partTo <= begin) continue;
      if (partFrom >= to) break;
      hold(begin, partFrom);
      const low = Math.max(begin, partFrom);
      const high = Math.min(to, partTo);
      differs ||= part.bytes.compare(bytes, low, high, low - partFrom, high - partFrom) !== 0;
      begin = partTo;
    }
    hold(begin, to);
    const overlapped = fresh.reduce((sum, part) => sum + part.bytes.length, 0) < to - from;
    if (overlapped) this.#shared.retransmissions++;
    else if (distance > 0) this.#shared.outOfOrder++;
    if (differs) this.#conflict(at);
    for (const part of fresh) {
      this.#held += costOf(part);
      this.#shared.held += costOf(part);
    }
    this.#parts = [...this.#parts, ...fresh].sort((a, b) => this.distance(a.sequence) - this.distance(b.sequence));
  }

  #release(part: Part): void {
    this.#held -= costOf(part);
    this.#shared.held -= costOf(part);
  }

  #drop(): void {
    for (const part of this.#parts) this.#release(part);
    this.#parts = [];
    this.#history.release();
  }
}
