import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Block, Blocks, blockRows } from './blocks.ts';

const rowMs = 10_000;
const blocksOf = (rows: readonly (readonly number[])[], times: readonly number[] = rows.map((_, t) => rowMs * t)): Block[] => {
  const blocks = new Blocks(rows[0]?.length ?? 0, rowMs);
  return rows.flatMap((row, t) => blocks.add(times[t] as number, Float64Array.from(row)) ?? []);
};

describe('means of rows', () => {
  it('change by exactly the flow between them, for any course of the flow', () => {
    const flows = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 4 * blockRows, maxLength: 200 });
    fc.assert(
      fc.property(flows, (flow) => {
        let level = 3;
        const rows = flow.map((value, t) => {
          level += t === 0 ? 0 : (value + (flow[t - 1] as number)) / 2;
          return [level, value];
        });
        const blocks = blocksOf(rows);
        blocks.slice(1).forEach(({ value }, k) => {
          const change = (value[0] as number) - (blocks[k]?.value[0] as number);
          expect(blockRows * (value[3] as number)).toBeCloseTo(change, 6);
        });
      }),
    );
  });

  it('bridge a missing row by its neighbours', () => {
    const rows = Array.from({ length: 4 * blockRows }, () => [5]);
    const blocks = blocksOf(rows.map((row, t) => (t % 5 === 3 ? [Number.NaN] : row)));
    for (const { value } of blocks) expect(value[0]).toBe(5);
    for (const { value } of blocks.slice(1)) expect((value[1] as number) / 5).toBeCloseTo(1, 1);
  });

  it('are missing if the first value of a column comes later than those of others, as after a start while a mode settles', () => {
    const rows = Array.from({ length: 4 * blockRows }, (_, t) => [t, t < 6 ? Number.NaN : 1]);
    const [first, second, third] = blocksOf(rows).map(({ value }) => [...value]);
    expect(first?.[0]).toBeCloseTo(7.5, 6);
    expect([first?.[1], first?.[3]]).toEqual([Number.NaN, Number.NaN]);
    expect(second?.[1]).toBe(1);
    // a level that rises by its flow of 1 per row
    expect(blockRows * (third?.[3] ?? 0)).toBeCloseTo((third?.[0] ?? 0) - (second?.[0] ?? 0), 6);
  });

  it('are missing if the first row of all comes within a block, as after a start: the next mean is less than a block later', () => {
    const rows = Array.from({ length: 4 * blockRows }, () => [1]);
    const [first, second] = blocksOf(
      rows,
      rows.map((_, t) => rowMs * (t + 4)),
    ).map(({ value }) => [...value]);
    expect(first).toEqual([Number.NaN, Number.NaN]);
    expect(second).toEqual([1, 1]);
  });

  it('are missing if more than half of their rows are, and give no flow since', () => {
    const rows = Array.from({ length: 4 * blockRows }, (_, t) => [t >= blockRows && t < blockRows + 9 ? Number.NaN : 7]);
    const [first, second, third] = blocksOf(rows).map(({ value }) => [...value]);
    expect(first).toEqual([7, 7]);
    expect(second).toEqual([Number.NaN, Number.NaN]);
    expect(third).toEqual([7, 7]);
  });
});
