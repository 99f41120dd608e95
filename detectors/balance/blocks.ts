import { bounded } from '../../src/detector-kit/intake.ts';

/**
 * Rows per mean of a slow balance, equal to the second horizon of the rows. The horizons of the means then reach from the third
 * one of the rows to sixteen times the longest, with a quarter of the noise.
 */
export const blockRows = 16;
/** Minimum number of rows in a mean, so that a missing poll does not end a horizon of hours. */
const leastRows = blockRows / 2;
/** Maximum distance of blocks, in blocks: a balance over a longer gap would lack the flow in it. */
export const blockGap = 1.5;

export interface Block {
  /** ms UTC of its beginning. */
  readonly time: number;
  /** Mean of each column, NaN if missing; then the mean flow of each since the previous block. */
  readonly value: Float64Array;
}

export interface BlocksSnapshot {
  readonly index: number;
  readonly columns: readonly Float64Array[];
}

/**
 * Means of rows over equal intervals of time. The mean level of a block differs from that of the previous block by the average
 * flow between their rows: the mean of the cumulated flow in the block, minus that in the previous one. This is exact for any
 * course of the flow within the blocks.
 */
export class Blocks {
  readonly periodMs: number;
  readonly #rowMs: number;
  #index = Number.NaN;
  /** Sum and number of the values in a block. */
  readonly #sum: Float64Array;
  readonly #count: Float64Array;
  /** Flow since the last row of the previous block, in values times rows, and its sum over the rows of the current block. */
  readonly #flowed: Float64Array;
  readonly #flowedSum: Float64Array;
  /** Flow from the mean of the previous block to its last row. */
  readonly #carried: Float64Array;
  /** The last known value, and its time. */
  readonly #last: Float64Array;
  readonly #lastTime: Float64Array;
  /** 1 if the previous block has a mean. */
  readonly #goesOn: Float64Array;
  /** 1 if the first value ever, or after a missing block, came after the first row of the block. */
  readonly #isLate: Float64Array;

  /** @param rowMs time between rows */
  constructor(columns: number, rowMs: number) {
    this.periodMs = blockRows * rowMs;
    this.#rowMs = rowMs;
    const fill = (value: number): Float64Array => new Float64Array(columns).fill(value);
    [this.#sum, this.#count, this.#goesOn] = [fill(0), fill(0), fill(0)];
    [this.#flowed, this.#flowedSum, this.#carried] = [fill(0), fill(0), fill(0)];
    [this.#last, this.#lastTime] = [fill(Number.NaN), fill(Number.NaN)];
    this.#isLate = fill(0);
  }

  /** Adds a row, NaN if missing. @returns the previous block, if the row is the first of the next one */
  add(time: number, value: Float64Array): Block | undefined {
    const index = Math.floor(time / this.periodMs);
    const done = index === this.#index || Number.isNaN(this.#index) ? undefined : this.#close();
    this.#index = index;
    const isIn = time - index * this.periodMs >= this.#rowMs;
    for (let i = 0; i < this.#sum.length; i++) {
      const now = bounded(value[i] as number);
      if (Number.isNaN(now)) continue;
      // its mean would be that of a later time: the next one is less than a block after it, and the flows differ from those of a block
      if (isIn && Number.isNaN(this.#last[i])) this.#isLate[i] = 1;
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
    const flow = [this.#flowed, this.#flowedSum, this.#carried];
    // the last one is absent in snapshots of earlier versions
    return [this.#sum, this.#count, ...flow, this.#last, this.#lastTime, this.#goesOn, this.#isLate];
  }

  #close(): Block {
    const columns = this.#sum.length;
    const value = new Float64Array(2 * columns).fill(Number.NaN);
    for (let i = 0; i < columns; i++) {
      const count = this.#count[i] as number;
      const isThere = count >= leastRows && this.#isLate[i] === 0;
      if (isThere) {
        const flowed = (this.#flowedSum[i] as number) / count;
        value[i] = (this.#sum[i] as number) / count;
        value[columns + i] = this.#goesOn[i] === 1 ? (flowed + (this.#carried[i] as number)) / blockRows : (value[i] as number);
        this.#carried[i] = (this.#flowed[i] as number) - flowed;
      } else [this.#last[i], this.#lastTime[i]] = [Number.NaN, Number.NaN];
      this.#goesOn[i] = isThere ? 1 : 0;
    }
    for (const column of [this.#sum, this.#count, this.#flowed, this.#flowedSum, this.#isLate]) column.fill(0);
    return { time: this.#index * this.periodMs, value };
  }
}
