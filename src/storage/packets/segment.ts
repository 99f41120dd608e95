import { appendFile, truncate } from '../../data-directory/files.ts';
import type { RawPacket } from '../../core/packets.ts';
import type { Span } from '../../core/traffic.ts';
import { interfaceBlock, packetBlock, sectionBlock } from './pcapng.ts';

/** Names of taps with link types in one file; a capture has one or two. */
const mostInterfaces = 256;

/** A file of packets of a short span of time, on disk or about to be. */
export class PacketSegment {
  readonly name: string;
  /** Times of its packets, ms UTC. `to` is at least the time of the last one. */
  readonly from: number;
  to: number;
  /** Bytes on disk, and bytes that wait for it. */
  written = 0;
  waiting = 0;
  #parts: Buffer[] = [];
  readonly #interfaces = new Map<string, number>();

  constructor(name: string, from: number, to = from) {
    this.name = name;
    this.from = from;
    this.to = to;
  }

  /** A segment that an earlier run has written. */
  static found(name: string, from: number, to: number, bytes: number): PacketSegment {
    const segment = new PacketSegment(name, from, to);
    segment.written = bytes;
    return segment;
  }

  get bytes(): number {
    return this.written + this.waiting;
  }

  take(tap: string, time: number, packet: RawPacket): void {
    if (this.bytes === 0) this.#wait(sectionBlock());
    const key = `${packet.linkType} ${tap}`;
    let place = this.#interfaces.get(key);
    if (place === undefined) {
      if (this.#interfaces.size >= mostInterfaces) return;
      place = this.#interfaces.size;
      this.#interfaces.set(key, place);
      this.#wait(interfaceBlock(tap, packet.linkType));
    }
    this.#wait(packetBlock(place, time, packet));
    this.to = Math.max(this.to, time);
  }

  overlaps({ from, to }: Span): boolean {
    return this.from < to && this.to >= from;
  }

  /** Appends what waits. After an error it waits again. @throws the error of the file system */
  async write(path: string, afterFault: boolean): Promise<void> {
    if (this.#parts.length === 0) return;
    const parts = this.#parts;
    this.#parts = [];
    const content = Buffer.concat(parts);
    try {
      // a failed write may have left a part of a block: nothing may follow it
      if (afterFault) await truncate(path, this.written).catch(ignoreMissing);
      await appendFile(path, content, { mode: 0o600 });
    } catch (thrown) {
      this.#parts = [...parts, ...this.#parts];
      throw thrown;
    }
    this.written += content.length;
    this.waiting -= content.length;
  }

  #wait(part: Buffer): void {
    this.#parts.push(part);
    this.waiting += part.length;
  }
}

/** Accepts that a file does not exist. */
export function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
