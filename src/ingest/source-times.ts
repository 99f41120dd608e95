import { type Batch, BatchBuilder } from '../core/batch.ts';
import { Quality } from '../core/quality.ts';

/** Greatest distance of a source time from the receive time of its sample, ms. */
export interface SourceTimeWindow {
  readonly pastMs: number;
  readonly aheadMs: number;
}

const dayMs = 86_400_000;
/**
 * Ten years back: a value keeps the time of its last change, and a set-point may not change for years. One day ahead: more than
 * the error of a device that uses local time as UTC.
 */
export const defaultSourceTimeWindow: SourceTimeWindow = { pastMs: 3_650 * dayMs, aheadMs: dayMs };

/** Stores keep times to the microsecond. */
const stepsPerMs = 1_000;

/**
 * Replaces invalid source times by receive times, in one device's samples. The value stays; a good quality becomes
 * `UncertainTimestamp`. The samples of a tag stay in order: a replaced time is later than the tag's last one.
 */
export class SourceTimes {
  readonly #window: SourceTimeWindow;
  readonly #lastOf: (tag: number) => number;
  #replaced = 0;

  /** @param lastOf source time of a tag's last sample before the batch, ms UTC; −∞ if it has none */
  constructor(window: SourceTimeWindow = defaultSourceTimeWindow, lastOf = (_tag: number): number => Number.NEGATIVE_INFINITY) {
    this.#window = window;
    this.#lastOf = lastOf;
  }

  /** Samples whose time was replaced since the last call. */
  takeReplaced(): number {
    const count = this.#replaced;
    this.#replaced = 0;
    return count;
  }

  /** The batch itself if all of its times are valid, otherwise a copy. */
  check(batch: Batch): Batch {
    const { sourceTime, receiveTime, length } = batch;
    for (let row = 0; row < length; row++)
      if (!this.#canBeRight(sourceTime[row] as number, receiveTime[row] as number)) return this.#corrected(batch);
    return batch;
  }

  #corrected(batch: Batch): Batch {
    const { tag, receiveTime, length } = batch;
    const sourceTime = Float64Array.from(batch.sourceTime);
    const quality = Uint32Array.from(batch.quality);
    const last = new Map<number, number>();
    for (let row = 0; row < length; row++) {
      const one = tag[row] as number;
      const received = receiveTime[row] as number;
      const before = last.get(one) ?? this.#lastOf(one);
      if (!this.#canBeRight(sourceTime[row] as number, received)) {
        sourceTime[row] = this.#after(before, received);
        if (quality[row] === Quality.Good) quality[row] = Quality.UncertainTimestamp;
        this.#replaced++;
      }
      last.set(one, Math.max(before, sourceTime[row] as number));
    }
    const copy = new BatchBuilder(batch.device, length);
    copy.addColumns({ tag, value: batch.value, quality, sourceTime }, length, receiveTime, batch.texts);
    return copy.publish();
  }

  #canBeRight(source: number, received: number): boolean {
    const { pastMs, aheadMs } = this.#window;
    return source >= received - pastMs && source <= received + aheadMs;
  }

  /** The receive time, or the next instant after the tag's last time if that is later. */
  #after(before: number, received: number): number {
    return before >= received && before < received + this.#window.aheadMs
      ? Math.round(before * stepsPerMs + 1) / stepsPerMs
      : received;
  }
}
