import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Block, type PlanLimits, planBlocks, type Span, splitBlock } from './planner.ts';

const limits: PlanLimits = { maxRegisters: 20, maxBits: 30, fillRegisters: 4, fillBits: 8 };
const span = fc
  .record({
    table: fc.constantFrom('coil', 'discrete', 'holding', 'input'),
    start: fc.integer({ min: 0, max: 90 }),
    width: fc.constantFrom(1, 1, 2, 4, 9),
  })
  .map(({ table, start, width }): Span => ({ table, start, width: table === 'coil' || table === 'discrete' ? 1 : width }));
const spans = fc.array(span, { maxLength: 40 });

const bits = (table: string): boolean => table === 'coil' || table === 'discrete';
const most = (table: string): number => (bits(table) ? limits.maxBits : limits.maxRegisters);
const fill = (table: string): number => (bits(table) ? limits.fillBits : limits.fillRegisters);

/** A block that may be sent: whole spans, no hole wider than allowed, not too long. */
function allowed(block: Block): boolean {
  let end = block.start;
  for (const { start, width } of block.spans.toSorted((a, b) => a.start - b.start)) {
    if (start - end > fill(block.table)) return false;
    end = Math.max(end, start + width);
  }
  return end === block.start + block.count && block.count <= most(block.table);
}

/** The fewest requests, by trying every way to cut the sorted spans of one table into runs. */
function fewest(wanted: readonly Span[]): number {
  const sorted = wanted.toSorted((a, b) => a.start - b.start || a.width - b.width);
  const best: number[] = [0];
  for (let to = 1; to <= sorted.length; to++) {
    best[to] = Number.POSITIVE_INFINITY;
    for (let from = 0; from < to; from++) {
      const run = sorted.slice(from, to);
      const start = run[0]?.start ?? 0;
      const count = Math.max(...run.map((s) => s.start + s.width)) - start;
      if (allowed({ table: run[0]?.table ?? 'coil', start, count, spans: run }))
        best[to] = Math.min(best[to] ?? 0, (best[from] ?? 0) + 1);
    }
  }
  return best[sorted.length] ?? 0;
}

describe('the planner', () => {
  it('reads every span whole, once, within the limits', () => {
    fc.assert(
      fc.property(spans, (wanted) => {
        const blocks = planBlocks(wanted, limits);
        expect(blocks.every(allowed)).toBe(true);
        expect(blocks.flatMap((block) => block.spans.map((s) => s.table === block.table))).not.toContain(false);
        const read = blocks.flatMap((block) => block.spans);
        expect(read.length).toBe(wanted.length);
        expect(new Set(read)).toEqual(new Set(wanted));
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('needs the fewest requests', () => {
    fc.assert(
      fc.property(spans, (wanted) => {
        const byTable = Object.values(Object.groupBy(wanted, ({ table }) => table));
        expect(planBlocks(wanted, limits).length).toBe(byTable.reduce((sum, some) => sum + fewest(some ?? []), 0));
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  it('gives a value that is wider than the limit a request of its own', () => {
    const wide: Span = { table: 'holding', start: 0, width: 25 };
    const blocks = planBlocks([wide, { table: 'holding', start: 25, width: 1 }], limits);
    expect(blocks.map(({ start, count }) => [start, count])).toEqual([
      [0, 25],
      [25, 1],
    ]);
  });

  it('splits at gaps first, then in halves, and loses nothing', () => {
    fc.assert(
      fc.property(spans, (wanted) => {
        for (const block of planBlocks(wanted, limits)) {
          const parts = splitBlock(block);
          expect(parts.flatMap((part) => part.spans)).toEqual(block.spans);
          if (block.spans.length === 1) expect(parts.length).toBe(1);
          else expect(parts.length).toBeGreaterThan(1);
        }
      }),
      { seed: 3, numRuns: 300 },
    );
    const at = (start: number): Span => ({ table: 'input', start, width: 1 });
    const [block] = planBlocks([at(0), at(1), at(4), at(5)], limits);
    const parts = splitBlock(block as Block);
    expect(parts.map(({ start, count }) => [start, count])).toEqual([
      [0, 2],
      [4, 2],
    ]);
  });
});
