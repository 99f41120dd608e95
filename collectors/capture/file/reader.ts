import type { ErrorKind } from '../../../src/core/errors.ts';
import { ByteWindow } from './bytes.ts';
import { isPcap, PcapReader } from './pcap.ts';
import { PcapngReader } from './pcapng.ts';
import { CaptureDamage, type FormatReader, invalidCapture, type PacketRecord } from './record.ts';

const pcapngMagic = 0x0a0d0d0a;

/**
 * Reads the packets of a capture of either format as its bytes come: `push` a chunk, then ask for `next` until there is none,
 * and say when no more bytes come (`end`).
 */
export class CaptureReader {
  readonly #name: string;
  readonly #kind: ErrorKind;
  readonly #window = new ByteWindow();
  #format: FormatReader | undefined;

  /**
   * @param name of the source, for messages
   * @param kind of the errors that are thrown: what the caller does about a capture that can't be read
   */
  constructor(name: string, kind: ErrorKind) {
    this.#name = name;
    this.#kind = kind;
  }

  /** Packets that the capture itself says were dropped. */
  get dropped(): number {
    return this.#format?.dropped ?? 0;
  }

  push(chunk: Buffer): void {
    this.#window.push(chunk);
  }

  /** The next packet, valid until the next call; undefined until more bytes have come. @throws ScadaError INPUT_INVALID with the offset */
  next(): PacketRecord | undefined {
    try {
      this.#format ??= this.#recognise();
      return this.#format?.next();
    } catch (thrown) {
      if (!(thrown instanceof CaptureDamage)) throw thrown;
      throw invalidCapture(this.#kind, this.#name, thrown.offset, thrown.message, thrown);
    }
  }

  /** No more bytes will come. @throws ScadaError INPUT_INVALID if the capture ends within a packet, or has not begun */
  end(): void {
    const { length, offset } = this.#window;
    if (this.#format === undefined) throw invalidCapture(this.#kind, this.#name, offset, 'the end, before any capture began');
    if (length > 0 || this.#format.unfinished) {
      throw invalidCapture(this.#kind, this.#name, offset, `the end, ${length} bytes into what was not complete`);
    }
  }

  #recognise(): FormatReader | undefined {
    const window = this.#window;
    if (window.length < 4) return undefined;
    const magic = window.bytes.readUInt32BE(window.at);
    if (magic === pcapngMagic) return new PcapngReader(window);
    if (isPcap(magic)) return new PcapReader(window);
    throw new CaptureDamage(window.offset, `0x${magic.toString(16).padStart(8, '0')}, which begins neither pcap nor pcapng`);
  }
}
