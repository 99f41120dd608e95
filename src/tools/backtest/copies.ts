import { RowIndex } from './row-index.ts';
import { pickedRows } from './rows.ts';
import { inOrderOf } from './stream.ts';
import type { Table } from './table.ts';

/** Fewer distinct rows than this share: a stream of few states, in which a repeated row is nothing odd. */
const distinctShare = 0.5;
/** Unless as many are distinct as few states do not make, and this share of copies stand in the order of what they repeat: a recording several times over. */
const recorded = { distinct: 1_000, inOrder: 0.9 } as const;

/**
 * Normal operation without rows that are there twice, in one table or in two: a copy in another fold would be judged by itself
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

/** Rows of a table that are looked for in others. */
const sought = 1_000;

/**
 * How many of a thousand rows, spread over a table, stand in another that has its columns; 0 where so many of them are alike that this
 * says nothing.
 */
export function sharedRows(table: Table, other: Table): { readonly shared: number; readonly of: number } {
  const { rows } = table;
  const others = inOrderOf(table.columns, other).rows;
  const step = Math.max(1, Math.floor(rows.length / sought));
  const index = new RowIndex(table.columns.length, sought, (number) => rows.at(number * step) as Float64Array);
  const of = Math.min(sought, rows.length);
  const distinct = new Set<number>();
  for (let number = 0; number < of; number++) distinct.add(index.add(rows.at(number * step) as Float64Array, number));
  if (distinct.size < distinctShare * of) return { shared: 0, of };
  const found = new Set<number>();
  for (let row = 0; row < others.length; row++) found.add(index.find(others.at(row) as Float64Array));
  found.delete(-1);
  return { shared: found.size, of: distinct.size };
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
