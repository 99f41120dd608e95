import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Clock, systemClock } from '../core/clock.ts';
import { mkdir, open, type OpenFile, rename, writeLast } from '../data-directory/files.ts';
import { fileWrites } from '../data-directory/writes.ts';

export interface LogFileBounds {
  /** Size of a file, bytes. One line may exceed it. */
  readonly bytes: number;
  /** Number of earlier files. `name.1` is the newest. */
  readonly files: number;
}

const defaults: LogFileBounds = { bytes: 10 * 1024 * 1024, files: 5 };

/** Most characters that wait for the disk; further lines go to stderr only. */
const mostWaiting = 1_048_576;
/** Longest wait for a pending write at the end of the process, ms. */
const patienceMs = 1_000;
/** Not in append mode, which ignores the position of a write. */
const flags = constants.O_WRONLY | constants.O_CREAT;

/**
 * A log file that is renamed to `name.1` when it is full. Lines are written in the background; pending lines are written at the
 * end of the process. While the disk accepts nothing, lines go to stderr and wait in memory. pino-roll is not used because it
 * numbers the current file too.
 */
export class LogFile implements Disposable {
  readonly #path: string;
  readonly #bounds: LogFileBounds;
  readonly #clock: Clock;
  #handle: OpenFile | undefined;
  /** Position of the next write, so that a repeated write leaves no second copy. */
  #size = 0;
  #error: string | undefined;
  #waiting = '';
  /** Text of the current write. */
  #taken = '';
  #takenAt = Number.NaN;
  #writing: Promise<void> | undefined;
  #ended = false;

  constructor(path: string, bounds: LogFileBounds = defaults, clock: Clock = systemClock) {
    this.#path = path;
    this.#bounds = bounds;
    this.#clock = clock;
    process.once('exit', this.#end);
  }

  /** Reason why the file cannot be written; undefined otherwise. */
  get error(): string | undefined {
    return this.#error ?? (this.#writing === undefined ? undefined : fileWrites.fault());
  }

  write(line: string): void {
    const isFull = this.#waiting.length >= mostWaiting;
    if (isFull || this.#ended || this.error !== undefined) process.stderr.write(line);
    if (this.#ended) return;
    if (!isFull) this.#waiting += line;
    this.retry();
  }

  /** Writes the waiting lines. */
  retry(): void {
    if (!this.#ended) this.#writing ??= this.#write().finally(() => (this.#writing = undefined));
  }

  /** Resolves when no line waits, or when the file cannot be written. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  [Symbol.dispose](): void {
    process.off('exit', this.#end);
    this.#end();
  }

  async #write(): Promise<void> {
    while (this.#waiting !== '' && !this.#ended) {
      this.#taken = this.#waiting;
      this.#takenAt = this.#clock.monotonic();
      this.#waiting = '';
      try {
        await fileWrites.run(() => this.#append());
        this.#error = undefined;
      } catch (thrown) {
        if (this.#ended) return;
        const text = this.#taken;
        this.#taken = '';
        if (this.#error === undefined)
          process.stderr.write(`${this.#path} cannot be written: ${String(thrown)}. The log goes to stderr.\n${text}`);
        this.#error = String(thrown);
        this.#waiting = text + this.#waiting;
        await this.#close();
        return;
      }
    }
  }

  /** Writes the taken text, each file up to its size limit. */
  async #append(): Promise<void> {
    while (this.#taken !== '' && !this.#ended) {
      if (this.#handle !== undefined && this.#size >= this.#bounds.bytes) await this.#rotate();
      const handle = (this.#handle ??= await this.#open());
      if (this.#ended) return void this.#close();
      const bytes = Buffer.from(this.#taken);
      const lineEnd = bytes.indexOf('\n', Math.max(0, this.#bounds.bytes - this.#size - 1));
      const part = lineEnd < 0 ? bytes : bytes.subarray(0, lineEnd + 1);
      await handle.write(part, 0, part.length, this.#size);
      if (this.#ended) return;
      this.#size += part.length;
      this.#taken = bytes.subarray(part.length).toString();
    }
  }

  async #open(): Promise<OpenFile> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    const handle = await open(this.#path, flags, 0o600);
    this.#size = (await handle.stat()).size;
    return handle;
  }

  async #rotate(): Promise<void> {
    await this.#close();
    for (let i = this.#bounds.files; i > 0; i--) {
      const from = i === 1 ? this.#path : `${this.#path}.${i - 1}`;
      await rename(from, `${this.#path}.${i}`).catch((thrown: NodeJS.ErrnoException) => {
        if (thrown.code !== 'ENOENT') throw thrown;
      });
    }
  }

  async #close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    // a failed disk also fails here
    await handle?.close().catch(() => {});
  }

  /** Writes the waiting lines without waiting for a disk that does not respond. Their text then goes to stderr. */
  readonly #end = (): void => {
    if (this.#ended) return;
    this.#ended = true;
    const text = this.#taken + this.#waiting;
    const isSlow = this.#taken !== '' && this.#clock.monotonic() - this.#takenAt > patienceMs;
    if (text !== '' && (isSlow || this.#error !== undefined || !this.#writeNow(text))) process.stderr.write(text);
    void this.#close();
  };

  /** A concurrent write of the same text writes the same bytes to the same position. */
  #writeNow(text: string): boolean {
    if (this.#handle !== undefined && writeLast(this.#path, text, this.#size)) return true;
    try {
      const handle = openSync(this.#path, flags, 0o600);
      writeSync(handle, text, this.#handle === undefined ? fstatSync(handle).size : this.#size);
      closeSync(handle);
      return true;
    } catch {
      return false;
    }
  }
}
