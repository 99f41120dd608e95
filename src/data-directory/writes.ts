import { dirname } from 'node:path';
import { type Clock, systemClock } from '../core/clock.ts';
import { formatDuration } from '../core/format.ts';
import { partDeadlines } from '../core/part-deadlines.ts';
import { fileOperations } from './operations.ts';

/**
 * Longest counted time between two checks, ms. After a longer time the event loop was blocked, and the disk may have responded.
 */
const mostStepMs = 2_000;

/**
 * Runs the file writes of a process one at a time in libuv's thread pool. A slow or hanging disk then occupies one of the four
 * threads; sign-ins, pages and name resolution use the others. Each caller has at most one pending write, which bounds the queue.
 */
export class FileWrites {
  readonly #clock: Clock;
  #last: Promise<void> = Promise.resolve();
  /** The current write. */
  #current: object | undefined;
  /** The write of the last check, the time of that check, and the duration of the write by then. */
  #checked: { readonly work: object; readonly at: number; readonly lastedMs: number } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Runs `work` after the writes before it. `work` must not wait for another write. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    await before;
    this.#current = work;
    try {
      return await work();
    } finally {
      this.#current = undefined;
      resolve();
    }
  }

  /** Reason why writes wait; undefined if they do not. Must be called about once a second. */
  fault(): string | undefined {
    const at = this.#clock.monotonic();
    const work = this.#current;
    const before = this.#checked?.work === work ? this.#checked : undefined;
    const lastedMs = before === undefined ? 0 : before.lastedMs + Math.min(at - before.at, mostStepMs);
    this.#checked = work === undefined ? undefined : { work, at, lastedMs };
    return lastedMs >= partDeadlines.diskMs ? `the disk has not answered for ${formatDuration(partDeadlines.diskMs)}` : undefined;
  }
}

/** One instance per process, like the thread pool. */
export const fileWrites = new FileWrites(systemClock);

/** A small file that is replaced as a whole in the background. During a write, only the newest content waits. */
export class ReplacedFile {
  readonly #file: string;
  readonly #onFault: (message: string) => void;
  #next: { readonly text: string | undefined } | undefined;
  #writing: Promise<void> | undefined;
  #error: string | undefined;

  /** @param onFault receives the reason when writes begin to fail */
  constructor(file: string, onFault: (message: string) => void) {
    this.#file = file;
    this.#onFault = onFault;
  }

  /** @param text of the whole file; undefined removes it */
  put(text: string | undefined): void {
    this.#next = { text };
    this.#start();
  }

  /** Reason why the newest content is not on disk; undefined without a failure. Failed content is written again. */
  fault(): string | undefined {
    if (this.#error !== undefined) this.#start();
    return this.#error ?? (this.#writing === undefined ? undefined : fileWrites.fault());
  }

  /** Resolves when no write is pending. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  #start(): void {
    this.#writing ??= this.#write().finally(() => (this.#writing = undefined));
  }

  async #write(): Promise<void> {
    while (this.#next !== undefined) {
      const content = this.#next;
      this.#next = undefined;
      try {
        await fileWrites.run(() => replace(this.#file, content.text));
        this.#error = undefined;
      } catch (thrown) {
        const { message } = thrown as Error;
        this.#next ??= content;
        if (this.#error === undefined) this.#onFault(message);
        this.#error = message;
        return;
      }
    }
  }
}

/** Replaces a file atomically: after a crash it has the old or the new content. */
export async function replace(file: string, text: string | undefined): Promise<void> {
  const { mkdir, rename, rm, writeFile } = fileOperations();
  if (text === undefined) {
    await rm(file, { force: true });
    return;
  }
  const made = `${file}.new`;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(made, text, { mode: 0o600 });
  await rename(made, file);
}
