/** Rows of numbers of equal width. An array of `Float64Array` is one implementation. */
export interface Rows extends Iterable<Float64Array> {
  readonly length: number;
  /** Numbers of a row, read-only; undefined if the row does not exist. */
  at(row: number): Float64Array | undefined;
  slice(from?: number, to?: number): Rows;
  map<Result>(of: (values: Float64Array, row: number) => Result): Result[];
}

/** Rows that are created on access. As objects, millions of rows would take a fifth more memory. */
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

/** The rows with the given numbers, in that order. */
export const pickedRows = (rows: Rows, numbers: Uint32Array): Rows =>
  new MadeRows(numbers.length, (row) => rows.at(numbers[row] as number) as Float64Array);

/** Rows with their values in another order. @param order for each position, the present position of its value */
export const reorderedRows = (rows: Rows, order: readonly number[]): Rows =>
  new MadeRows(rows.length, (row) => {
    const values = rows.at(row) as Float64Array;
    return Float64Array.from(order, (place) => values[place] as number);
  });

const blockRows = 1_024;

/** Collects rows at eight bytes per number without copying earlier rows. */
export class RowsBuilder {
  readonly #width: number;
  readonly #blocks: Float64Array[] = [];
  #length = 0;

  constructor(width: number) {
    this.#width = width;
  }

  /** Bytes of all rows so far. */
  get bytes(): number {
    return this.#blocks.length * blockRows * this.#width * Float64Array.BYTES_PER_ELEMENT;
  }

  /** Appends a row that the caller fills. */
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
