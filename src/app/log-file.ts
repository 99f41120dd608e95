import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

export interface LogFileBounds {
  /** A file is not longer than this, by more than one line, bytes. */
  readonly bytes: number;
  /** Earlier files that are kept: `name.1` is the newest of them. */
  readonly files: number;
}

const defaults: LogFileBounds = { bytes: 10 * 1024 * 1024, files: 5 };

/** Characters that wait for the disk; further lines are on stderr only. */
const mostWaiting = 1_048_576;

/**
 * A log file that is renamed to `name.1` when it is full. Written line by line and synchronously, so that the last line before a
 * crash is on disk; while the disk accepts nothing, lines go to stderr, wait in memory, and never cost the process. (pino-roll opens its file asynchronously
 * and writes later, and gives the file in use a number.)
 */
export class LogFile {
  readonly #path: string;
  readonly #bounds: LogFileBounds;
  #handle: number | undefined;
  #size = 0;
  #error: string | undefined;
  #waiting = '';

  constructor(path: string, bounds: LogFileBounds = defaults) {
    this.#path = path;
    this.#bounds = bounds;
  }

  /** Why the file is not written; undefined while it is. */
  get error(): string | undefined {
    return this.#error;
  }

  write(line: string): void {
    if (this.#error === undefined && this.#append(line)) return;
    this.#keep(line);
    this.retry();
  }

  /** Writes the lines that wait. */
  retry(): void {
    if (this.#error === undefined || !this.#append(this.#waiting)) return;
    this.#waiting = '';
    this.#error = undefined;
  }

  #append(text: string): boolean {
    try {
      if (this.#handle !== undefined && this.#size >= this.#bounds.bytes) this.#rotate();
      this.#handle ??= this.#open();
      this.#size += writeSync(this.#handle, text);
      return true;
    } catch (thrown) {
      if (this.#error === undefined)
        process.stderr.write(`${this.#path} cannot be written: ${String(thrown)}. The log goes to stderr.\n`);
      this.#error = String(thrown);
      this.#close();
      return false;
    }
  }

  #keep(line: string): void {
    process.stderr.write(line);
    if (this.#waiting.length < mostWaiting) this.#waiting += line;
  }

  #open(): number {
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
    const handle = openSync(this.#path, 'a', 0o600);
    this.#size = fstatSync(handle).size;
    return handle;
  }

  #rotate(): void {
    this.#close();
    for (let i = this.#bounds.files; i > 0; i--) {
      const from = i === 1 ? this.#path : `${this.#path}.${i - 1}`;
      try {
        renameSync(from, `${this.#path}.${i}`);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
  }

  #close(): void {
    const handle = this.#handle;
    this.#handle = undefined;
    try {
      if (handle !== undefined) closeSync(handle);
    } catch {
      // a disk that is gone fails here as well
    }
  }
}
