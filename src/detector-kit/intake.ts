import { type Batch, mostValue } from '../core/batch.ts';
import { isUsable, Quality } from '../core/quality.ts';
import { Columns } from './columns.ts';
import type { SampleColumns } from './samples.ts';

/** Larger values are replaced by the largest whose squares stay finite. */
export const bounded = (value: number): number => (value > mostValue ? mostValue : value < -mostValue ? -mostValue : value);

/** Scans without a sample after which a stretch has ended. */
const gapScans = 3;

/** A sample of good quality, or of no worse quality than an exceeded engineering range or a replaced source time. */
export function hasValue(batch: Batch, row: number): boolean {
  const quality = batch.quality[row] as number;
  return isUsable(quality) || (quality & 0xffff_0000) >>> 0 === Quality.UncertainEngineeringUnitsExceeded;
}

/** Most layouts of batches that are known. */
const mostLayouts = 256;

/** What the batches of one layout contain for this intake. No channel is in two of them. */
interface Contents {
  /** The first row of each channel, and the channel. */
  readonly rows: Int32Array;
  readonly channels: Int32Array;
  /** A longer step is a gap for some channel. */
  readonly leastGapMs: number;
  /** Time of the last sample of each channel; NaN while the channels have their own. */
  time: number;
}

/**
 * Selects the samples that count and detects gaps. After `admit`, `time`, `value` and `gap` describe the sample. Samples come in stream time
 * (`ingest/stream-time.ts`): one with the time of the last one repeats it, and an earlier one is an error that is counted.
 */
export class Intake {
  /** Samples that the intakes of this thread have not admitted because they were earlier than the last one. */
  static dropped = 0;
  /** ms UTC */
  time = 0;
  value = 0;
  /** The previous sample is missing or too old. */
  gap = true;
  readonly #last: Float64Array;
  readonly #gapMs: Float64Array;
  readonly #state: Columns;
  /** Known layouts, and what each contains; undefined if it shares a channel with another one. Few, so that a search of the list is short. */
  readonly #layouts: Uint32Array[] = [];
  readonly #contents: (Contents | undefined)[] = [];
  /** Number of contents with a time of their own. */
  #together = 0;

  constructor(scanMs: readonly number[]) {
    this.#state = new Columns(scanMs.length);
    this.#last = this.#state.add('time', 1, Number.NEGATIVE_INFINITY);
    this.#gapMs = Float64Array.from(scanMs, (ms) => gapScans * ms);
  }

  get state(): Columns {
    this.#part();
    return this.#state;
  }

  admit(channel: number, batch: Batch, row: number): boolean {
    return hasValue(batch, row) && this.take(channel, batch.sourceTime[row] as number, batch.value[row] as number);
  }

