import { describe, expect, it } from 'vitest';
import { Random } from '../../core/random.ts';
import { withoutCopies } from './copies.ts';
import type { Table } from './table.ts';

const table = (values: readonly number[], from = 0): Table => ({
  name: '',
  columns: ['a'],
  times: values.map((_, row) => from + row),
  rows: values.map((value) => Float64Array.of(value)),
});
const timesOf = (...tables: readonly Table[]): (readonly number[])[] => withoutCopies(tables).map(({ times }) => times);

describe('duplicate rows', () => {
  it('are learned once, even if other rows share their hash or miss values', () => {
    expect(timesOf(table([1, 2, 3, 2, 4]))).toEqual([[0, 1, 2, 4]]);
    expect(timesOf(table([Number.NaN, 0, -0, 1, 2, 3, Number.NaN, 4, 5, 3]))).toEqual([[0, 1, 3, 4, 5, 7, 8]]);
  });

  it('are learned once from two overlapping files; a file without new rows is left out', () => {
    expect(timesOf(table([1, 2, 3, 4]), table([3, 4, 5, 6], 10), table([2], 20))).toEqual([
      [0, 1, 2, 3],
      [12, 13],
    ]);
  });

  it('are kept if the stream itself repeats', () => {
    expect(timesOf(table([0, 1, 0, 1, 0, 1]))).toEqual([[0, 1, 2, 3, 4, 5]]);
    const random = new Random(4);
    const draws = Array.from({ length: 5_000 }, () => Math.floor(1_200 * random.next()));
    expect(timesOf(table(draws))[0]).toHaveLength(5_000);
  });

  it('are learned once from a recording that is present several times', () => {
    const random = new Random(4);
    const year = Array.from(
      { length: 2_000 },
      () => Math.round(1_900 * random.next()) / 100 + (random.next() < 0.9 ? random.next() : 0),
    );
    const times = timesOf(table([...year, ...year, ...year, ...year]))[0] ?? [];
    expect(times.at(-1)).toBeLessThan(2_000);
    expect(timesOf(table(year), table(year, 9_000), table(year, 19_000))).toHaveLength(1);
  });
});
