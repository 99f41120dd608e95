import type { Table } from './table.ts';

/** Fewer distinct rows than this share: a stream of few states, in which a repeated row is nothing odd. */
const distinctShare = 0.5;
/** Unless as many are distinct as few states do not make, and this share of copies stand in the order of what they repeat: a recording several times over. */
const recorded = { distinct: 1_000, inOrder: 0.9 } as const;

/**
 * Normal running without rows that are there twice, in one table or in two: a copy in another fold would be judged by itself
 * and make thresholds too low.
 */
export function withoutCopies(tables: readonly Table[]): Table[] {
  const { first, rows, distinct, inOrder } = firstOfEach(tables);
  const copies = rows - distinct;
  const isRecorded = distinct >= recorded.distinct && inOrder >= recorded.inOrder * copies;
  if (copies === 0 || (distinct < distinctShare * rows && !isRecorded)) return [...tables];
  return tables
    .map((table, index) => {
      const isFirst = (_: unknown, row: number): boolean => first[index]?.[row] === 1;
      return { ...table, times: table.times.filter(isFirst), rows: table.rows.filter(isFirst) };
    })
    .filter((table) => table.rows.length > 0);
}

interface Copies {
  /** By table: 1 for each row that none before it equals. */
  readonly first: readonly Uint8Array[];
  readonly rows: number;
  readonly distinct: number;
  /** Copies that repeat what stands right after the row that the one before repeats. */
  readonly inOrder: number;
}

/** Rows are found by hash, since millions of them as text would fill the memory. */
function firstOfEach(tables: readonly Table[]): Copies {
  const hashOf = hashing(tables[0]?.columns.length ?? 0);
  const byHash = new Map<number, number>();
  const originals: Float64Array[] = [];
  /** Number of each row that is not a copy, counted over all tables. */
  const places: number[] = [];
  let [count, before, inOrder] = [0, -1, 0];
  const first = tables.map(({ rows }) =>
    Uint8Array.from(rows, (row) => {
      let hash = hashOf(row);
      let known = byHash.get(hash);
      // another row with the same hash takes the next place
      while (known !== undefined && !equal(originals[known] as Float64Array, row)) known = byHash.get(++hash);
      const place = known === undefined ? count : (places[known] as number);
      if (known === undefined) {
        byHash.set(hash, originals.length);
        originals.push(row);
        places.push(count);
      } else if (place === before + 1) inOrder++;
      before = place;
      count++;
      return known === undefined ? 1 : 0;
    }),
  );
  return { first, rows: count, distinct: originals.length, inOrder };
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