  /**
   * Admits the samples of some rows, up to the second one of a tag: the same result as repeated calls of `admit`, several times as fast.
   * @param channelOf by tag; −1 if it has none
   * @returns the row to continue with
   */
  collect(batch: Batch, from: number, to: number, channelOf: Int32Array, into: SampleColumns): number {
    if (!Number.isNaN(batch.plainTime)) return this.#collectPlain(batch, from, to, channelOf, into);
    this.#part();
    const { tag, value, quality, sourceTime } = batch;
    const { collected, number } = into;
    const [last, gapMs] = [this.#last, this.#gapMs];
    const { channel: channels, time: times, value: values, gap: gaps } = into;
    let length = 0;
    let row = from;
    for (; row < to; row++) {
      const index = tag[row] as number;
      const channel = channelOf[index] ?? -1;
      if (channel < 0) continue;
      if (collected[index] === number) break;
      collected[index] = number;
      if (quality[row] !== 0 && !hasValue(batch, row)) continue;
      const time = sourceTime[row] as number;
      const one = value[row] as number;
      const before = last[channel] as number;
      if (!Number.isFinite(one) || !Number.isFinite(time)) continue;
      if (time <= before) {
        if (time < before) Intake.dropped++;
        continue;
      }
      last[channel] = time;
      channels[length] = channel;
      times[length] = time;
      values[length] = bounded(one);
      const gap = time - before > (gapMs[channel] as number);
      gaps[length++] = gap ? 1 : 0;
      if (gap) into.hasGap = true;
    }
    into.length = length;
    return row;
  }

  /**
   * Collects the samples of a batch of a recording that were read in one poll, for detectors that take one sample after the other.
   * @returns false if the batch is not such a one; then nothing is collected
   */
  collectPoll(batch: Batch, channelOf: Int32Array, into: SampleColumns): boolean {
    if (batch.layout === undefined || Number.isNaN(batch.plainTime)) return false;
    into.begin(batch.length);
    this.#collectPlain(batch, 0, batch.length, channelOf, into);
    return true;
  }

  /** The same for a batch of ordinary samples. Most batches are, and each detector collects them. */
  #collectPlain(batch: Batch, from: number, to: number, channelOf: Int32Array, into: SampleColumns): number {
    const { tag, value, plainTime: time } = batch;
    const contents = to - from === batch.length ? this.#contentsOf(batch, channelOf) : undefined;
    if (contents !== undefined && this.#collectTogether(batch, contents, into)) return to;
    if (contents === undefined) this.#part();
    const [last, gapMs] = [this.#last, this.#gapMs];
    const { channel: channels, value: values, gap: gaps } = into;
    let length = 0;
    let anyGap = 0;
    for (let row = from; row < to; row++) {
      const channel = channelOf[tag[row] as number] as number;
      if (!(channel >= 0)) continue;
      const since = time - (last[channel] as number);
      // a second sample of a tag does not count: it has the same time
      if (!(since > 0)) {
        if (since < 0) Intake.dropped++;
        continue;
      }
      last[channel] = time;
      channels[length] = channel;
      values[length] = value[row] as number;
      const gap = since > (gapMs[channel] as number) ? 1 : 0;
      gaps[length++] = gap;
      anyGap |= gap;
    }
    into.time.fill(time, 0, length);
    if (anyGap === 1) into.hasGap = true;
    into.length = length;
    if (contents !== undefined && length === contents.channels.length) {
      contents.time = time;
      this.#together++;
    }
    return to;
  }

  /**
   * Collects all samples of a batch whose tags had one time before and have one now, as recordings of polls do.
   * @returns false if each channel must be looked at
   */
  #collectTogether({ value, plainTime: time }: Batch, contents: Contents, into: SampleColumns): boolean {
    const { rows, channels, leastGapMs } = contents;
    if (!(time > contents.time && time - contents.time <= leastGapMs)) {
      this.#partFrom(contents);
      return false;
    }
    const length = channels.length;
    into.channel.set(channels);
    into.time.fill(time, 0, length);
    into.gap.fill(0, 0, length);
    for (let i = 0; i < length; i++) into.value[i] = value[rows[i] as number] as number;
    into.length = length;
    contents.time = time;
    return true;
  }

  #contentsOf({ layout, tag }: Batch, channelOf: Int32Array): Contents | undefined {
    if (layout === undefined) return undefined;
    const known = this.#layouts.indexOf(layout);
    if (known >= 0) return this.#contents[known];
    if (this.#layouts.length >= mostLayouts) return undefined;
    const rowOf = new Map<number, number>();
    for (let row = 0; row < tag.length; row++) {
      const channel = channelOf[tag[row] as number] ?? -1;
      if (channel >= 0 && !rowOf.has(channel)) rowOf.set(channel, row);
    }
    const channels = Int32Array.from(rowOf.keys());
    const leastGapMs = channels.reduce(
      (least, channel) => Math.min(least, this.#gapMs[channel] as number),
      Number.POSITIVE_INFINITY,
    );
    const isRival = (other: Contents | undefined): boolean => other?.channels.some((channel) => rowOf.has(channel)) === true;
    const hasRival = this.#contents.some(isRival);
    this.#part();
    this.#contents.forEach((other, i) => {
      if (isRival(other)) this.#contents[i] = undefined;
    });
    const contents = hasRival ? undefined : { rows: Int32Array.from(rowOf.values()), channels, leastGapMs, time: Number.NaN };
    this.#layouts.push(layout);
    this.#contents.push(contents);
    return contents;
  }

  /** Gives every channel a time of its own again. */
  #part(): void {
    if (this.#together === 0) return;
    for (const contents of this.#contents) if (contents !== undefined) this.#partFrom(contents);
  }

  #partFrom(contents: Contents): void {
    if (Number.isNaN(contents.time)) return;
    for (const channel of contents.channels) this.#last[channel] = contents.time;
    contents.time = Number.NaN;
    this.#together--;
  }

  /** Admits a sample that has a value, if it is later than the last one. */
  take(channel: number, time: number, value: number): boolean {
    this.#part();
    const last = this.#last[channel] as number;
    if (!Number.isFinite(value) || !Number.isFinite(time)) return false;
    if (time <= last) {
      if (time < last) Intake.dropped++;
      return false;
    }
    this.#last[channel] = time;
    this.gap = time - last > (this.#gapMs[channel] as number);
    this.time = time;
    this.value = bounded(value);
    return true;
  }
}
