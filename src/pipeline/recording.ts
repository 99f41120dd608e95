import { type Batch, BatchBuilder } from '../core/batch.ts';
import { type Observation, observeBatch } from '../core/observation.ts';

/** Values kept per block of memory. */
const blockLength = 1 << 16;

/** One recorded batch: which rows it had, when, and where its values begin. */
interface Entry {
  readonly device: string;
  readonly tags: Uint32Array;
  readonly start: number;
  /** One time for all rows, or a time for each. */
  readonly sourceTime: number | Float64Array;
  readonly receiveTime: number;
  /** Absent when every sample was good. */
  readonly quality: Uint32Array | undefined;
}

/**
 * Batches kept in memory for several passes over the same running, at a little more than eight bytes a sample: polls repeat
 * the same tags with one time, so only values are kept for each. Texts are not kept, no detector learns from them.
 */
export class Recording implements Iterable<Observation> {
  readonly #entries: Entry[] = [];
  readonly #blocks: Float64Array[] = [];
  readonly #layouts = new Map<string, Uint32Array>();
  #length = 0;

  /** Number of samples. */
  get length(): number {
    return this.#length;
  }

  append(batch: Batch): void {
    const start = this.#length;
    for (let row = 0; row < batch.length; row++) this.#push(batch.value[row] as number);
    const firstTime = batch.sourceTime[0] ?? Number.NaN;
    this.#entries.push({
      device: batch.device,
      tags: this.#layoutOf(batch),
      start,
      sourceTime: batch.sourceTime.every((time) => time === firstTime) ? firstTime : batch.sourceTime.slice(),
      receiveTime: batch.receiveTime[0] ?? Number.NaN,
      quality: batch.quality.every((quality) => quality === 0) ? undefined : batch.quality.slice(),
    });
  }

  *[Symbol.iterator](): Iterator<Observation> {
    for (const { device, tags, start, sourceTime, receiveTime, quality } of this.#entries) {
      const builder = new BatchBuilder(device, tags.length);
      for (let row = 0; row < tags.length; row++) {
        const time = typeof sourceTime === 'number' ? sourceTime : (sourceTime[row] as number);
        builder.add(tags[row] as number, this.#at(start + row), quality?.[row] ?? 0, time, receiveTime);
      }
      yield observeBatch(builder.publish());
    }
  }

  #push(value: number): void {
    const offset = this.#length % blockLength;
    if (offset === 0) this.#blocks.push(new Float64Array(blockLength));
    (this.#blocks.at(-1) as Float64Array)[offset] = value;
    this.#length++;
  }

  #at(index: number): number {
    return (this.#blocks[Math.floor(index / blockLength)] as Float64Array)[index % blockLength] as number;
  }

  #layoutOf(batch: Batch): Uint32Array {
    const key = batch.tag.join();
    let layout = this.#layouts.get(key);
    if (layout === undefined) {
      layout = batch.tag.slice();
      this.#layouts.set(key, layout);
    }
    return layout;
  }
}
