import type { ErrorKind } from '../../../src/core/errors.ts';
import { ByteWindow } from './bytes.ts';
import { isPcap, PcapReader } from './pcap.ts';
import { PcapngReader } from './pcapng.ts';
import { CaptureDamage, type FormatReader, invalidCapture, type PacketRecord } from './record.ts';

const pcapngMagic = 0x0a0d0d0a;

/**
 * Incremental reader of pcap and pcapng captures: `push` a chunk, call `next` until it returns undefined, and call `end` after
 * the last chunk.
 */
export class CaptureReader {
  readonly #name: string;
  readonly #kind: ErrorKind;
  readonly #window = new ByteWindow();
  #format: FormatReader | undefined;

  /**
   * @param name of the source, for messages
   * @param kind of the errors thrown: the caller's reaction to an unreadable capture
   */
  constructor(name: string, kind: ErrorKind) {
    this.#name = name;
    this.#kind = kind;
  }

  /** Packets dropped by the capturing program, as recorded in the capture. */
  get dropped(): number {
    return this.#format?.dropped ?? 0;
  }

  push(chunk: Buffer): void {
    this.#window.push(chunk);
  }

  /**
   * Next packet, valid until the next call; undefined if more bytes are needed. @throws ScadaError INPUT_INVALID with the offset
   */
  next(): PacketRecord | undefined {
    try {
      this.#format ??= this.#recognise();
      return this.#format?.next();
    } catch (thrown) {
      if (!(thrown instanceof CaptureDamage)) throw thrown;
      throw invalidCapture(this.#kind, this.#name, thrown.offset, thrown.message, thrown);
    }
  }

  /** Ends the input. @throws ScadaError INPUT_INVALID if the capture is empty or ends within a packet */
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
