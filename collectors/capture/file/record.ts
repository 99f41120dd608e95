import { type ErrorKind, ScadaError } from '../../../src/core/errors.ts';

/** A packet as stored in a capture. The object and its bytes are valid until the next call of the reader. */
export interface PacketRecord {
  /** Buffer that contains the packet from `start` to `end`, and other bytes around it. */
  bytes: Buffer;
  start: number;
  end: number;
  /** Length of the packet on the wire, in bytes; greater than the stored length if a snapshot length truncated it. */
  wireLength: number;
  /** LINKTYPE_ value, https://www.tcpdump.org/linktypes.html */
  linkType: number;
  /** ms UTC; NaN if the format has no time. */
  time: number;
}

export const emptyRecord = (): PacketRecord => ({
  bytes: Buffer.alloc(0),
  start: 0,
  end: 0,
  wireLength: 0,
  linkType: 0,
  time: Number.NaN,
});

/** Incremental reader of one capture format. */
export interface FormatReader {
  /** Packets dropped by the capturing program so far. */
  readonly dropped: number;
  /** True if the input must not end here, although no byte is left over. */
  readonly unfinished: boolean;
  /** Next packet, or undefined if more bytes are needed. @throws CaptureDamage */
  next(): PacketRecord | undefined;
}

/** MAXIMUM_SNAPLEN of libpcap: a greater length is a sign of damage. */
export const mostPacketBytes = 262_144;

/** A format error and its offset. */
export class CaptureDamage extends Error {
  readonly offset: number;

  constructor(offset: number, what: string) {
    super(what);
    this.name = 'CaptureDamage';
    this.offset = offset;
  }
}

/** Error for a capture that is damaged at an offset. All packets before the offset were delivered. */
export const invalidCapture = (kind: ErrorKind, name: string, offset: number, what: string, cause?: unknown): ScadaError =>
  new ScadaError(kind, 'INPUT_INVALID', `${name}: byte ${offset}: ${what}`, {
    hint: 'What came before that byte was read. Is the capture damaged, cut off, or not a capture?',
    cause,
  });
