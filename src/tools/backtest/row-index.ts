/**
 * Hash index of rows by their values, at most sixteen bytes per row. Strings or map entries for millions of rows would fill the
 * memory.
 */
export class RowIndex {
  readonly #rowAt: (number: number) => Float64Array;
  readonly #hash: (row: Float64Array) => number;
  /** Row number plus 1, at the slot of its hash or the next free slot; 0 for a free slot. */
  readonly #places: Uint32Array;

  /**
   * @param width values per row
   * @param most most rows that will be added
   * @param rowAt returns a row by the number with which it was added
   */
  constructor(width: number, most: number, rowAt: (number: number) => Float64Array) {
    this.#rowAt = rowAt;
    this.#hash = hashing(width);
    this.#places = new Uint32Array(2 ** Math.ceil(Math.log2(2 * most + 1)));
  }

  /** Number of the row with the same values; −1 if there is none. */
  find(row: Float64Array): number {
    return (this.#places[this.#placeOf(row)] as number) - 1;
  }

  /** Adds a row unless one has the same values. @returns the number of the existing row, or `number` */
  add(row: Float64Array, number: number): number {
    const place = this.#placeOf(row);
    const known = this.#places[place] as number;
    if (known > 0) return known - 1;
    this.#places[place] = number + 1;
    return number;
  }

  /** Slot of the row, or the free slot for it. */
  #placeOf(row: Float64Array): number {
    const mask = this.#places.length - 1;
    for (let place = this.#hash(row) & mask; ; place = (place + 1) & mask) {
      const known = this.#places[place] as number;
      if (known === 0 || equal(this.#rowAt(known - 1), row)) return place;
    }
  }
}

/** Returns a hash function for rows of this width. */
function hashing(width: number): (row: Float64Array) => number {
  const values = new Float64Array(width);
  const words = new Uint32Array(values.buffer);
  return (row) => {
    // −0 equals 0
    for (let i = 0; i < width; i++) values[i] = (row[i] as number) + 0;
    let hash = 0x811c9dc5;
    for (const word of words) {
      hash = Math.imul(hash ^ word, 0x01000193);
      hash ^= hash >>> 15;
    }
    return hash >>> 0;
  };
}

const equal = (a: Float64Array, b: Float64Array): boolean =>
  a.every((value, index) => value === b[index] || (Number.isNaN(value) && Number.isNaN(b[index])));
