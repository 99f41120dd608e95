import { mkdirSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../core/clock.ts';
import { ScadaError } from '../../core/errors.ts';
import type { Logger } from '../../core/plugin.ts';
import type { QueueStats } from '../../core/queue.ts';
import { Rounds } from '../../core/rounds.ts';
import { open, type OpenFile, rm } from '../../data-directory/files.ts';
import { fileWrites } from '../../data-directory/writes.ts';
import { CursorFile, type Position, readCursor } from './cursor.ts';
import { createSegment, frame, framedBytes, headerBytes, SegmentReader, writeHeader } from './segment.ts';

export interface DiskQueueOptions {
  readonly name: string;
  readonly dir: string;
  /** Most waiting bytes; the disk holds up to two segments more. */
  readonly boundBytes: number;
  /** Policy at the bound: the new record is refused, or the oldest segment is dropped. */
  readonly policy: 'drop-oldest' | 'drop-newest';
  readonly logger: Logger;
  /** Size at which a file is finished and the next one started; by default an eighth of the bound, at most 8 MiB. */
  readonly segmentBytes?: number;
}

/** A record and its end position, for `done`. */
export interface QueuedRecord {
  readonly bytes: Buffer;
  readonly end: Position;
}

interface Append {
  readonly record: Uint8Array;
  readonly resolve: (kept: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A bounded queue of records on disk. It survives kill -9 at any moment and power loss: `append` resolves after the
 * record is synced (records that come together share one sync). One consumer takes the oldest with `next` and removes it with
 * `done`. Records without `done` are delivered again after a restart, so delivery is at least once and in order. Append-only segment
 * files; each record with its length and CRC-32; a torn end is cut off.
 */
export class DiskQueue implements AsyncDisposable {
  readonly #options: Required<DiskQueueOptions>;
  readonly #cursorFile: CursorFile;
  /** Bytes of each segment, oldest first; the last one is being written. */
  readonly #segments: Map<number, number>;
  #writer: OpenFile;
  #active: number;
  #cursor: Position;
  #reader: { readonly segment: number; readonly reader: SegmentReader } | undefined;
  #appends: Append[] = [];
  /** Frames of the segment in progress, for one write. */
  #unwritten: Buffer[] = [];
  #unwrittenBytes = 0;
  /** Segment files that are completed. */
  #finished: number[] = [];
  #removing: Promise<void> | undefined;
  #appending: Promise<void> | undefined;
  #arrived = Promise.withResolvers<void>();
  #dropped = 0;
  #closed = false;

  private constructor(
    options: Required<DiskQueueOptions>,
    cursorFile: CursorFile,
    segments: Map<number, number>,
    active: number,
    writer: OpenFile,
    cursor: Position,
  ) {
    this.#options = options;
    this.#cursorFile = cursorFile;
    this.#segments = segments;
    this.#active = active;
    this.#writer = writer;
    this.#cursor = cursor;
  }

  static async open(given: DiskQueueOptions): Promise<DiskQueue> {
    // dropping the oldest drops a whole segment, which must be a small part of the kept data
    const options = { segmentBytes: Math.min(8_388_608, given.boundBytes / 8), ...given };
    const { dir, logger, name } = options;
    mkdirSync(dir, { recursive: true });
    const cursorPath = join(dir, 'cursor');
    const stored = readCursor(cursorPath);
    const cursorFile = new CursorFile(cursorPath, (message) => {
      logger.error(`queue ${name} cannot store its position: ${message}. After a crash, delivered records are delivered again.`);
    });
    const segments = new Map<number, number>();
    for (const id of segmentsIn(dir)) {
      if (stored !== undefined && id < stored.segment) rmSync(segmentPath(dir, id));
      else segments.set(id, statSync(segmentPath(dir, id)).size);
    }
    const last = [...segments.keys()].at(-1);
    let writer: OpenFile;
    let active: number;
    if (last === undefined) {
      active = (stored?.segment ?? 0) + 1;
      writer = await createSegment(segmentPath(dir, active));
      segments.set(active, headerBytes);
    } else {
      active = last;
      const end = await cutTornEnd(segmentPath(dir, last), segments.get(last) ?? 0, name, logger);
      segments.set(last, end);
      writer = await open(segmentPath(dir, last), 'r+');
      if (end === headerBytes) await writeHeader(writer);
    }
    const first = segments.keys().next().value ?? active;
    const size = segments.get(first) ?? headerBytes;
    const offset = stored?.segment === first ? Math.min(stored.offset, size) : headerBytes;
    return new DiskQueue(options, cursorFile, segments, active, writer, { segment: first, offset });
  }

  /** True when every record that was appended is done. */
  get empty(): boolean {
    return this.#waitingBytes() === 0;
  }

  /** `used` and `bound` in bytes, `dropped` in records since the start. */
  stats(): QueueStats {
    const { name, boundBytes, policy } = this.#options;
    return { name, used: this.#waitingBytes(), bound: boundBytes, policy, dropped: this.#dropped };
  }

  /**
   * Resolves when the record is on disk: false if it was dropped because the queue is full.
   * @throws ScadaError SPOOL_FULL if the disk does not take it
   */
  async append(record: Uint8Array): Promise<boolean> {
    if (this.#closed) throw new ScadaError('fatal', 'QUEUE_CLOSED', `queue ${this.#options.name} is closed`);
    const { promise, resolve, reject } = Promise.withResolvers<boolean>();
    this.#appends.push({ record, resolve, reject });
    this.#startAppending();
    return await promise;
  }

  /** The oldest record that is not done, as soon as there is one. Rejects when the signal aborts. */
  async next(signal: AbortSignal): Promise<QueuedRecord> {
    const rounds = new Rounds(systemClock);
    for (;;) {
      await rounds.next(signal);
      const record = await this.#read();
      if (record !== undefined) return record;
      if (!this.empty) continue;
      await abortable(this.#arrived.promise, signal);
      rounds.worked();
    }
  }

  /** Marks a record as completed; it may be deleted. */
  done({ end }: QueuedRecord): void {
    // it was dropped in the meantime
    if (end.segment !== this.#cursor.segment) return;
    this.#moveTo(end);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#appending;
    await this.#writer.close();
    await this.#reader?.reader[Symbol.asyncDispose]();
    await this.#cursorFile[Symbol.asyncDispose]();
    await this.#removing;
  }

  #startAppending(): void {
    this.#appending ??= this.#appendAll().finally(() => {
      this.#appending = undefined;
      if (this.#appends.length > 0) this.#startAppending();
    });
  }

  async #appendAll(): Promise<void> {
    while (this.#appends.length > 0) {
      const taken = this.#appends.splice(0);
      try {
        const kept = await fileWrites.run(() => this.#appendGroup(taken));
        for (const [i, { resolve }] of taken.entries()) resolve(kept[i] === true);
      } catch (cause) {
        this.#forgetFrames();
        const { name, dir } = this.#options;
        const message = `queue ${name} cannot write to ${dir}: ${(cause as Error).message}`;
        const error = new ScadaError('retryable', 'SPOOL_FULL', message, { hint: 'free space on the disk', cause });
        for (const { reject } of taken) reject(error);
      }
      const arrived = this.#arrived;
      this.#arrived = Promise.withResolvers<void>();
      arrived.resolve();
    }
  }

  /** True for each record that is on disk then; the others were dropped. */
  async #appendGroup(taken: readonly Append[]): Promise<boolean[]> {
    const kept: boolean[] = [];
    for (const { record } of taken) {
      const isRoom = await this.#makeRoom(framedBytes(record));
      if (isRoom) await this.#put(frame(record));
      kept.push(isRoom);
    }
    await this.#writeFrames();
    await this.#writer.datasync();
    this.#dropped += kept.filter((each) => !each).length;
    return kept;
  }

  async #put(framed: Buffer): Promise<void> {
    const size = this.#sizeOf(this.#active) + this.#unwrittenBytes;
    const isDone = this.empty && this.#unwrittenBytes === 0 && size > headerBytes;
    if (isDone || size >= this.#options.segmentBytes) await this.#rotate();
    this.#unwritten.push(framed);
    this.#unwrittenBytes += framed.length;
  }

  /** A failed write leaves the known size unchanged: the next one overwrites its remains. */
  async #writeFrames(): Promise<void> {
    if (this.#unwritten.length === 0) return;
    const frames = Buffer.concat(this.#unwritten);
    this.#forgetFrames();
    const size = this.#sizeOf(this.#active);
    await this.#writer.write(frames, 0, frames.length, size);
    this.#segments.set(this.#active, size + frames.length);
  }

  #forgetFrames(): void {
    this.#unwritten = [];
    this.#unwrittenBytes = 0;
  }

  async #rotate(): Promise<void> {
    await this.#writeFrames();
    await this.#writer.datasync();
    const path = segmentPath(this.#options.dir, this.#active + 1);
    // of an attempt that has failed, e.g. on a full disk
    await rm(path, { force: true });
    const next = await createSegment(path);
    await this.#writer.close();
    this.#active++;
    this.#writer = next;
    this.#segments.set(this.#active, headerBytes);
    await syncFolder(this.#options.dir);
  }

  async #makeRoom(bytes: number): Promise<boolean> {
    const { boundBytes, policy } = this.#options;
    while (this.#waitingBytes() + this.#unwrittenBytes + bytes > boundBytes) {
      if (policy === 'drop-newest') return false;
      await this.#writeFrames();
      if (this.empty) return false;
      await this.#dropOldestSegment();
      await this.#removeFinished();
    }
    return true;
  }

  async #dropOldestSegment(): Promise<void> {
    const { segment, offset } = this.#cursor;
    if (segment === this.#active) await this.#rotate();
    await using reader = await SegmentReader.open(segmentPath(this.#options.dir, segment));
    const { records } = await reader.scan(offset, this.#sizeOf(segment));
    // the consumer may have completed some of them meanwhile; they are then counted as dropped, so that no drop is missed
    if (this.#cursor.segment !== segment) return;
    this.#dropped += records;
    this.#options.logger.error(`queue ${this.#options.name} is full: its ${records} oldest records are dropped`);
    this.#skipSegment();
  }

  async #read(): Promise<QueuedRecord | undefined> {
    const { segment, offset } = this.#cursor;
    const size = this.#sizeOf(segment);
    if (offset >= size) {
      if (segment === this.#active) return undefined;
      this.#skipSegment();
      return await this.#read();
    }
    let bytes: Buffer | undefined;
    try {
      bytes = await (await this.#readerOf(segment)).read(offset, size);
    } catch (error) {
      // its file is gone if it was dropped meanwhile
      if (segment === this.#cursor.segment) throw error;
    }
    if (segment !== this.#cursor.segment) return await this.#read();
    if (bytes !== undefined) return { bytes, end: { segment, offset: offset + framedBytes(bytes) } };
    this.#dropped++;
    const { name, dir, logger } = this.#options;
    logger.error(`queue ${name}: ${segmentPath(dir, segment)} is damaged at byte ${offset}; what follows in it is lost`);
    if (segment === this.#active) this.#moveTo({ segment, offset: size });
    else this.#skipSegment();
    return await this.#read();
  }

  async #readerOf(segment: number): Promise<SegmentReader> {
    if (this.#reader?.segment !== segment) {
      await this.#reader?.reader[Symbol.asyncDispose]();
      this.#reader = { segment, reader: await SegmentReader.open(segmentPath(this.#options.dir, segment)) };
    }
    return this.#reader.reader;
  }

  /** Continues with the segment after the one under the cursor, and removes that. */
  #skipSegment(): void {
    const { segment } = this.#cursor;
    this.#segments.delete(segment);
    this.#moveTo({ segment: this.#segments.keys().next().value ?? this.#active, offset: headerBytes });
    this.#finished.push(segment);
    this.#removing ??= fileWrites.run(() => this.#removeFinished()).finally(() => (this.#removing = undefined));
  }

  async #removeFinished(): Promise<void> {
    for (let segment = this.#finished.shift(); segment !== undefined; segment = this.#finished.shift()) {
      // a segment that cannot be removed now is removed when the queue is opened again
      await rm(segmentPath(this.#options.dir, segment), { force: true }).catch(() => {});
    }
  }

  #moveTo(position: Position): void {
    this.#cursor = position;
    this.#cursorFile.write(position);
  }

  #sizeOf(segment: number): number {
    return this.#segments.get(segment) ?? headerBytes;
  }

  #waitingBytes(): number {
    let bytes = headerBytes - this.#cursor.offset;
    for (const size of this.#segments.values()) bytes += size - headerBytes;
    return bytes;
  }
}

const segmentPath = (dir: string, id: number): string => join(dir, `${String(id).padStart(12, '0')}.segment`);

const segmentsIn = (dir: string): number[] =>
  readdirSync(dir)
    .flatMap((name) => /^(\d{12})\.segment$/.exec(name)?.[1] ?? [])
    .map(Number)
    .toSorted((a, b) => a - b);

/** Removes the remains of a write that a crash interrupted. Returns the remaining size. */
async function cutTornEnd(path: string, size: number, name: string, logger: Logger): Promise<number> {
  await using reader = await SegmentReader.open(path);
  const { end } = await reader.scan(headerBytes, size);
  if (end < size) {
    logger.warn(`queue ${name}: ${size - end} bytes of an unfinished record are cut off`, { file: path });
    truncateSync(path, end);
  }
  return end;
}

/** A new file survives power loss only after its folder is synced. */
async function syncFolder(dir: string): Promise<void> {
  const folder = await open(dir, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function abortable(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
