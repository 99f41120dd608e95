import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';

/** Bytes of one read. */
const chunkBytes = 256 * 1024;

/** A file is larger than its bound. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';

  constructor(mostBytes: number) {
    super(`it is larger than ${mostBytes} bytes`);
  }
}

/**
 * Content of a file from outside. Its size is bounded while it is read, since a device file states none and a file may grow.
 * @throws TooLarge, or the error of the system
 */
export async function readWithin(path: string, mostBytes: number): Promise<Buffer> {
  const file = await open(path);
  try {
    refuseFolder((await file.stat()).isDirectory());
    const content = new Content(mostBytes);
    for (;;) {
      const { bytesRead } = await file.read(content.chunk, 0, chunkBytes, null);
      if (bytesRead === 0) return content.whole();
      content.add(bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** Like `readWithin`; only for threads and commands that have nothing else to do: a disk that hangs occupies no other thread. */
export function readWithinSync(path: string, mostBytes: number): Buffer {
  const file = openSync(path, 'r');
  try {
    refuseFolder(fstatSync(file).isDirectory());
    const content = new Content(mostBytes);
    for (;;) {
      const bytesRead = readSync(file, content.chunk);
      if (bytesRead === 0) return content.whole();
      content.add(bytesRead);
    }
  } finally {
    closeSync(file);
  }
}

class Content {
  chunk = Buffer.allocUnsafe(chunkBytes);
  readonly #parts: Buffer[] = [];
  readonly #mostBytes: number;
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  add(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#mostBytes) throw new TooLarge(this.#mostBytes);
    this.#parts.push(this.chunk.subarray(0, bytes));
    this.chunk = Buffer.allocUnsafe(chunkBytes);
  }

  whole(): Buffer {
    return Buffer.concat(this.#parts, this.#bytes);
  }
}

function refuseFolder(isFolder: boolean): void {
  if (isFolder) throw new Error('it is a folder');
}
