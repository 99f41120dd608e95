import type { WireEnds, WireFaultEvent, WireProtocol, WireSessionEvent, WireWriteEvent } from '../../src/core/wire.ts';

/** Which end of a conversation sent something. */
export type Side = 'client' | 'server';

/** The packet that is being looked at. */
export interface PacketStamp {
  /** Stream time, ms UTC. */
  readonly time: number;
  /** Its number in the capture, counted from 1. */
  readonly number: number;
}

/** One request or response, as far as it could be read. */
export interface WireMessage {
  readonly from: Side;
  readonly kind: 'request' | 'response' | 'other';
  /** See `WireTrafficEvent.operation`. */
  readonly operation: string;
  readonly unit?: number | undefined;
  /** First and last address that a request touches. */
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  /** On an OPC UA request: NodeIds that it touches, at most 1000. */
  readonly nodes?: readonly string[] | undefined;
  /** True for a response that refuses. */
  readonly refused?: boolean | undefined;
  /** On a response: time since its request, ms. */
  readonly latencyMs?: number | undefined;
}

type Described<E> = Omit<E, 'type' | 'time' | 'tap' | 'ends'>;

/** Where a decoder puts what it has read; time, tap and ends are added there. */
export interface WireReport {
  message(message: WireMessage, at: PacketStamp): void;
  write(write: Described<WireWriteEvent>, at: PacketStamp): void;
  session(session: Described<WireSessionEvent>, at: PacketStamp): void;
  fault(fault: Described<WireFaultEvent>, at: PacketStamp): void;
}

/** Reads the two byte streams of one connection. Keeps a bounded state whatever comes, and never throws. */
export interface StreamDecoder {
  /** The next bytes of one side, in order and each once. The buffer is only valid during the call. */
  data(from: Side, bytes: Buffer, at: PacketStamp): void;
  /** So many bytes of one side are missing here and will not come: find the next message that can be read. */
  gap(from: Side, missing: number, at: PacketStamp): void;
  /** The connection is over, or is given up for want of memory. */
  end(at: PacketStamp): void;
}

/** What a decoder may know of the connection that it reads. */
export interface StreamContext {
  readonly ends: WireEnds;
  readonly report: WireReport;
}

/** A protocol that can be read on TCP. */
export interface StreamProtocol {
  readonly protocol: WireProtocol;
  /** Ports on which it is expected; elsewhere the first bytes decide alone. */
  readonly ports: readonly number[];
  /**
   * Whether a stream that begins with these bytes is of this protocol; `more` when they are too few to say.
   * @param expected true on a port where it is expected, or where a configured device of this kind lives: then doubt is a `yes`
   */
  recognise(from: Side, bytes: Buffer, expected: boolean): 'yes' | 'no' | 'more';
  create(context: StreamContext): StreamDecoder;
  /** What its decoders have counted together, by name: what was given up or forgotten. */
  figures?(): ReadonlyMap<string, number>;
}
