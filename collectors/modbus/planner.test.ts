import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Block, blockOf, crosses, isBitTable, planBlocks, type PlanRules, type Span, unusedOf } from './planner.ts';

const rules: PlanRules = { maxRegisters: 20, maxBits: 30, fillRegisters: 4, fillBits: 8, barriers: [] };

const spanIn = (most: number): fc.Arbitrary<Span> =>
  fc
    .record({
      unit: fc.constantFrom(1, 1, 7),
      table: fc.constantFrom('coil', 'discrete', 'holding', 'input'),
      start: fc.integer({ min: 0, max: most }),
      width: fc.constantFrom(1, 1, 2, 4, 9),
    })
    .map((span) => ({ ...span, width: isBitTable(span.table) ? 1 : span.width }));

const anyRules = fc.record({
  maxRegisters: fc.integer({ min: 9, max: 30 }),
  maxBits: fc.integer({ min: 1, max: 40 }),
  fillRegisters: fc.integer({ min: 0, max: 12 }),
  fillBits: fc.integer({ min: 0, max: 12 }),
  barriers: fc.array(
    fc
      .record({
        unit: fc.constantFrom(undefined, 1, 7),
        table: fc.constantFrom('coil' as const, 'holding' as const),
        from: fc.integer({ min: 0, max: 90 }),
        length: fc.integer({ min: 0, max: 5 }),
      })
      .map(({ length, ...rest }) => ({ ...rest, to: rest.from + length })),
    { maxLength: 4 },
  ),
});

const touches = (span: Span, { barriers }: PlanRules): boolean =>
  barriers.some((barrier) => crosses(barrier, span, span.start, span.start + span.width));

function allowed({ unit, table, start, count }: Block, { maxBits, maxRegisters, barriers }: PlanRules): boolean {
  if (count > (isBitTable(table) ? maxBits : maxRegisters)) return false;
  return !barriers.some(
    (barrier) => barrier.table === table && (barrier.unit ?? unit) === unit && start < barrier.to && start + count > barrier.from,
  );
}

const costOf = (blocks: readonly Block[], { fillBits, fillRegisters }: PlanRules): number =>
  blocks.reduce((sum, { table, count }) => sum + count + (isBitTable(table) ? fillBits : fillRegisters), 0);

/** Reference: the cheapest plan for spans of one unit and table, over all possible groupings. */
function cheapest(spans: readonly Span[], some: PlanRules): number {
  let best = Number.POSITIVE_INFINITY;
  const place = (at: number, groups: readonly (readonly Span[])[]): void => {
    const span = spans[at];
    if (span === undefined) {
      const blocks = groups.map((group) => blockOf(group.toSorted((a, b) => a.start - b.start)));
      if (blocks.every((block) => allowed(block, some))) best = Math.min(best, costOf(blocks, some));
      return;
    }
    groups.forEach((group, i) => place(at + 1, groups.with(i, [...group, span])));
    place(at + 1, [...groups, [span]]);
  };
  place(0, []);
  return best;
}

describe('the planner', () => {
  it('reads every span whole and once, within the limits and without forbidden addresses', () => {
    fc.assert(
      fc.property(fc.array(spanIn(90), { maxLength: 40 }), anyRules, (all, some) => {
        const wanted = all.filter((span) => !touches(span, some));
        const blocks = planBlocks(wanted, some);
        expect(blocks.every((block) => allowed(block, some))).toBe(true);
        for (const { unit, table, start, count, spans } of blocks) {
          for (const span of spans) {
            expect([span.unit, span.table]).toEqual([unit, table]);
            expect(span.start >= start && span.start + span.width <= start + count).toBe(true);
          }
        }
        const read = blocks.flatMap(({ spans }) => spans);
        expect(read.length).toBe(wanted.length);
        expect(new Set(read)).toEqual(new Set(wanted));
      }),
      { seed: 1, numRuns: 400 },
    );
  });

  it('finds the minimum cost over all groupings', () => {
    fc.assert(
      fc.property(fc.array(spanIn(40), { maxLength: 9 }), anyRules, (all, some) => {
        const wanted = all.filter((span) => !touches(span, some));
        const groups = [...Map.groupBy(wanted, ({ unit, table }) => `${unit} ${table}`).values()];
        const least = groups.reduce((sum, group) => sum + cheapest(group.slice(0, 7), some), 0);
        const blocks = groups.flatMap((group) => planBlocks(group.slice(0, 7), some));
        expect(costOf(blocks, some)).toBe(least);
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  it('divides at the widest gap if a limit requires it', () => {
    const at = (start: number): Span => ({ unit: 1, table: 'holding', start, width: 1 });
    // Filled from the left it would be 0–15 and 18–30: two registers more.
    const blocks = planBlocks([at(0), at(5), at(10), at(15), at(18), at(30)], { ...rules, fillRegisters: 64 });
    expect(blocks.map(({ start, count }) => [start, count])).toEqual([
      [0, 19],
      [30, 1],
    ]);
    expect(blocks.map(unusedOf)).toEqual([14, 0]);
  });

  it('reads across a gap up to the cost of a request, and not beyond', () => {
    const pair = (gap: number): Span[] => [
      { unit: 1, table: 'input', start: 0, width: 2 },
      { unit: 1, table: 'input', start: 2 + gap, width: 2 },
    ];
    expect(planBlocks(pair(4), rules).length).toBe(1);
    expect(planBlocks(pair(5), rules).length).toBe(2);
  });

  it("never joins units, and applies a unit's forbidden addresses only to that unit", () => {
    const spans = [1, 2].flatMap((unit) => [0, 4].map((start): Span => ({ unit, table: 'holding', start, width: 2 })));
    const blocks = planBlocks(spans, { ...rules, barriers: [{ unit: 2, table: 'holding', from: 2, to: 3 }] });
    expect(blocks.map(({ unit, start, count }) => [unit, start, count])).toEqual([
      [1, 0, 6],
      [2, 0, 2],
      [2, 4, 2],
    ]);
  });

  it('reports what it cannot read', () => {
    expect(() => planBlocks([{ unit: 1, table: 'holding', start: 0, width: 25 }], rules)).toThrow(RangeError);
  });

  it('plans ten thousand tags quickly', () => {
    const spans = Array.from({ length: 10_000 }, (_, i): Span => ({ unit: 1, table: 'coil', start: i * 6, width: 1 }));
    const blocks = planBlocks(spans, { ...rules, maxBits: 2000, fillBits: 256 });
    expect(blocks.reduce((sum, { spans: { length } }) => sum + length, 0)).toBe(10_000);
    expect(blocks.length).toBe(30);
  });
});
