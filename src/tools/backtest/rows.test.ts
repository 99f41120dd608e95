import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pickedRows, reorderedRows, type Rows, RowsBuilder } from './rows.ts';
import { RowIndex } from './row-index.ts';

const built = (rows: readonly (readonly number[])[], width: number): Rows => {
  const builder = new RowsBuilder(width);
  for (const row of rows) builder.add().set(row);
  return builder.rows();
};
const plain = (rows: Rows): number[][] => [...rows].map((row) => [...row]);

it('are returned as added, across blocks too', () => {
  const all = Array.from({ length: 2_500 }, (_, row) => [row, -row, row / 2]);
  const rows = built(all, 3);
  expect(rows).toHaveLength(2_500);
  expect(plain(rows)).toEqual(all);
  expect(plain(rows.slice(1_000, 2_100))).toEqual(all.slice(1_000, 2_100));
  expect(plain(rows.slice(10, 2_000).slice(1_020, 1_030))).toEqual(all.slice(1_030, 1_040));
  expect(plain(rows.slice(2_400, 9_000))).toEqual(all.slice(2_400));
  expect(plain(rows.slice(3_000))).toEqual([]);
  expect([rows.at(2_500), rows.at(-1)]).toEqual([undefined, undefined]);
  expect(rows.map((row, index) => [index, row[1]])).toEqual(all.map((row, index) => [index, row[1]]));
});

it('can be selected and reordered', () => {
  const rows = built(
    [
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ],
    3,
  );
  expect(plain(reorderedRows(pickedRows(rows, Uint32Array.of(2, 0)), [2, 0]))).toEqual([
    [9, 7],
    [3, 1],
  ]);
});

it('are found by their values, with the same result as a linear search', () => {
  const value = fc.constantFrom(0, -0, 1, 2, Number.NaN, 1e300);
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value), { maxLength: 60 }), fc.tuple(value, value), (all, wanted) => {
      const rows = all.map((row) => Float64Array.from(row));
      const index = new RowIndex(2, rows.length, (number) => rows[number] as Float64Array);
      // −0 equals 0, and missing values equal each other
      const same = (a: Float64Array, b: Float64Array): boolean =>
        a.every((one, i) => one === b[i] || (one !== one && b[i] !== b[i]));
      const first = (row: Float64Array): number => rows.findIndex((other) => same(other, row));
      expect(rows.map((row, number) => index.add(row, number))).toEqual(rows.map(first));
      expect(index.find(Float64Array.from(wanted))).toBe(first(Float64Array.from(wanted)));
    }),
  );
});
