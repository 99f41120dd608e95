import type { Span } from './traffic.ts';

/** A packet as a tap has read it, with its link-layer header. Its bytes are valid only during the call that passes it. */
export interface RawPacket {
  /** Buffer that contains the packet from `start` to `end`. */
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  /** Length on the wire, bytes; greater than the stored length if the tap has cut it. */
  readonly wireLength: number;
  /** LINKTYPE_ value, https://www.tcpdump.org/linktypes.html */
  readonly linkType: number;
}

/** Keeps packets as they were on the wire. */
export interface PacketSink {
  /**
   * Copies a packet. Never throws and never waits.
   * @param time ms UTC of the site's clock
   */
  take(tap: string, time: number, packet: RawPacket): void;
}

/** Stored packets that a reader asks for. */
export interface PacketQuery {
  readonly spans: readonly Span[];
  /** Largest file, bytes. Of more packets, those nearest to the middle of a span are returned. */
  readonly mostBytes: number;
}

/** Packets as a file that any tool for captures opens. */
export interface PacketFile {
  /** pcapng */
  readonly content: Buffer;
  readonly packets: number;
  /** Times of the first and the last packet, ms UTC. */
  readonly from: number;
  readonly to: number;
  /** True if there are more packets than the largest file takes. */
  readonly more: boolean;
}
