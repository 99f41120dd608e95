import { type ErrorKind, ScadaError } from '../../../src/core/errors.ts';

/** A packet as the capturing program stored it. The object and its bytes are valid until the reader is asked for the next one. */
export interface PacketRecord {
  /** Holds the packet from `start` to `end`, and others beside it. */
  bytes: Buffer;
  start: number;
  end: number;
  /** Bytes that the packet had on the wire; less were stored where a snapshot length cut it. */
  wireLength: number;
  /** LINKTYPE_ value, https://www.tcpdump.org/linktypes.html */
  linkType: number;
  /** ms UTC; NaN where the format carries none. */
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

/** One format of captures, read incrementally from a window of bytes. */
export interface FormatReader {
  /** Packets that the capturing program says were dropped, so far. */
  readonly dropped: number;
  /** True where the end may not be, though no byte is left over. */
  readonly unfinished: boolean;
  /** The next packet, or undefined until more bytes have come. @throws CaptureDamage */
  next(): PacketRecord | undefined;
}

/** No capturing program stores more of a packet (MAXIMUM_SNAPLEN of libpcap): what claims to be longer is damage. */
export const mostPacketBytes = 262_144;

/** Bytes that do not follow the format, and where. */
export class CaptureDamage extends Error {
  readonly offset: number;

  constructor(offset: number, what: string) {
    super(what);
    this.name = 'CaptureDamage';
    this.offset = offset;
  }
}

/** What a user is told of a capture that can't be read on; all before the offset was delivered. */
export const invalidCapture = (kind: ErrorKind, name: string, offset: number, what: string, cause?: unknown): ScadaError =>
  new ScadaError(kind, 'INPUT_INVALID', `${name}: byte ${offset}: ${what}`, {
    hint: 'What came before that byte was read. Is the capture damaged, cut off, or not a capture?',
    cause,
  });
