import type { Surprises } from '../../core/detector.ts';

/** The highest surprise of each channel in each block of a stretch of the stream. */
export interface Maxima {
  readonly channels: number;
  readonly blocks: number;
  /** ms UTC of the start of each block; NaN without data. */
  readonly startedAt: Float64Array;
  /** The maxima of one channel, by block. */
  of(channel: number): Float32Array;
}

/** Maxima in a message between threads. */
export interface MaximaMessage {
  readonly startedAt: Float64Array;
  /** Channel by channel. */
  readonly values: Float32Array;
}

/**
 * Highest surprise of each channel in each of a bounded number of equal blocks of the stream. Thresholds and alarm budget need no
 * other data, and memory does not grow with the stream.
 */
export class BlockMaxima implements Maxima {
  readonly channels: number;
  readonly blocks: number;
  readonly startedAt: Float64Array;
  readonly #values: Float32Array;
  /** The block that is being filled, by channel: in one place, because the values of a block are far apart. */
  readonly #present: Float32Array;
  #block = 0;
  #isStored = true;

  /** @param kept data of another thread; empty if absent */
  constructor(channels: number, blocks: number, kept?: MaximaMessage) {
    this.channels = channels;
    this.blocks = blocks;
    this.startedAt = kept?.startedAt ?? new Float64Array(blocks).fill(Number.NaN);
    this.#values = kept?.values ?? new Float32Array(channels * blocks);
    this.#present = new Float32Array(channels);
  }

  add(channel: number, block: number, surprise: number): void {
    this.#begin(block);
    if (!(surprise > (this.#present[channel] as number))) return;
    this.#present[channel] = surprise;
    this.#isStored = false;
  }

  /**
   * Adds the surprises of a detector.
   * @param offset row of its first channel
   * @returns the largest of those that exceed what the block has so far; 0 if there is none
   */
  addAll(offset: number, block: number, { length, channel, surprise }: Surprises): number {
    this.#begin(block);
    const present = this.#present;
    let largest = 0;
    for (let i = 0; i < length; i++) {
      const at = offset + (channel[i] as number);
      const one = surprise[i] as number;
      if (!(one > (present[at] as number))) continue;
      present[at] = one;
      this.#isStored = false;
      if (one > largest) largest = one;
    }
    return largest;
  }

  at(channel: number, block: number): number {
    this.#store();
    return this.#values[channel * this.blocks + block] as number;
  }

  toMessage(): MaximaMessage {
    this.#store();
    return { startedAt: this.startedAt, values: this.#values };
  }

  /** Maxima of a channel; not a copy. */
  of(channel: number): Float32Array {
    this.#store();
    return this.#values.subarray(channel * this.blocks, (channel + 1) * this.blocks);
  }

  #begin(block: number): void {
    if (block === this.#block) return;
    this.#store();
    this.#block = block;
  }

  /** Stores what the present block has so far. */
  #store(): void {
    if (this.#isStored) return;
    this.#isStored = true;
    for (let channel = 0; channel < this.channels; channel++) {
      const index = channel * this.blocks + this.#block;
      const value = this.#present[channel] as number;
      if (value > (this.#values[index] as number)) this.#values[index] = value;
    }
    this.#present.fill(0);
  }
}

/** Only the blocks in [from, to). */
export function part(maxima: Maxima, from: number, to: number): Maxima {
  return {
    channels: maxima.channels,
    blocks: to - from,
    startedAt: maxima.startedAt.subarray(from, to),
    of: (channel) => maxima.of(channel).subarray(from, to),
  };
}

/** All blocks except [from, to). */
export function without(maxima: Maxima, from: number, to: number): Maxima {
  const blocks = maxima.blocks - (to - from);
  const startedAt = new Float64Array(blocks);
  startedAt.set(maxima.startedAt.subarray(0, from));
  startedAt.set(maxima.startedAt.subarray(to), from);
  const of = (channel: number): Float32Array => {
    const values = maxima.of(channel);
    const rest = new Float32Array(blocks);
    rest.set(values.subarray(0, from));
    rest.set(values.subarray(to), from);
    return rest;
  };
  return { channels: maxima.channels, blocks, startedAt, of };
}
