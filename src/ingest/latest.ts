import type { Batch } from '../core/batch.ts';
import type { LatestValues } from '../core/monitor.ts';
import { isGood, Quality } from '../core/quality.ts';

/** The last sample of every tag. The stream writes it; it can be read at any time. */
export class LatestTable implements LatestValues {
  readonly value: Float64Array;
  readonly quality: Uint32Array;
  readonly sourceTime: Float64Array;
  readonly receiveTime: Float64Array;
  readonly lastGood: Float64Array;
  readonly #texts = new Map<number, string>();

  constructor(tags: number) {
    this.value = new Float64Array(tags).fill(Number.NaN);
    this.quality = new Uint32Array(tags).fill(Quality.BadWaitingForInitialData);
    this.sourceTime = new Float64Array(tags).fill(Number.NaN);
    this.receiveTime = new Float64Array(tags).fill(Number.NaN);
    this.lastGood = new Float64Array(tags).fill(Number.NaN);
  }

  update(batch: Batch): void {
    for (let row = 0; row < batch.length; row++) {
      const tag = batch.tag[row] as number;
      const value = batch.value[row] as number;
      const quality = batch.quality[row] as number;
      this.value[tag] = value;
      this.quality[tag] = quality;
      this.sourceTime[tag] = batch.sourceTime[row] as number;
      this.receiveTime[tag] = batch.receiveTime[row] as number;
      if (isGood(quality)) this.lastGood[tag] = value;
      const text = batch.texts.get(row);
      if (text !== undefined) this.#texts.set(tag, text);
    }
  }

  /** Corrects stored times after a step of the monitor's clock, so that samples keep their age. */
  clockSet(offsetMs: number): void {
    for (let tag = 0; tag < this.receiveTime.length; tag++) this.receiveTime[tag] = (this.receiveTime[tag] as number) + offsetMs;
  }

  text(tag: number): string | undefined {
    return this.#texts.get(tag);
  }
}
