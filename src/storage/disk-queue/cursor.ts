import { closeSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { open, type OpenFile } from '../../data-directory/files.ts';
import { fileWrites } from '../../data-directory/writes.ts';

/** End of the completed records of a queue. */
export interface Position {
  readonly segment: number;
  readonly offset: number;
}

const bytes = 16;

/** The position in a cursor file; undefined if it holds none. */
export function readCursor(path: string): Position | undefined {
  const buffer = Buffer.alloc(bytes);
  const handle = openSync(path, 'a+', 0o600);
  try {
    if (readSync(handle, buffer, 0, bytes, 0) < bytes) return undefined;
  } finally {
    closeSync(handle);
  }
  if (crc32(buffer.subarray(0, 12)) !== buffer.readUInt32LE(12)) return undefined;
  return { segment: buffer.readUIntLE(0, 6), offset: buffer.readUIntLE(6, 6) };
}

/**
 * Keeps the position in a file of its own, overwritten in place in the background. During a write only the newest position
 * waits. It is not synced: after a crash or a power failure some completed records are delivered again.
 */
export class CursorFile implements AsyncDisposable {
  readonly #path: string;
  readonly #onFault: (message: string) => void;
  #handle: OpenFile | undefined;
  #next: Position | undefined;
  #writing: Promise<void> | undefined;
  #failing = false;

  /** @param onFault receives the reason when writes begin to fail */
  constructor(path: string, onFault: (message: string) => void) {
    this.#path = path;
    this.#onFault = onFault;
  }

  write(position: Position): void {
    this.#next = position;
    this.#writing ??= this.#write().finally(() => (this.#writing = undefined));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing;
    await this.#handle?.close();
  }

  async #write(): Promise<void> {
    while (this.#next !== undefined) {
      const position = this.#next;
      this.#next = undefined;
      try {
        await fileWrites.run(() => this.#put(position));
        this.#failing = false;
      } catch (thrown) {
        if (!this.#failing) this.#onFault((thrown as Error).message);
        this.#failing = true;
      }
    }
  }

  async #put({ segment, offset }: Position): Promise<void> {
    const buffer = Buffer.allocUnsafe(bytes);
    buffer.writeUIntLE(segment, 0, 6);
    buffer.writeUIntLE(offset, 6, 6);
    buffer.writeUInt32LE(crc32(buffer.subarray(0, 12)), 12);
    this.#handle ??= await open(this.#path, 'r+');
    await this.#handle.write(buffer, 0, bytes, 0);
  }
}
