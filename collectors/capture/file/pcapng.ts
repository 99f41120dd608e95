import { isCalendarTime } from '../../../src/core/time.ts';
import type { ByteWindow } from './bytes.ts';
import { PcapngInterface } from './pcapng-interface.ts';
import { CaptureDamage, emptyRecord, type FormatReader, mostPacketBytes, type PacketRecord } from './record.ts';

const section = 0x0a0d0d0a;
const block = { interface: 1, obsoletePacket: 2, simplePacket: 3, statistics: 5, enhancedPacket: 6 } as const;
const known: ReadonlySet<number> = new Set(Object.values(block));

/** Maximum length of a block that must be held whole: a packet with long options, or an interface description. */
const mostBlockBytes = mostPacketBytes + 65_536;
const mostInterfaces = 1_024;

/** pcapng, https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-04.html: sections, interfaces, packets and drop counts. */
export class PcapngReader implements FormatReader {
  readonly #window: ByteWindow;
  readonly #record = emptyRecord();
  #interfaces: PcapngInterface[] = [];
  #little = false;
  /** Packets dropped in earlier sections. */
  #droppedBefore = 0;
  /** Bytes still to skip of a block that is not needed. */
  #skip = 0;

  constructor(window: ByteWindow) {
    this.#window = window;
  }

  get dropped(): number {
    return this.#interfaces.reduce((sum, { dropped }) => sum + dropped, this.#droppedBefore);
  }

  get unfinished(): boolean {
    return this.#skip > 0;
  }

  next(): PacketRecord | undefined {
    const window = this.#window;
    for (;;) {
      if (!this.#skipped() || window.length < 12) return undefined;
      const { bytes, at } = window;
      if (bytes.readUInt32BE(at) === section) this.#little = this.#byteOrder(at + 8);
      const type = bytes.readUInt32BE(at) === section ? section : this.#uint32(at);
      const length = this.#uint32(at + 4);
      if (length < 12 || length % 4 !== 0) throw this.#damage(`a block of ${length} bytes`);
      if (type !== section && !known.has(type)) {
        this.#skip = length;
        continue;
      }
      if (length > mostBlockBytes) throw this.#damage(`a block of ${length} bytes, more than ${mostBlockBytes}`);
      if (window.length < length) return undefined;
      if (this.#uint32(at + length - 4) !== length) throw this.#damage('a block whose two lengths differ');
      const isPacket = this.#block(type, at + 8, at + length - 4);
      window.at += length;
      if (isPacket) return this.#record;
    }
  }

  /** True if nothing is left to skip. */
  #skipped(): boolean {
    const step = Math.min(this.#skip, this.#window.length);
    this.#window.at += step;
    this.#skip -= step;
    return this.#skip === 0;
  }

  /** True if the record now holds a packet. */
  #block(type: number, from: number, to: number): boolean {
    switch (type) {
      case section:
        this.#section(from, to);
        return false;
      case block.interface:
        this.#describe(from, to);
        return false;
      case block.statistics:
        this.#need(to - from >= 12);
        this.#interface(this.#uint32(from)).count(this.#window.bytes, from + 12, to, this.#little);
        return false;
      case block.enhancedPacket:
        this.#need(to - from >= 20);
        this.#packet(this.#interface(this.#uint32(from)), from + 4, to);
        return true;
      case block.obsoletePacket:
        this.#need(to - from >= 20);
        this.#packet(this.#interface(this.#uint16(from)), from + 4, to);
        return true;
      default:
        this.#need(to - from >= 4);
        this.#simplePacket(this.#interface(0), from, to);
        return true;
    }
  }

  #section(from: number, to: number): void {
    this.#need(to - from >= 16);
    const major = this.#uint16(from + 4);
    if (major !== 1) throw this.#damage(`version ${major} of the pcapng format, not 1`);
    this.#droppedBefore = this.dropped;
    this.#interfaces = [];
  }

  #describe(from: number, to: number): void {
    this.#need(to - from >= 8);
    if (this.#interfaces.length >= mostInterfaces) throw this.#damage(`more than ${mostInterfaces} interfaces`);
    const described = new PcapngInterface(this.#uint16(from), this.#uint32(from + 4));
    described.describe(this.#window.bytes, from + 8, to, this.#little);
    this.#interfaces.push(described);
  }

  /** Reads time, lengths and bytes, which have the same layout in enhanced and obsolete packet blocks. */
  #packet(of: PcapngInterface, from: number, to: number): void {
    const stored = this.#uint32(from + 8);
    const start = from + 16;
    const padded = start + Math.ceil(stored / 4) * 4;
    this.#need(stored <= mostPacketBytes && padded <= to);
    this.#fill(of, start, stored, this.#uint32(from + 12));
    const time = of.time(this.#uint32(from), this.#uint32(from + 4));
    if (!isCalendarTime(time)) {
      throw this.#damage(`a packet whose time is ${time / 1_000} s after 1970, outside of the years 1 to 9999 (${of.timeBase})`);
    }
    this.#record.time = time;
    if (padded < to) of.countBeforePacket(this.#window.bytes, padded, to, this.#little);
  }

  #simplePacket(of: PcapngInterface, from: number, to: number): void {
    const wireLength = this.#uint32(from);
    const cut = of.snapLength === 0 ? wireLength : Math.min(wireLength, of.snapLength);
    this.#need(cut <= to - from - 4);
    this.#fill(of, from + 4, cut, wireLength);
    this.#record.time = Number.NaN;
  }

  #fill(of: PcapngInterface, start: number, stored: number, wireLength: number): void {
    const record = this.#record;
    record.bytes = this.#window.bytes;
    record.start = start;
    record.end = start + stored;
    record.wireLength = Math.max(stored, wireLength);
    record.linkType = of.linkType;
  }

  #interface(index: number): PcapngInterface {
    const found = this.#interfaces[index];
    if (found === undefined) throw this.#damage(`interface ${index}, which was not described`);
    return found;
  }

  #need(holds: boolean): void {
    if (!holds) throw this.#damage('a block whose contents do not fit into it');
  }

  #byteOrder(at: number): boolean {
    const magic = this.#window.bytes.readUInt32BE(at);
    if (magic !== 0x1a2b3c4d && magic !== 0x4d3c2b1a) throw this.#damage('a section without its byte-order magic');
    return magic === 0x4d3c2b1a;
  }

  #damage(what: string): CaptureDamage {
    return new CaptureDamage(this.#window.offset, what);
  }

  #uint32(at: number): number {
    const { bytes } = this.#window;
    return this.#little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  }

  #uint16(at: number): number {
    const { bytes } = this.#window;
    return this.#little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
  }
}
