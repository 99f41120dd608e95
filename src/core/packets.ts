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

/** Bytes of a stored file that are no packets: packets between the two times may be missing. */
export interface DamagedPackets {
  readonly file: string;
  readonly bytes: number;
  /** Times of the last packet before, and of the first one after them, ms UTC. Undefined at the begin or end of the file. */
  readonly after?: number | undefined;
  readonly before?: number | undefined;
}

/** Stored packets that were found. */
export interface FoundPackets {
  /** Undefined if there are none. */
  readonly file: PacketFile | undefined;
  /** Files with damaged bytes within the spans. */
  readonly damaged: readonly DamagedPackets[];
}

/** The damage of a file as a sentence. */
export function damageText({ file, bytes, after, before }: DamagedPackets): string {
  const from = after === undefined ? 'from its begin' : `after ${new Date(after).toISOString()}`;
  const to = before === undefined ? 'to its end' : `before ${new Date(before).toISOString()}`;
  return `${file} of the raw packets is damaged (${bytes} bytes): packets ${from} and ${to} may be missing`;
}
