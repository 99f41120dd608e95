/**
 * The highest surprise of each channel in each of a bounded number of equal blocks of the stream: all that thresholds and
 * the alarm budget need, in memory that does not grow with the data.
 */
export class BlockMaxima {
  readonly channels: number;
  readonly blocks: number;
  /** ms UTC at which each block began; NaN where nothing was seen. */
  readonly startedAt: Float64Array;
  readonly #values: Float32Array;

  constructor(channels: number, blocks: number) {
    this.channels = channels;
    this.blocks = blocks;
    this.startedAt = new Float64Array(blocks).fill(Number.NaN);
    this.#values = new Float32Array(channels * blocks);
  }

  add(channel: number, block: number, surprise: number): void {
    const index = channel * this.blocks + block;
    if (surprise > (this.#values[index] as number)) this.#values[index] = surprise;
  }

  at(channel: number, block: number): number {
    return this.#values[channel * this.blocks + block] as number;
  }

  /** The maxima of one channel, by block; not a copy. */
  of(channel: number): Float32Array {
    return this.#values.subarray(channel * this.blocks, (channel + 1) * this.blocks);
  }
}
