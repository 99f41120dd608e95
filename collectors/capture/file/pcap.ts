import type { ByteWindow } from './bytes.ts';
import { CaptureDamage, emptyRecord, type FormatReader, mostPacketBytes, type PacketRecord } from './record.ts';

const headerBytes = 24;
const recordHeaderBytes = 16;

/** First four bytes, read big-endian: byte order and unit of the fractions of a second. */
const magics: ReadonlyMap<number, { readonly little: boolean; readonly perMs: number }> = new Map([
  [0xa1b2c3d4, { little: false, perMs: 1e3 }],
  [0xd4c3b2a1, { little: true, perMs: 1e3 }],
  [0xa1b23c4d, { little: false, perMs: 1e6 }],
  [0x4d3cb2a1, { little: true, perMs: 1e6 }],
]);

export const isPcap = (magic: number): boolean => magics.has(magic);

/** Classic pcap, https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-05.html, in either byte order, µs or ns. */
export class PcapReader implements FormatReader {
  readonly dropped = 0;
  readonly unfinished = false;
  readonly #window: ByteWindow;
  readonly #record = emptyRecord();
  #started = false;
  #little = false;
  #perMs = 1e3;

  constructor(window: ByteWindow) {
    this.#window = window;
  }

  next(): PacketRecord | undefined {
    const window = this.#window;
    if (!this.#started && !this.#start()) return undefined;
    if (window.length < recordHeaderBytes) return undefined;
    const { bytes, at } = window;
    const stored = this.#uint32(at + 8);
    if (stored > mostPacketBytes) {
      throw new CaptureDamage(window.offset, `a packet of ${stored} bytes, more than any program stores (${mostPacketBytes})`);
    }
    const end = at + recordHeaderBytes + stored;
    if (bytes.length < end) return undefined;
    const record = this.#record;
    record.time = this.#uint32(at) * 1000 + this.#uint32(at + 4) / this.#perMs;
    record.bytes = bytes;
    record.start = at + recordHeaderBytes;
    record.end = end;
    record.wireLength = Math.max(stored, this.#uint32(at + 12));
    window.at = end;
    return record;
  }

  #start(): boolean {
    const window = this.#window;
    if (window.length < headerBytes) return false;
    const { little, perMs } = magics.get(window.bytes.readUInt32BE(window.at)) ?? { little: false, perMs: 1e3 };
    this.#little = little;
    this.#perMs = perMs;
    const { at, bytes } = window;
    const major = little ? bytes.readUInt16LE(at + 4) : bytes.readUInt16BE(at + 4);
    if (major !== 2) throw new CaptureDamage(window.offset, `version ${major} of the pcap format, not 2`);
    // the upper bits describe frame check sequences
    this.#record.linkType = this.#uint32(at + 20) & 0xffff;
    window.at += headerBytes;
    this.#started = true;
    return true;
  }

  #uint32(at: number): number {
    const { bytes } = this.#window;
    return this.#little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  }
}
