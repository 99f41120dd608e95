import type { Table } from './table.ts';

/** Fewer distinct rows than this share: a stream of few states, in which a repeated row is nothing odd. */
const distinctShare = 0.5;

/**
 * Normal running without rows that are there twice: a copy in another fold would be judged by itself and make thresholds
 * too low.
 */
export function withoutCopies(table: Table): Table {
  const { first, distinct } = firstOfEach(table.rows);
  if (distinct === table.rows.length || distinct < distinctShare * table.rows.length) return table;
  return {
    ...table,
    times: table.times.filter((_, row) => first[row] === 1),
    rows: table.rows.filter((_, row) => first[row] === 1),
  };
}

/** 1 for each row that none before it equals. Rows are found by hash, since millions of them as text would fill the memory. */
function firstOfEach(rows: readonly Float64Array[]): { first: Uint8Array; distinct: number } {
  const first = new Uint8Array(rows.length);
  const hashOf = hashing(rows[0]?.length ?? 0);
  const byHash = new Map<number, Float64Array>();
  for (const [index, row] of rows.entries()) {
    let hash = hashOf(row);
    let known = byHash.get(hash);
    // another row with the same hash takes the next place
    while (known !== undefined && !equal(known, row)) known = byHash.get(++hash);
    if (known !== undefined) continue;
    byHash.set(hash, row);
    first[index] = 1;
  }
  return { first, distinct: byHash.size };
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
