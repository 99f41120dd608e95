import { join } from 'node:path';
import { toScadaError } from '../../core/errors.ts';
import type { PacketSink, RawPacket } from '../../core/packets.ts';
import type { Logger } from '../../core/plugin.ts';
import type { Span } from '../../core/traffic.ts';
import { mkdir, rename, rm, stat } from '../../data-directory/files.ts';
import { fileWrites } from '../../data-directory/writes.ts';
import { heldFolder, packetFiles, segmentMs } from './files.ts';
import { ignoreMissing, PacketSegment } from './segment.ts';

const segmentBytes = 8_388_608;
/** Most bytes that wait for the disk. Packets beyond are lost, counted and an alarm. */
const mostWaiting = 16_777_216;
/** Bytes that are written before the next flush. */
const writtenAtOnce = 1_048_576;
/** Most files of the ring, and most held ones, whatever their size. */
const mostFiles = 2_000;
/** Most spans that wait for their end. */
const mostSpans = 1_000;

export interface PacketRingOptions {
  /** Created with the first packet. */
  readonly dir: string;
  /** Bytes of packets on disk: the latest ones, and those that are held. */
  readonly ringBytes: number;
  readonly heldBytes: number;
  readonly logger: Logger;
}

/**
 * The latest packets of all taps, in files of at most a minute. Files around acts on the network are held: they move to a folder with a
 * bound of its own, so that later traffic does not replace them.
 */
export class PacketRing implements PacketSink, AsyncDisposable {
  readonly #options: PacketRingOptions;
  /** Oldest first. The last one is open for packets if `#isOpen`. */
  #ring: PacketSegment[] = [];
  #held: PacketSegment[] = [];
  #isOpen = false;
  #next = 1;
  #spans: Span[] = [];
  /** Bytes that wait for the disk. */
  #waiting = 0;
  #flushing: Promise<void> | undefined;
  #lost = 0;
  #lostBefore = 0;
  #error: string | undefined;

  private constructor(options: PacketRingOptions) {
    this.#options = options;
  }

  static async open(options: PacketRingOptions): Promise<PacketRing> {
    const ring = new PacketRing(options);
    ring.#ring = await ring.#found(options.dir);
    ring.#held = await ring.#found(join(options.dir, heldFolder));
    return ring;
  }

