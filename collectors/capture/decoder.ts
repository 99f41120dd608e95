import type {
  WireEnds,
  WireFaultEvent,
  WireProtocol,
  WireReadingsEvent,
  WireSessionEvent,
  WireWriteEvent,
} from '../../src/core/wire.ts';

/** End of a conversation that sent a packet or message. */
export type Side = 'client' | 'server';

/** Time and number of the packet that is being decoded. */
export interface PacketStamp {
  /** Stream time, ms UTC. */
  readonly time: number;
  /** Number in the capture, counted from 1. */
  readonly number: number;
}

/** One request or response, as far as it could be decoded. */
export interface WireMessage {
  readonly from: Side;
  readonly kind: 'request' | 'response' | 'other';
  /** See `WireTrafficEvent.operation`. */
  readonly operation: string;
  readonly unit?: number | undefined;
  /** First and last address that a request touches. */
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  /** NodeIds that an OPC UA request touches, at most 1000. */
  readonly nodes?: readonly string[] | undefined;
  /** True for a response that rejects its request. */
  readonly refused?: boolean | undefined;
  /** Time from request to response, ms; only on a response. */
  readonly latencyMs?: number | undefined;
}

type Described<E> = Omit<E, 'type' | 'time' | 'tap' | 'ends'>;

/** Receives what a decoder has read, and adds time, tap and ends. */
export interface WireReport {
  message(message: WireMessage, at: PacketStamp): void;
  write(write: Described<WireWriteEvent>, at: PacketStamp): void;
  answered(readings: Described<WireReadingsEvent>, at: PacketStamp): void;
  session(session: Described<WireSessionEvent>, at: PacketStamp): void;
  fault(fault: Described<WireFaultEvent>, at: PacketStamp): void;
}

/** Decodes the two byte streams of one connection. Its state is bounded for any input, and it never throws. */
export interface StreamDecoder {
  /** Next bytes of one side, in order and without repetition. The buffer is only valid during the call. */
  data(from: Side, bytes: Buffer, at: PacketStamp): void;
  /** Reports `missing` bytes of one side that will not arrive. The decoder resynchronises on the next readable message. */
  gap(from: Side, missing: number, at: PacketStamp): void;
  /** The connection has ended, or its decoding is abandoned for lack of memory. */
  end(at: PacketStamp): void;
}

/** Context that a decoder has about its connection. */
export interface StreamContext {
  readonly ends: WireEnds;
  readonly report: WireReport;
}

/** An application protocol on TCP. */
export interface StreamProtocol {
  readonly protocol: WireProtocol;
  /** Ports on which the protocol is expected. On other ports only the first bytes decide. */
  readonly ports: readonly number[];
  /**
   * Decides whether a stream belongs to this protocol by its first bytes; `more` if they are too few.
   * @param expected true on an expected port or for a configured device of this kind: an unclear case is then a `yes`
   */
  recognise(from: Side, bytes: Buffer, expected: boolean): 'yes' | 'no' | 'more';
  create(context: StreamContext): StreamDecoder;
  /** Counters of all its decoders together, by name: abandoned or evicted items. */
  figures?(): ReadonlyMap<string, number>;
}
