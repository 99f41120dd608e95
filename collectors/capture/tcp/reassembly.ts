import type { PacketStamp } from '../decoder.ts';

/** How long and how much a stream waits for bytes that are missing. */
export interface ReassemblyLimits {
  /** Bytes held beyond a hole, of one stream. */
  readonly streamBytes: number;
  /** Parts held beyond a hole, of one stream. */
  readonly streamParts: number;
  /** Bytes held by all streams together. */
  readonly totalBytes: number;
  /** ms of stream time that a hole is waited for. */
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
  /** Gives up the hole it waits for if that has lasted too long. */
  expire(at: PacketStamp): void;
}

/** What all streams share: the bounds, what is held against them, and what was counted. */
export class Reassembly {
  readonly limits: ReassemblyLimits;
  /** Streams that wait for missing bytes. */
  readonly waiting = new Set<Waiting>();
  /** Bytes held, with what holding them costs. */
  held = 0;
  /** Segments that came again, in part or whole. */
  retransmissions = 0;
  /** Among them those whose bytes were not the same: the first ones count. */
  conflicts = 0;
  /** Segments that came before their turn. */
  outOfOrder = 0;
  gaps = 0;
  missingBytes = 0;

  constructor(limits: ReassemblyLimits = defaultLimits) {
    this.limits = limits;
  }

  /** Gives up the holes that were waited for long enough. */
  expire(at: PacketStamp): void {
    for (const stream of this.waiting) stream.expire(at);
  }
}
