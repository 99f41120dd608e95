import type { PacketStamp } from '../decoder.ts';

/** Limits on the wait for missing bytes. */
export interface ReassemblyLimits {
  /** Bytes held after a gap, of one stream. */
  readonly streamBytes: number;
  /** Parts held after a gap, of one stream. */
  readonly streamParts: number;
  /** Bytes held by all streams together. */
  readonly totalBytes: number;
  /** Time after which a gap is given up, ms of stream time. */
  readonly patienceMs: number;
}

export const defaultLimits: ReassemblyLimits = {
  streamBytes: 262_144,
  streamParts: 256,
  totalBytes: 33_554_432,
  patienceMs: 1_000,
};

/** A stream that waits for missing bytes. */
interface Waiting {
  /** Gives up its gap if that has lasted too long. */
  expire(at: PacketStamp): void;
}

/** State shared by all streams: limits, held bytes and counters. */
export class Reassembly {
  readonly limits: ReassemblyLimits;
  /** Streams that wait for missing bytes. */
  readonly waiting = new Set<Waiting>();
  /** Held bytes, including overhead. */
  held = 0;
  /** Segments retransmitted in part or whole. */
  retransmissions = 0;
  /** Retransmissions with different bytes; the first ones are used. */
  conflicts = 0;
  /** Segments that arrived out of order. */
  outOfOrder = 0;
  gaps = 0;
  missingBytes = 0;

  constructor(limits: ReassemblyLimits = defaultLimits) {
    this.limits = limits;
  }

  /** Gives up the gaps that have lasted too long. */
  expire(at: PacketStamp): void {
    for (const stream of this.waiting) stream.expire(at);
  }
}
