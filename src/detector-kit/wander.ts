import type { Columns } from './columns.ts';

/** Most blocks of a calibration whose means are kept. */
const blocks = 64;
/** Distances between two blocks, in blocks, of which the means are compared. */
const lags = [2, 4, 8, 16] as const;

/**
 * Means of equal blocks of each channel's values, whatever their number. When all blocks are full, neighbours are joined, so that from 64 values on
 * there are 32 to 64 blocks.
 */
export class BlockMeans {
  readonly #sums: Float64Array;
  readonly #perBlock: Float64Array;
  readonly #count: Float64Array;

  constructor(columns: Columns) {
    this.#sums = columns.add('blockSums', blocks);
    this.#perBlock = columns.add('perBlock', 1, 1);
    this.#count = columns.add('blockCount');
  }

  add(channel: number, value: number): void {
    const from = channel * blocks;
    if ((this.#count[channel] as number) === blocks * (this.#perBlock[channel] as number)) this.#join(channel);
    const at = from + Math.floor((this.#count[channel] as number) / (this.#perBlock[channel] as number));
    (this.#sums[at] as number) += value;
    (this.#count[channel] as number)++;
  }

  #join(channel: number): void {
    const from = channel * blocks;
    for (let i = 0; i < blocks / 2; i++)
      this.#sums[from + i] = (this.#sums[from + 2 * i] as number) + (this.#sums[from + 2 * i + 1] as number);
    this.#sums.fill(0, from + blocks / 2, from + blocks);
    (this.#perBlock[channel] as number) *= 2;
  }

  /** Means of the complete blocks of a channel. */
  of(channel: number): Float64Array {
    const per = this.#perBlock[channel] as number;
    const complete = Math.floor((this.#count[channel] as number) / per);
    return this.#sums.slice(channel * blocks, channel * blocks + complete).map((sum) => sum / per);
  }
}

/**
 * Factor by which a level may move further within `horizonMs` than in the `spanMs` in which it was learned; 1 if that is longer. The mean squared
 * difference of two block means grows with the power α of their distance: α is 0 for a level that stays, 1 for a random walk (B. B. Mandelbrot and
 * J. W. Van Ness, SIAM Review 10 (1968) 422). Too few blocks count as a random walk.
 * @param means of equal blocks of the calibration, in their order
 */
export function growthOf(means: Float64Array, spanMs: number, horizonMs: number): number {
  const further = Math.max(1, horizonMs / Math.max(1, spanMs));
  if (means.length <= lags[3]) return Math.sqrt(further);
  const logs = lags.map((lag) => {
    let sum = 0;
    for (let i = lag; i < means.length; i++) sum += ((means[i] as number) - (means[i - lag] as number)) ** 2;
    return Math.log(Math.max(Number.MIN_VALUE, sum / (means.length - lag)));
  }) as [number, number, number, number];
  // the line of least squares through four points at equal distances
  const slope = (3 * (logs[3] - logs[0]) + logs[2] - logs[1]) / 10 / Math.LN2;
  const alpha = Math.min(1, Math.max(0, slope));
  return further ** (alpha / 2);
}
