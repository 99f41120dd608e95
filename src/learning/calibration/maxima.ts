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

  /** @param kept data of another thread; empty if absent */
  constructor(channels: number, blocks: number, kept?: MaximaMessage) {
    this.channels = channels;
    this.blocks = blocks;
    this.startedAt = kept?.startedAt ?? new Float64Array(blocks).fill(Number.NaN);
    this.#values = kept?.values ?? new Float32Array(channels * blocks);
  }

  add(channel: number, block: number, surprise: number): void {
    const index = channel * this.blocks + block;
    if (surprise > (this.#values[index] as number)) this.#values[index] = surprise;
  }

  at(channel: number, block: number): number {
    return this.#values[channel * this.blocks + block] as number;
  }

  toMessage(): MaximaMessage {
    return { startedAt: this.startedAt, values: this.#values };
  }

  /** Maxima of a channel; not a copy. */
  of(channel: number): Float32Array {
    return this.#values.subarray(channel * this.blocks, (channel + 1) * this.blocks);
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
