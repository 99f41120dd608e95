import { RowIndex } from './row-index.ts';
import { pickedRows } from './rows.ts';
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
      const kept = Uint32Array.from(first[index] ?? []);
      return { ...table, times: Array.from(kept, (row) => table.times[row] as number), rows: pickedRows(table.rows, kept) };
    })
    .filter((table) => table.rows.length > 0);
}

interface Copies {
  /** By table: numbers of the rows that none before it equals. */
  readonly first: readonly (readonly number[])[];
  readonly rows: number;
  readonly distinct: number;
  /** Copies that repeat what stands right after the row that the one before repeats. */
  readonly inOrder: number;
}

function firstOfEach(tables: readonly Table[]): Copies {
  const lengths = tables.map(({ rows }) => rows.length);
  const starts = lengths.map((_, table) => lengths.slice(0, table).reduce((sum, length) => sum + length, 0));
  const all = lengths.reduce((sum, length) => sum + length, 0);
  const rowAt = (number: number): Float64Array => {
    const table = starts.findLastIndex((start) => start <= number);
    return tables[table]?.rows.at(number - (starts[table] as number)) as Float64Array;
  };
  const index = new RowIndex(tables[0]?.columns.length ?? 0, all, rowAt);
  let [count, before, inOrder, distinct] = [0, -1, 0, 0];
  const first = tables.map(({ rows }) => {
    const own: number[] = [];
    for (let row = 0; row < rows.length; row++) {
      const place = index.add(rows.at(row) as Float64Array, count);
      if (place === count) {
        distinct++;
        own.push(row);
      } else if (place === before + 1) inOrder++;
      before = place;
      count++;
    }
    return own;
  });
  return { first, rows: all, distinct, inOrder };
}
