import type { Columns } from './columns.ts';

/** Most blocks of a calibration whose means are kept. */
const blocks = 64;
/** Distances between two blocks, in blocks, of which the means are compared. */
const lags = [2, 4, 8, 16] as const;

/**
 * Means of equal blocks of each channel's values, whatever their number: when all blocks are full, neighbours are joined.
 * The last block is incomplete and left out.
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

  of(channel: number): Float64Array {
    const per = this.#perBlock[channel] as number;
    const complete = Math.floor((this.#count[channel] as number) / per);
    return this.#sums.slice(channel * blocks, channel * blocks + complete).map((sum) => sum / per);
  }
}

/** Means of equal blocks of some rows' values in one column; a rest is left out. */
export function blockMeans(rows: readonly Float64Array[], column: number): Float64Array {
  const size = Math.max(1, Math.floor(rows.length / blocks));
  return Float64Array.from({ length: Math.floor(rows.length / size) }, (_, block) => {
    let sum = 0;
    for (let i = block * size; i < (block + 1) * size; i++) sum += rows[i]?.[column] as number;
    return sum / size;
  });
}

/**
 * Factor by which a level may move further within `horizonMs` than it has moved while it was learned for `spanMs`; 1 if it was learned for
 * longer. The mean squared difference of two block means grows with the power α of their distance: 0 for a level that stays, 1 for a random
 * walk (structure function: Mandelbrot and Van Ness, SIAM Review 10, 1968). A level that wanders continues by the same law.
 */
export function growthOf(means: Float64Array, spanMs: number, horizonMs: number): number {
  const logs = lags.map((lag) => {
    let sum = 0;
    for (let i = lag; i < means.length; i++) sum += ((means[i] as number) - (means[i - lag] as number)) ** 2;
    return Math.log(Math.max(Number.MIN_VALUE, sum / Math.max(1, means.length - lag)));
  }) as [number, number, number, number];
  // the line of least squares through four points at equal distances
  const slope = (3 * (logs[3] - logs[0]) + logs[2] - logs[1]) / 10 / Math.LN2;
  const alpha = Math.min(1, Math.max(0, slope));
  return Math.max(1, horizonMs / Math.max(1, spanMs)) ** (alpha / 2);
}
