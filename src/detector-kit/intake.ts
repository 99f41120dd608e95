import { type Batch, mostValue } from '../core/batch.ts';
import { isUsable, Quality } from '../core/quality.ts';
import { Columns } from './columns.ts';
import type { SampleColumns } from './samples.ts';

/** Larger values are replaced by the largest whose squares stay finite. */
export const bounded = (value: number): number => (value > mostValue ? mostValue : value < -mostValue ? -mostValue : value);

/** Largest lead of a device's clock over the monitor's; a later time is reduced to it, so that it cannot block the tag. */
const mostAheadMs = 60_000;
/** Scans without a sample after which a stretch has ended. */
const gapScans = 3;

/** Time of a sample's measurement, ms UTC, limited by the largest lead of a device's clock. */
export function sourceTimeOf(batch: Batch, row: number): number {
  return Math.min(batch.sourceTime[row] as number, (batch.receiveTime[row] as number) + mostAheadMs);
}

/** A sample of good quality, or of no worse quality than an exceeded engineering range or a replaced source time. */
export function hasValue(batch: Batch, row: number): boolean {
  const quality = batch.quality[row] as number;
  return isUsable(quality) || (quality & 0xffff_0000) >>> 0 === Quality.UncertainEngineeringUnitsExceeded;
}

/** Selects the samples that count and detects gaps. After `admit`, `time`, `value` and `gap` describe the sample. */
export class Intake {
  readonly state: Columns;
  /** ms UTC */
  time = 0;
  value = 0;
  /** The previous sample is missing or too old. */
  gap = true;
  readonly #last: Float64Array;
  readonly #gapMs: Float64Array;

  constructor(scanMs: readonly number[]) {
    this.state = new Columns(scanMs.length);
    this.#last = this.state.add('time', 1, Number.NEGATIVE_INFINITY);
    this.#gapMs = Float64Array.from(scanMs, (ms) => gapScans * ms);
  }

  admit(channel: number, batch: Batch, row: number): boolean {
    return hasValue(batch, row) && this.take(channel, sourceTimeOf(batch, row), batch.value[row] as number);
  }

  /**
   * Admits the samples of some rows, up to the second one of a tag: the same result as repeated calls of `admit`, several times as fast.
   * @param channelOf by tag; −1 if it has none
   * @returns the row to continue with
   */
  collect(batch: Batch, from: number, to: number, channelOf: Int32Array, into: SampleColumns): number {
    if (!Number.isNaN(batch.plainTime)) return this.#collectPlain(batch, from, to, channelOf, into);
    const { tag, value, quality, sourceTime, receiveTime } = batch;
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
      const time = Math.min(sourceTime[row] as number, (receiveTime[row] as number) + mostAheadMs);
      const one = value[row] as number;
      const before = last[channel] as number;
      if (!Number.isFinite(one) || !Number.isFinite(time) || time <= before) continue;
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

  /** The same for a batch of ordinary samples. Most batches are, and each detector collects them. */
  #collectPlain(batch: Batch, from: number, to: number, channelOf: Int32Array, into: SampleColumns): number {
    const { tag, value, plainTime: time } = batch;
    const [last, gapMs] = [this.#last, this.#gapMs];
    const { channel: channels, value: values, gap: gaps } = into;
    let length = 0;
    let anyGap = 0;
    for (let row = from; row < to; row++) {
      const channel = channelOf[tag[row] as number] as number;
      if (!(channel >= 0)) continue;
      const since = time - (last[channel] as number);
      // a second sample of a tag does not count: it has the same time
      if (!(since > 0)) continue;
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
    return to;
  }

  /** Admits a sample that has a value, if it is later than the last one. */
  take(channel: number, time: number, value: number): boolean {
    const last = this.#last[channel] as number;
    if (!Number.isFinite(value) || !Number.isFinite(time) || time <= last) return false;
    this.#last[channel] = time;
    this.gap = time - last > (this.#gapMs[channel] as number);
    this.time = time;
    this.value = bounded(value);
    return true;
  }
}
