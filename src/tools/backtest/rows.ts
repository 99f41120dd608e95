/** Rows of numbers, all as wide as each other. An array of them is such rows too. */
export interface Rows extends Iterable<Float64Array> {
  readonly length: number;
  /** The row's numbers, not to be written to; undefined where there is no such row. */
  at(row: number): Float64Array | undefined;
  slice(from?: number, to?: number): Rows;
  map<Result>(of: (values: Float64Array, row: number) => Result): Result[];
}

/** Rows that are made when they are asked for: millions of them as objects would take as much memory as a fifth of their numbers. */
class MadeRows implements Rows {
  readonly length: number;
  readonly #make: (row: number) => Float64Array;

  constructor(length: number, make: (row: number) => Float64Array) {
    this.length = length;
    this.#make = make;
  }

  at(row: number): Float64Array | undefined {
    return row >= 0 && row < this.length ? this.#make(row) : undefined;
  }

  slice(from = 0, to = this.length): Rows {
    const first = Math.min(from, this.length);
    return new MadeRows(Math.max(0, Math.min(to, this.length) - first), (row) => this.#make(first + row));
  }

  map<Result>(of: (values: Float64Array, row: number) => Result): Result[] {
    return Array.from({ length: this.length }, (_, row) => of(this.#make(row), row));
  }

  *[Symbol.iterator](): Iterator<Float64Array> {
    for (let row = 0; row < this.length; row++) yield this.#make(row);
  }
}

/** Those of the rows whose numbers are given, in that order. */
export const pickedRows = (rows: Rows, numbers: Uint32Array): Rows =>
  new MadeRows(numbers.length, (row) => rows.at(numbers[row] as number) as Float64Array);

/** Rows whose values stand in another order. @param order for each place, where its value is now */
export const reorderedRows = (rows: Rows, order: readonly number[]): Rows =>
  new MadeRows(rows.length, (row) => {
    const values = rows.at(row) as Float64Array;
    return Float64Array.from(order, (place) => values[place] as number);
  });

const blockRows = 1_024;

/** Takes in rows one after the other at eight bytes a number, without ever copying what it has. */
export class RowsBuilder {
  readonly #width: number;
  readonly #blocks: Float64Array[] = [];
  #length = 0;

  constructor(width: number) {
    this.#width = width;
  }

  /** Bytes that the rows take so far. */
  get bytes(): number {
    return this.#blocks.length * blockRows * this.#width * Float64Array.BYTES_PER_ELEMENT;
  }

  /** The next row, to be filled. */
  add(): Float64Array {
    if (this.#length === this.#blocks.length * blockRows) this.#blocks.push(new Float64Array(this.#width * blockRows));
    return this.#at(this.#length++);
  }

  rows(): Rows {
    return new MadeRows(this.#length, (row) => this.#at(row));
  }

  #at(row: number): Float64Array {
    const start = (row % blockRows) * this.#width;
    return (this.#blocks[Math.floor(row / blockRows)] as Float64Array).subarray(start, start + this.#width);
  }
}
