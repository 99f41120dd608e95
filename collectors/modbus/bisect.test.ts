import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bisection } from './bisect.ts';
import { type Block, blockOf, planBlocks, type PlanRules, type Span } from './planner.ts';

const rules: PlanRules = { maxRegisters: 125, maxBits: 2000, fillRegisters: 20, fillBits: 20, barriers: [] };
const at = (start: number, width = 1): Span => ({ unit: 1, table: 'holding', start, width });

/** Simulates a device that refuses every read of an illegal address. */
function search(root: Block, illegal: ReadonlySet<number>) {
  const bisection = new Bisection(root);
  const queue = [root];
  let asked = 0;
  for (let block = queue.shift(); block !== undefined && bisection.findings() === undefined; block = queue.shift()) {
    asked++;
    const { start, count } = block;
    if ([...illegal].some((address) => address >= start && address < start + count)) queue.push(...bisection.refused(block));
    else bisection.accepted(block);
  }
  const findings = bisection.findings();
  if (findings === undefined) throw new Error('no end');
  return { ...findings, asked };
}

describe('the search for an illegal address', () => {
  it('finds one among many in a logarithmic number of requests', () => {
    const root = blockOf(Array.from({ length: 100 }, (_, i) => at(i)));
    const { refused, barriers, asked } = search(root, new Set([37]));
    expect(refused).toEqual([at(37)]);
    expect(barriers).toEqual([]);
    expect(asked).toBeLessThanOrEqual(15);
  });

  it('first suspects unrequested addresses, and finds the gap', () => {
    const root = blockOf([at(0), at(1), at(10), at(11)]);
    const { refused, barriers, asked } = search(root, new Set([5]));
    expect(refused).toEqual([]);
    expect(barriers).toEqual([{ unit: 1, table: 'holding', from: 2, to: 10 }]);
    expect(asked).toBe(3);
  });

  it('finds a length limit that the device does not report', () => {
    const bisection = new Bisection(blockOf(Array.from({ length: 40 }, (_, i) => at(i))));
    for (const half of bisection.refused(bisection.root)) bisection.accepted(half);
    expect(bisection.findings()).toMatchObject({ refused: [], barriers: [{ from: 20, to: 20 }] });
  });

  it('keeps bits of one register together, and separates overlapping spans if necessary', () => {
    const bits = blockOf([at(4), { ...at(4) }, { ...at(4) }]);
    expect(search(bits, new Set([4]))).toMatchObject({ refused: bits.spans, asked: 1 });
    const over = new Bisection(blockOf([at(0, 4), at(2, 4)]));
    for (const half of over.refused(over.root)) over.accepted(half);
    expect(over.findings()).toEqual({ refused: [], barriers: [], alone: [at(2, 4)] });
  });

  it('ends soon if the device refuses everything', () => {
    const root = blockOf(Array.from({ length: 100 }, (_, i) => at(i)));
    const { refused, asked } = search(root, new Set(Array.from({ length: 100 }, (_, i) => i)));
    expect(refused.length).toBe(100);
    expect(asked).toBeLessThanOrEqual(15);
  });

  it('allows all legal addresses to be read in the end, in any number of searches', () => {
    const starts = fc.uniqueArray(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(starts, fc.uniqueArray(fc.integer({ min: 0, max: 100 }), { maxLength: 3 }), (some, bad) => {
        const illegal = new Set(bad);
        const spans = some.map((start) => at(start));
        let barriers: PlanRules['barriers'] = [];
        let refused = new Set<Span>();
        const refuses = ({ start, count }: Block): boolean => bad.some((address) => address >= start && address < start + count);
        for (let round = 0; round < 12; round++) {
          const blocks = planBlocks(
            spans.filter((span) => !refused.has(span)),
            { ...rules, barriers },
          );
          const failing = blocks.filter(refuses);
          if (failing.length === 0) break;
          for (const block of failing) {
            const found = search(block, illegal);
            barriers = [...barriers, ...found.barriers];
            refused = new Set([...refused, ...found.refused]);
          }
        }
        const legal = spans.filter(({ start }) => !illegal.has(start));
        // A search that gives up reports a few legal spans as refused; with three illegal addresses it must not give up.
        expect(spans.filter((span) => !refused.has(span))).toEqual(legal);
        expect(planBlocks(legal, { ...rules, barriers }).filter(refuses)).toEqual([]);
      }),
      { seed: 4, numRuns: 300 },
    );
  });
});