  take(tap: string, time: number, packet: RawPacket): void {
    if (this.#waiting + packet.end - packet.start > mostWaiting) {
      this.#lost++;
      return;
    }
    const segment = this.#segmentFor(time);
    const before = segment.waiting;
    segment.take(tap, time, packet);
    this.#waiting += segment.waiting - before;
    if (this.#waiting > writtenAtOnce && this.#error === undefined) void this.flush(time);
  }

  /** Keeps the packets of a span, also those that are still to come. */
  hold({ from, to }: Span): void {
    const last = this.#spans.at(-1);
    const isNear = last !== undefined && from <= last.to && to >= last.from;
    if (last !== undefined && (isNear || this.#spans.length >= mostSpans))
      this.#spans[this.#spans.length - 1] = { from: Math.min(from, last.from), to: Math.max(to, last.to) };
    else this.#spans.push({ from, to });
  }

  /** Bytes of both parts, and the number of packets that are not kept because the disk was too slow or failed. */
  usage(): { readonly ringBytes: number; readonly heldBytes: number; readonly lost: number } {
    return { ringBytes: bytesOf(this.#ring), heldBytes: bytesOf(this.#held), lost: this.#lost };
  }

  /** Reason why packets are not on disk; undefined while they are. Must be called about once a second. */
  fault(): string | undefined {
    const isLosing = this.#lost > this.#lostBefore;
    this.#lostBefore = this.#lost;
    return this.#error ?? (isLosing ? 'the network is faster than the disk' : undefined);
  }

  /**
   * Writes what waits, holds files and deletes the oldest ones. Never rejects.
   * @param now ms UTC of the site's clock
   */
  async flush(now: number): Promise<void> {
    this.#flushing ??= this.#write(now).finally(() => (this.#flushing = undefined));
    await this.#flushing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#flushing;
    await this.#write(Number.NEGATIVE_INFINITY);
  }

  #segmentFor(time: number): PacketSegment {
    const open = this.#isOpen ? this.#ring.at(-1) : undefined;
    // a clock that was set back begins another file, too
    if (open !== undefined && Math.abs(time - open.from) < segmentMs && open.bytes < segmentBytes) return open;
    const segment = new PacketSegment(packetFiles.name(this.#next++, time), time);
    this.#ring.push(segment);
    this.#isOpen = true;
    return segment;
  }

  async #write(now: number): Promise<void> {
    const waiting = this.#ring.filter((segment) => segment.waiting > 0);
    try {
      if (waiting.length > 0) await this.#writeAll(waiting);
      const last = this.#ring.at(-1);
      if (last !== undefined && now - last.from >= segmentMs) this.#isOpen = false;
      await this.#hold(now);
      await this.#trim();
      this.#error = undefined;
    } catch (thrown) {
      const { message } = toScadaError(thrown);
      if (this.#error === undefined) this.#options.logger.error(`raw packets cannot be written: ${message}`);
      this.#error = message;
    }
  }

  async #writeAll(segments: readonly PacketSegment[]): Promise<void> {
    const { dir } = this.#options;
    try {
      await fileWrites.run(async () => {
        await mkdir(dir, { recursive: true, mode: 0o700 });
        for (const segment of segments) await segment.write(join(dir, segment.name), this.#error !== undefined);
      });
    } finally {
      this.#waiting = this.#ring.reduce((sum, segment) => sum + segment.waiting, 0);
    }
  }

  /** Moves the closed files of the spans. */
  async #hold(now: number): Promise<void> {
    const { dir } = this.#options;
    const closed = this.#isOpen ? this.#ring.slice(0, -1) : this.#ring;
    const due = closed.filter((segment) => segment.waiting === 0 && this.#spans.some((span) => segment.overlaps(span)));
    if (due.length > 0) await mkdir(join(dir, heldFolder), { recursive: true, mode: 0o700 });
    for (const segment of due) {
      await rename(join(dir, segment.name), join(dir, heldFolder, segment.name)).catch(ignoreMissing);
      this.#ring = this.#ring.filter((one) => one !== segment);
      this.#held.push(segment);
    }
    // packets of a span can come until the file that was open at its end is closed
    this.#spans = this.#spans.filter(({ to }) => now < to + 2 * segmentMs);
  }

  async #trim(): Promise<void> {
    const { dir, ringBytes, heldBytes, logger } = this.#options;
    const open = this.#isOpen ? this.#ring.slice(-1) : [];
    const closed = this.#isOpen ? this.#ring.slice(0, -1) : this.#ring;
    this.#ring = [...(await trimmed(dir, closed, ringBytes, () => {})), ...open];
    this.#held = await trimmed(join(dir, heldFolder), this.#held, heldBytes, ({ from }) =>
      logger.warn(`the oldest held packets were deleted, the bound is reached: ${new Date(from).toISOString()}`),
    );
  }

  async #found(dir: string): Promise<PacketSegment[]> {
    const files = await packetFiles.in(dir);
    const found: PacketSegment[] = [];
    for (const { name, number, from } of files) {
      this.#next = Math.max(this.#next, number + 1);
      found.push(PacketSegment.found(name, from, from + segmentMs, (await stat(join(dir, name))).size));
    }
    return found;
  }
}

const bytesOf = (segments: readonly PacketSegment[]): number => segments.reduce((sum, { bytes }) => sum + bytes, 0);

/** The segments within a bound; older ones are deleted. */
async function trimmed(
  dir: string,
  segments: readonly PacketSegment[],
  bound: number,
  onDelete: (segment: PacketSegment) => void,
): Promise<PacketSegment[]> {
  let bytes = bytesOf(segments);
  const kept = [...segments];
  for (let [oldest] = kept; oldest !== undefined && (bytes > bound || kept.length > mostFiles); [oldest] = kept) {
    await rm(join(dir, oldest.name), { force: true });
    kept.shift();
    bytes -= oldest.bytes;
    onDelete(oldest);
  }
  return kept;
}
