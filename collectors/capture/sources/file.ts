import { type FileHandle, open } from 'node:fs/promises';
import { ScadaError } from '../../../src/core/errors.ts';
import { unpacked } from './gzip.ts';
import type { CaptureSource, OpenSource } from './source.ts';

const chunkBytes = 262_144;

/** Reads a capture file, plain or compressed by gzip. */
export function fileSource(path: string): CaptureSource {
  return {
    name: path,
    live: false,
    async open(signal) {
      signal.throwIfAborted();
      return new FileSource(path, await opened(path));
    },
  };
}

class FileSource implements OpenSource {
  readonly identity: Readonly<Record<string, string>>;
  readonly #path: string;
  readonly #file: FileHandle;

  constructor(path: string, file: FileHandle) {
    this.identity = { source: `file ${path}` };
    this.#path = path;
    this.#file = file;
  }

  async *chunks(): AsyncGenerator<Buffer, void, void> {
    const raw = this.#raw();
    const first = await raw.next();
    if (first.done === true) return;
    const all = resumed(first.value, raw);
    yield* first.value.length > 1 && first.value.readUInt16BE(0) === 0x1f8b ? unpacked(all, this.#path) : all;
  }

  async dropped(): Promise<number> {
    return 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }

  async *#raw(): AsyncGenerator<Buffer, void, void> {
    for (;;) {
      const { bytesRead, buffer } = await this.#file.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  }
}

async function* resumed(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  yield first;
  yield* rest;
}

async function opened(path: string): Promise<FileHandle> {
  try {
    const file = await open(path, 'r');
    if (!(await file.stat()).isDirectory()) return file;
    await file.close();
    throw new Error('it is a directory');
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new ScadaError('config', 'INPUT_INVALID', `the capture ${path} cannot be opened: ${why}`, {
      hint: 'correct the path, or the permissions of the file',
      cause: thrown,
    });
  }
}
