import { RowIndex } from './row-index.ts';
import { pickedRows } from './rows.ts';
import { inOrderOf } from './stream.ts';
import type { Table } from './table.ts';

/** Share of distinct rows below which a stream has few states, so that repeated rows are ordinary. */
const distinctShare = 0.5;
/**
 * Also drops copies at or above these values: number of distinct rows, and share of copies in the order of their originals. Such
 * a stream is a recording that is present several times.
 */
const recorded = { distinct: 1_000, inOrder: 0.9 } as const;

/**
 * Normal operation without duplicate rows, within a table or between tables. A copy in a holdout fold would be compared with
 * itself, and thresholds would be too low.
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

/** Rows of a table that are looked up in another. */
const sought = 1_000;

/**
 * Number of sampled rows of a table that another table with the same columns contains. The sample has a thousand rows. 0 if too
 * many sampled rows are equal for a conclusion.
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
  /** For each table: numbers of the rows that no earlier row equals. */
  readonly first: readonly (readonly number[])[];
  readonly rows: number;
  readonly distinct: number;
  /** Copies that directly follow the copy of the row before their original. */
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
