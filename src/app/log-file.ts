import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

export interface LogFileBounds {
  /** A file is not longer than this, by more than one line, bytes. */
  readonly bytes: number;
  /** Earlier files that are kept: `name.1` is the newest of them. */
  readonly files: number;
}

const defaults: LogFileBounds = { bytes: 10 * 1024 * 1024, files: 5 };

/**
 * A log file that is renamed to `name.1` when it is full. Written line by line and synchronously, so that the last line before a
 * crash is on disk; a disk that takes nothing costs log lines and never the process. (pino-roll opens its file asynchronously
 * and writes later, and gives the file in use a number.)
 */
export class LogFile {
  readonly #path: string;
  readonly #bounds: LogFileBounds;
  #handle: number | undefined;
  #size = 0;

  constructor(path: string, bounds: LogFileBounds = defaults) {
    this.#path = path;
    this.#bounds = bounds;
  }

  write(line: string): void {
    try {
      if (this.#handle !== undefined && this.#size >= this.#bounds.bytes) this.#rotate();
      this.#handle ??= this.#open();
      this.#size += writeSync(this.#handle, line);
    } catch {
      // nowhere to report it: the log is what failed. The next line tries again
      this.#close();
    }
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
    if (handle !== undefined) closeSync(handle);
  }
}
