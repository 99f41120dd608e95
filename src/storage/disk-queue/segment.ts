import { crc32 } from 'node:zlib';
import { open, type OpenFile } from '../../data-directory/files.ts';

/** First bytes of a segment file: format and version. */
const magic = Buffer.from('SWQUEUE1');
export const headerBytes = magic.length;
/** Length and CRC-32 before each record, little-endian. */
const frameHead = 8;
/** Bytes that a reader fetches at once. */
const windowBytes = 65_536;

export function frame(record: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(frameHead + record.length);
  framed.writeUInt32LE(record.length, 0);
  framed.writeUInt32LE(crc32(record), 4);
  framed.set(record, frameHead);
  return framed;
}

export const framedBytes = (record: Uint8Array): number => frameHead + record.length;

/** Creates a segment; the file must not exist. */
export async function createSegment(path: string): Promise<OpenFile> {
  const file = await open(path, 'wx+', 0o600);
  try {
    await writeHeader(file);
    return file;
  } catch (thrown) {
    await file.close();
    throw thrown;
  }
}

/** A segment without records may be one whose header a crash prevented. */
export async function writeHeader(file: OpenFile): Promise<void> {
  await file.write(magic, 0, magic.length, 0);
}

/** Reads the records of one segment, forwards from any frame's start. */
export class SegmentReader implements AsyncDisposable {
  readonly #file: OpenFile;
  readonly #window = Buffer.allocUnsafe(windowBytes);
  #windowStart = 0;
  #windowEnd = 0;

  private constructor(file: OpenFile) {
    this.#file = file;
  }

  static async open(path: string): Promise<SegmentReader> {
    return new SegmentReader(await open(path, 'r'));
  }

  /**
   * The record at `offset`, or undefined if there is no complete and intact one.
   * @param size bytes of the file that are known to be written
   */
  async read(offset: number, size: number): Promise<Buffer | undefined> {
    if (offset === headerBytes && !(await this.hasHeader(size))) return undefined;
    const head = await this.#bytes(offset, frameHead, size);
    if (head === undefined) return undefined;
    const length = head.readUInt32LE(0);
    const checksum = head.readUInt32LE(4);
    const record = await this.#bytes(offset + frameHead, length, size);
    return record !== undefined && crc32(record) === checksum ? Buffer.from(record) : undefined;
  }

  /** @param size bytes of the file that are known to be written */
  async hasHeader(size: number): Promise<boolean> {
    return (await this.#bytes(0, headerBytes, size))?.equals(magic) === true;
  }

  /** End and number of the intact records from `offset` on. */
  async scan(offset: number, size: number): Promise<{ end: number; records: number }> {
    let end = offset;
    for (let records = 0; ; records++) {
      const record = await this.read(end, size);
      if (record === undefined) return { end, records };
      end += framedBytes(record);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }

  /** A view that the next call may overwrite. */
  async #bytes(offset: number, length: number, size: number): Promise<Buffer | undefined> {
    if (offset + length > size) return undefined;
    if (length > windowBytes) {
      const large = Buffer.allocUnsafe(length);
      const { bytesRead } = await this.#file.read(large, 0, length, offset);
      return bytesRead === length ? large : undefined;
    }
    if (offset < this.#windowStart || offset + length > this.#windowEnd) {
      const { bytesRead } = await this.#file.read(this.#window, 0, Math.min(windowBytes, size - offset), offset);
      this.#windowStart = offset;
      this.#windowEnd = offset + bytesRead;
      if (bytesRead < length) return undefined;
    }
    return this.#window.subarray(offset - this.#windowStart, offset - this.#windowStart + length);
  }
}
