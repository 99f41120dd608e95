import type { PacketStamp, Side } from '../decoder.ts';
import { StreamHistory } from './history.ts';
import type { Reassembly } from './reassembly.ts';

/** Segments farther from where the stream stands belong to another connection between the same ports. */
export const windowBytes = 1_048_576;
/** What holding a part costs at least. */
const leastPartCost = 256;
/** The receiver has acknowledged missing bytes so often: it has them, and only the tap has not. */
const acknowledgementsToBelieve = 3;

/** Where a stream's bytes go, in order and each once. */
export interface StreamTarget {
  data(from: Side, bytes: Buffer, at: PacketStamp): void;
  gap(from: Side, missing: number, at: PacketStamp): void;
  /** Bytes came again and were not the same. */
  conflict(from: Side, at: PacketStamp): void;
}

interface Part {
  readonly sequence: number;
  readonly bytes: Buffer;
}

const costOf = (part: Part): number => Math.max(leastPartCost, part.bytes.length);

/**
 * One direction of a connection: puts segments in order by their sequence numbers (RFC 9293, modulo 2³²). Of bytes that come
 * more than once the first count. Holes are waited for within the bounds of `ReassemblyLimits` and then told as gaps.
 */
export class TcpStream {
  readonly #side: Side;
  readonly #target: StreamTarget;
  readonly #shared: Reassembly;
  readonly #history = new StreamHistory();
  /** Beyond a hole: sorted, without overlaps. */
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

  /** All bytes up to the end that the sender announced have been passed on. */
  get finished(): boolean {
    return this.#fin !== undefined && this.#next === this.#fin;
  }

  get finSeen(): boolean {
    return this.#fin !== undefined;
  }

  /** Bytes begin at this sequence number. */
  start(sequence: number): void {
    this.first = this.#next = sequence >>> 0;
  }

  /** How far a sequence number lies beyond the next expected byte; negative for what has passed. */
  distance(sequence: number): number {
    return (sequence - this.#next) | 0;
  }

  /** False for a segment that can't belong to this stream. */
  fits(sequence: number): boolean {
    return this.first === undefined || Math.abs(this.distance(sequence)) <= windowBytes;
  }

  /** From here on only the position is followed. */
  discard(): void {
    this.#discarding = true;
    this.#drop();
    this.#shared.waiting.delete(this);
    if (this.#fin !== undefined) this.#next = this.#fin;
  }

  /** @param onWire length of the segment on the wire, of which `from` to `to` were stored */
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
      // a keep-alive repeats the last byte, or sends any other in its place
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

  /** The receiver says that it has all bytes before this sequence number. */
  acknowledged(sequence: number, at: PacketStamp): void {
    const hole = this.#hole();
    if (hole === undefined || this.distance(sequence) < hole || ++this.#believed < acknowledgementsToBelieve) return;
    this.#skip(hole, at);
    this.#settle(at);
  }

  /** Gives up the hole it waits for if that has lasted too long. */
  expire(at: PacketStamp): void {
    if (at.time - this.#waitingSince >= this.#shared.limits.patienceMs) this.flush(at);
  }

  /** Waits no longer for what is missing. */
  flush(at: PacketStamp): void {
    for (let hole = this.#hole(); hole !== undefined; hole = this.#hole()) this.#skip(hole, at);
    this.#settle(at);
  }

  /** Lets go of everything. */
  end(): void {
    this.#drop();
    this.#fin = undefined;
    this.#shared.waiting.delete(this);
  }

  /** Bytes missing before what is held, or before the announced end; undefined if nothing is. */
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

  /** Passes on what is held and no longer beyond a hole. */
  #drain(at: PacketStamp): void {
    for (let part = this.#parts[0]; part !== undefined && part.sequence === this.#next; part = this.#parts[0]) {
      this.#parts.shift();
      this.#release(part);
      this.#believed = 0;
      this.#deliver(part.bytes, at);
    }
  }

  /** Keeps within the bounds, and on the list of those that wait. */
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

  /** @param back how far the segment begins before what is expected next */
  #repeated(back: number, bytes: Buffer, from: number, to: number, at: PacketStamp): void {
    this.#shared.retransmissions++;
    if (this.#history.differs(back, bytes, from, to)) this.#conflict(at);
  }

  #conflict(at: PacketStamp): void {
    this.#shared.conflicts++;
    this.#target.conflict(this.#side, at);
  }

  /** Holds what is not held yet of the bytes that begin `distance` beyond what is expected next. */
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
