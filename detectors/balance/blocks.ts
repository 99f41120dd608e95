import { bounded } from '../../src/streaming/intake.ts';

/**
 * Rows of which a slow balance takes the mean, as long as the second horizon of the rows themselves is: its own then reach from the third to
 * sixteen times the longest, with a quarter of the noise.
 */
export const blockRows = 16;
/** A value is the mean of at least so many of them: a missing poll does not end hours. */
const leastRows = blockRows / 2;
/** Blocks that are further apart than the next one from the last: a balance over a hole would lack what flowed in it. */
export const blockGap = 1.5;

export interface Block {
  /** ms UTC at its beginning. */
  readonly time: number;
  /** Of each column its mean, NaN where missing; then of each its mean flow since the block before. */
  readonly value: Float64Array;
}

export interface BlocksSnapshot {
  readonly index: number;
  readonly columns: readonly Float64Array[];
}

/**
 * Makes means of rows that lie in the same stretch of time, one stretch after the other. The mean level of a block differs from that of the block
 * before by what flowed between, on average of the ways from a row of the one to a row of the other: by the mean of what flowed in since any
 * fixed time, less the same of the block before. That is exact however the flow changed within the blocks.
 */
export class Blocks {
  readonly periodMs: number;
  readonly #rowMs: number;
  #index = Number.NaN;
  /** Of the rows of a block: values summed up, how many. */
  readonly #sum: Float64Array;
  readonly #count: Float64Array;
  /** What flowed in since the last row of the block before, in values times rows, and the sum of that over the rows of a block. */
  readonly #flowed: Float64Array;
  readonly #flowedSum: Float64Array;
  /** The same from the mean of the block before to its last row. */
  readonly #carried: Float64Array;
  /** The last value that was there, and when. */
  readonly #last: Float64Array;
  readonly #lastTime: Float64Array;
  /** 1 where the block before has a mean. */
  readonly #goesOn: Float64Array;

  /** @param rowMs from row to row */
  constructor(columns: number, rowMs: number) {
    this.periodMs = blockRows * rowMs;
    this.#rowMs = rowMs;
    const fill = (value: number): Float64Array => new Float64Array(columns).fill(value);
    [this.#sum, this.#count, this.#goesOn] = [fill(0), fill(0), fill(0)];
    [this.#flowed, this.#flowedSum, this.#carried] = [fill(0), fill(0), fill(0)];
    [this.#last, this.#lastTime] = [fill(Number.NaN), fill(Number.NaN)];
  }

  /** Takes a row, NaN where missing. @returns the block before, when the row is the first of the next one */
  add(time: number, value: Float64Array): Block | undefined {
    const index = Math.floor(time / this.periodMs);
    const done = index === this.#index || Number.isNaN(this.#index) ? undefined : this.#close();
    this.#index = index;
    for (let i = 0; i < this.#sum.length; i++) {
      const now = bounded(value[i] as number);
      if (Number.isNaN(now)) continue;
      const rows = (time - (this.#lastTime[i] as number)) / this.#rowMs;
      if (rows > 0) (this.#flowed[i] as number) += (rows * (now + (this.#last[i] as number))) / 2;
      this.#last[i] = now;
      this.#lastTime[i] = time;
      (this.#sum[i] as number) += now;
      (this.#flowedSum[i] as number) += this.#flowed[i] as number;
      (this.#count[i] as number)++;
    }
    return done;
  }

  snapshot(): BlocksSnapshot {
    return { index: this.#index, columns: this.#columns().map((column) => column.slice()) };
  }

  restore({ index, columns }: BlocksSnapshot): void {
    this.#index = index;
    this.#columns().forEach((column, i) => column.set(columns[i] ?? column));
  }

  #columns(): Float64Array[] {
    return [this.#sum, this.#count, this.#flowed, this.#flowedSum, this.#carried, this.#last, this.#lastTime, this.#goesOn];
  }

  #close(): Block {
    const columns = this.#sum.length;
    const value = new Float64Array(2 * columns).fill(Number.NaN);
    for (let i = 0; i < columns; i++) {
      const count = this.#count[i] as number;
      const isThere = count >= leastRows;
      if (isThere) {
        const flowed = (this.#flowedSum[i] as number) / count;
        value[i] = (this.#sum[i] as number) / count;
        value[columns + i] = this.#goesOn[i] === 1 ? (flowed + (this.#carried[i] as number)) / blockRows : (value[i] as number);
        this.#carried[i] = (this.#flowed[i] as number) - flowed;
      } else [this.#last[i], this.#lastTime[i]] = [Number.NaN, Number.NaN];
      this.#goesOn[i] = isThere ? 1 : 0;
    }
    for (const column of [this.#sum, this.#count, this.#flowed, this.#flowedSum]) column.fill(0);
    return { time: this.#index * this.periodMs, value };
  }
}
