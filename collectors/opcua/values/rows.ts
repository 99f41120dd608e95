import { type Batch, BatchBuilder } from '../../../src/core/batch.ts';

/** Rows of a batch whose number is known only at its end; the memory is reused for the next batch. */
export class RowBuffer {
  readonly #device: string;
  #tag = new Uint32Array(64);
  #quality = new Uint32Array(64);
  #value = new Float64Array(64);
  #sourceTime = new Float64Array(64);
  readonly #texts = new Map<number, string>();
  #length = 0;

  constructor(device: string) {
    this.#device = device;
  }

  get length(): number {
    return this.#length;
  }

  add(tag: number, value: number, quality: number, sourceTime: number, text: string | undefined): void {
    const row = this.#length;
    if (row === this.#tag.length) this.#grow();
    this.#tag[row] = tag;
    this.#value[row] = value;
    this.#quality[row] = quality;
    this.#sourceTime[row] = sourceTime;
    if (text !== undefined) this.#texts.set(row, text);
    this.#length = row + 1;
  }

  /** Returns the rows as a batch received at `now`, and empties the buffer. */
  take(now: number): Batch {
    const batch = new BatchBuilder(this.#device, this.#length);
    const columns = { tag: this.#tag, value: this.#value, quality: this.#quality, sourceTime: this.#sourceTime };
    batch.addColumns(columns, this.#length, now, this.#texts);
    this.#length = 0;
    this.#texts.clear();
    return batch.publish();
  }

  #grow(): void {
    const capacity = this.#tag.length * 2;
    const larger = <Columns extends Uint32Array | Float64Array>(from: Columns, to: Columns): Columns => {
      to.set(from);
      return to;
    };
    this.#tag = larger(this.#tag, new Uint32Array(capacity));
    this.#quality = larger(this.#quality, new Uint32Array(capacity));
    this.#value = larger(this.#value, new Float64Array(capacity));
    this.#sourceTime = larger(this.#sourceTime, new Float64Array(capacity));
  }
}
