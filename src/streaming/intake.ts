import type { Batch } from '../core/batch.ts';
import { isGood, Quality } from '../core/quality.ts';
import { Columns } from './columns.ts';

/** Larger values are taken for this one, so that their squares stay finite. */
const mostValue = 1e100;
/** A device's clock may be this much ahead of ours; what claims to be later is taken for that, so that it can not block the tag. */
const mostAheadMs = 60_000;
/** Scans; a longer time without a sample counts as this much in the mean interval. */
const longestRest = 100;

/** Decides which samples count, and where the memory of a tag begins anew. After `admit`, `time`, `value` and `gap` describe the sample. */
export class Intake {
  readonly state: Columns;
  /** ms UTC */
  time = 0;
  value = 0;
  /** The sample before it is missing, or is too long ago. */
  gap = true;
  #interval = 0;
  readonly #last: Float64Array;
  readonly #bad: Float64Array;
  readonly #scanMs: Float64Array;
  readonly #intervalMs: Float64Array;

  /** @param intervalMs column of the baseline: mean time between samples where it is longer than the scan, as with reports on change */
  constructor(scanMs: readonly number[], intervalMs: Float64Array) {
    this.state = new Columns(scanMs.length);
    this.#last = this.state.add('time', 1, Number.NEGATIVE_INFINITY);
    this.#bad = this.state.add('bad');
    this.#scanMs = Float64Array.from(scanMs);
    this.#intervalMs = intervalMs;
  }

  admit(channel: number, batch: Batch, row: number): boolean {
    const quality = batch.quality[row] as number;
    if (!isGood(quality) && (quality & 0xffff_0000) >>> 0 !== Quality.UncertainEngineeringUnitsExceeded) {
      this.#bad[channel] = 1;
      return false;
    }
    const value = batch.value[row] as number;
    const time = Math.min(batch.sourceTime[row] as number, (batch.receiveTime[row] as number) + mostAheadMs);
    const last = this.#last[channel] as number;
    if (!Number.isFinite(value) || !Number.isFinite(time) || time <= last) return false;
    this.#last[channel] = time;
    this.#bad[channel] = 0;
    this.#interval = time - last;
    this.gap = this.#interval > this.gapMs(channel);
    this.time = time;
    this.value = value > mostValue ? mostValue : value < -mostValue ? -mostValue : value;
    return true;
  }

  /** Takes the interval before the admitted sample into the mean; `samples` were learned before. */
  learnInterval(channel: number, samples: number): void {
    const mean = this.#intervalMs[channel] as number;
    const interval = Math.min(this.#interval, longestRest * (this.#scanMs[channel] as number));
    this.#intervalMs[channel] = mean + (interval - mean) / (Math.min(samples, 10_000) + 1);
  }

  /** Longest time between two samples of one stretch, ms. */
  gapMs(channel: number): number {
    const scan = this.#scanMs[channel] as number;
    return 3 * (this.onChange(channel) ? 2 * (this.#intervalMs[channel] as number) : scan);
  }

  /** True when samples come so seldom that the device must be reporting changes only. */
  onChange(channel: number): boolean {
    return (this.#intervalMs[channel] as number) > 1.5 * (this.#scanMs[channel] as number);
  }

  /** The last sample no longer counts. */
  doubt(channel: number): void {
    this.#bad[channel] = 1;
  }

  /** True while the last sample counts: nothing bad came after it. */
  holds(channel: number): boolean {
    return this.#bad[channel] === 0;
  }

  /** When the channel had its last sample, ms UTC; −∞ before the first. */
  lastTime(channel: number): number {
    return this.#last[channel] as number;
  }
}
