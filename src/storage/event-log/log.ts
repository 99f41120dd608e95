import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { systemClock } from '../../core/clock.ts';
import { Deadline } from '../../core/deadline.ts';
import { toScadaError } from '../../core/errors.ts';
import { encodeJson } from '../../core/json.ts';
import { isCanary, type Observation, timeOf } from '../../core/observation.ts';
import type { Logger } from '../../core/plugin.ts';
import type { TagTable } from '../../core/tag.ts';
import { appendFile, mkdir, rm, stat, truncate } from '../../data-directory/files.ts';
import { fileWrites } from '../../data-directory/writes.ts';
import { type ClockLine, ClockNotes, type RunClocks } from './clocks.ts';
import { encodeEvent } from './codec.ts';
import { nameSegment, segmentsIn } from './segment.ts';

export interface EventLogOptions {
  /** Folder of the log. */
  readonly dir: string;
  readonly tags: TagTable;
  readonly logger: Logger;
  /** Recorded beside the events, so that monotonic time can be computed afterwards. Absent in a replay. */
  readonly clocks?: RunClocks | undefined;
  /** Most bytes on disk; beyond it the oldest file is deleted. Default 1 GiB. */
  readonly boundBytes?: number;
  /** A file is ended at this size. Default 8 MiB. */
  readonly segmentBytes?: number;
}

/** Number of waiting lines that are written without a tick. */
const mostWaiting = 1_000;
/** Longest wait for a write, ms: the disk must not delay the stream. */
const patienceMs = 1_000;
/** Lines that are kept in memory while the disk does not accept them; beyond it the oldest are lost and counted. */
const mostKept = 20_000;

interface Segment {
  readonly path: string;
  bytes: number;
}

const pack = promisify(gzip);

/**
 * Stores every event of the stream except ticks, and the state of the clocks, as lines of JSON in gzip files. Together with the
 * historian's samples it contains all input of the detectors. Each tick completes a gzip member with the events before it, so
 * that a crash loses at most the last member.
 */
export class EventLog implements AsyncDisposable {
  readonly #options: Required<Omit<EventLogOptions, 'clocks'>>;
  readonly #clocks: ClockNotes | undefined;
  /** Oldest first; the last one is open for writing if `#writing` is true. */
  readonly #segments: Segment[] = [];
  #next = 1;
  #writing = false;
  #waiting: string[] = [];
  #waitingSince = Number.NaN;
  #receivedAt = Number.NaN;
  #lost = 0;
  #failing = false;
  #writingNow: Promise<void> | undefined;
  /** True from a write that timed out to one that ended in time. */
  #slow = false;
  readonly #deadline = new Deadline(systemClock, patienceMs, () => new Error('slow'));
  #lastError: string | undefined;

  private constructor({ clocks, ...options }: EventLogOptions) {
    this.#options = { boundBytes: 1_073_741_824, segmentBytes: 8_388_608, ...options };
    this.#clocks = clocks === undefined ? undefined : new ClockNotes(clocks);
    if (this.#clocks !== undefined) this.#note([this.#clocks.first]);
  }

  static async open(options: EventLogOptions): Promise<EventLog> {
    const log = new EventLog(options);
    await mkdir(options.dir, { recursive: true });
    for (const { name, number } of await segmentsIn(options.dir)) {
      const path = join(options.dir, name);
      log.#segments.push({ path, bytes: (await stat(path)).size });
      log.#next = number + 1;
    }
    return log;
  }

  /** Events that were dropped because the disk did not accept them for too long. */
  get lost(): number {
    return this.#lost;
  }

  /** Reason why the disk did not accept the last write; undefined while it does. */
  get fault(): string | undefined {
    if (this.#failing) return this.#lastError;
    return this.#writingNow === undefined ? undefined : fileWrites.fault();
  }

  /** Reason of the last failed write. */
  get lastError(): string | undefined {
    return this.#lastError;
  }

  /**
   * Processes the stream; batches and ticks give the time. Lines wait in memory for a disk that fails or is slow: this neither
   * throws nor waits long for it.
   */
  async take(observation: Observation): Promise<void> {
    if (isCanary(observation)) return;
    const time = timeOf(observation);
    if (observation.kind !== 'event' || observation.event.type === 'tick') {
      if (!Number.isNaN(time)) this.#receivedAt = time;
      if (observation.kind !== 'event') return;
      this.#note(this.#clocks?.tick() ?? []);
      await this.#flush();
      return;
    }
    const at = this.#receivedAt > time ? this.#receivedAt : time;
    this.#wait(at, encodeEvent({ at, event: observation.event }, this.#options.tags));
    if (this.#waiting.length >= mostWaiting && !this.#failing) await this.#flush();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writingNow;
    await this.#write();
  }

  #note(lines: readonly ClockLine[]): void {
    for (const line of lines) this.#wait(line.at, encodeJson(line));
  }

  #wait(at: number, line: string): void {
    if (this.#waiting.length === 0) this.#waitingSince = at;
    this.#waiting.push(line);
    this.#bound();
  }

  async #flush(): Promise<void> {
    this.#writingNow ??= this.#write().finally(() => (this.#writingNow = undefined));
    const inTime = this.#deadline.within(this.#writingNow).then(
      () => (this.#slow = false),
      () => (this.#slow = true),
    );
    if (!this.#slow) await inTime;
  }

  #bound(): void {
    if (this.#waiting.length > mostKept) this.#lost += this.#waiting.splice(0, this.#waiting.length - mostKept).length;
  }

  async #write(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const lines = this.#waiting;
    this.#waiting = [];
    try {
      const since = this.#waitingSince;
      const member = await pack(`${lines.join('\n')}\n`);
      await fileWrites.run(async () => {
        const segment = await this.#segmentFor(since);
        await appendFile(segment.path, member, { mode: 0o600 });
        segment.bytes += member.length;
      });
      this.#failing = false;
    } catch (thrown) {
      this.#waiting = [...lines, ...this.#waiting];
      this.#bound();
      const { message } = toScadaError(thrown);
      if (message !== this.#lastError || !this.#failing) {
        this.#options.logger.error(`events cannot be written and wait in memory: ${message}`);
      }
      this.#failing = true;
      this.#lastError = message;
    }
  }

  async #segmentFor(from: number): Promise<Segment> {
    const { dir, segmentBytes } = this.#options;
    const last = this.#segments.at(-1);
    if (this.#writing && last !== undefined && last.bytes < segmentBytes) {
      // a failed write may have left a part of its member: nothing may follow it
      if (this.#failing) await truncate(last.path, last.bytes).catch(ignoreMissing);
      return last;
    }
    const segment = { path: join(dir, nameSegment(this.#next++, from)), bytes: 0 };
    await this.#makeRoom();
    this.#segments.push(segment);
    this.#writing = true;
    return segment;
  }

  /** For one segment more. */
  async #makeRoom(): Promise<void> {
    const { boundBytes, segmentBytes, logger } = this.#options;
    let bytes = segmentBytes + this.#segments.reduce((sum, segment) => sum + segment.bytes, 0);
    while (bytes > boundBytes) {
      const oldest = this.#segments.shift();
      if (oldest === undefined) return;
      bytes -= oldest.bytes;
      await rm(oldest.path, { force: true });
      logger.info('the oldest events were deleted, the log has reached its bound', { file: oldest.path });
    }
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
