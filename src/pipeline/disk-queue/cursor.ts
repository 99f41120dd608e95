import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';

/** Up to where a queue's records are done. */
export interface Position {
  readonly segment: number;
  readonly offset: number;
}

const bytes = 16;

/**
 * The position in a file of its own, overwritten in place. It is not synced: kill -9 loses nothing of it, and after a power
 * failure some records that were done come again.
 */
export class CursorFile implements Disposable {
  readonly #handle: number;

  constructor(path: string) {
    this.#handle = openSync(path, 'a+', 0o600);
    closeSync(this.#handle);
    this.#handle = openSync(path, 'r+');
  }

  read(): Position | undefined {
    const buffer = Buffer.alloc(bytes);
    if (readSync(this.#handle, buffer, 0, bytes, 0) < bytes) return undefined;
    if (crc32(buffer.subarray(0, 12)) !== buffer.readUInt32LE(12)) return undefined;
    return { segment: buffer.readUIntLE(0, 6), offset: buffer.readUIntLE(6, 6) };
  }

  write({ segment, offset }: Position): void {
    const buffer = Buffer.allocUnsafe(bytes);
    buffer.writeUIntLE(segment, 0, 6);
    buffer.writeUIntLE(offset, 6, 6);
    buffer.writeUInt32LE(crc32(buffer.subarray(0, 12)), 12);
    writeSync(this.#handle, buffer, 0, bytes, 0);
  }

  [Symbol.dispose](): void {
    closeSync(this.#handle);
  }
}
