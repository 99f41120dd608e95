/** Rows by their values, at most sixteen bytes a row: as text, or as entries of a map, millions of them would fill the memory. */
export class RowIndex {
  readonly #rowAt: (number: number) => Float64Array;
  readonly #hash: (row: Float64Array) => number;
  /** Number of a row and 1, at the place of its hash or the next one that was free; 0 where none is. */
  readonly #places: Uint32Array;

  /**
   * @param width values of a row
   * @param most rows that will be added
   * @param rowAt gives a row again by the number that it was added with
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

  /** Adds a row where none has its values. @returns the number of the one that has, else its own */
  add(row: Float64Array, number: number): number {
    const place = this.#placeOf(row);
    const known = this.#places[place] as number;
    if (known > 0) return known - 1;
    this.#places[place] = number + 1;
    return number;
  }

  /** Where the row is, or would be. */
  #placeOf(row: Float64Array): number {
    const mask = this.#places.length - 1;
    for (let place = this.#hash(row) & mask; ; place = (place + 1) & mask) {
      const known = this.#places[place] as number;
      if (known === 0 || equal(this.#rowAt(known - 1), row)) return place;
    }
  }
}

/** Hash of rows with so many values. */
function hashing(width: number): (row: Float64Array) => number {
  const values = new Float64Array(width);
  const words = new Uint32Array(values.buffer);
  return (row) => {
    // −0 is 0
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
