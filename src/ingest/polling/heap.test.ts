import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Heap, type HeapItem } from './heap.ts';

interface Numbered extends HeapItem {
  readonly key: number;
  readonly id: number;
}

const before = (a: Numbered, b: Numbered): boolean => a.key < b.key || (a.key === b.key && a.id < b.id);
const inOrder = (items: Iterable<Numbered>): Numbered[] => [...items].toSorted((a, b) => (before(a, b) ? -1 : 1));

describe('a heap', () => {
  it('returns the same first item as a sorted list, after any insertions and removals', () => {
    const step = fc.record({
      key: fc.integer({ min: 0, max: 9 }),
      remove: fc.option(fc.nat(30)),
      limit: fc.integer({ min: 0, max: 9 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const heap = new Heap(before);
        const all = new Set<Numbered>();
        steps.forEach(({ key, remove, limit }, id) => {
          const item = { key, id, place: -1 };
          heap.add(item);
          all.add(item);
          const gone = remove === null ? undefined : [...all][remove];
          if (gone !== undefined) {
            heap.remove(gone);
            heap.remove(gone);
            all.delete(gone);
          }
          const sorted = inOrder(all);
          expect(heap.first).toBe(sorted[0]);
          const odd = (one: Numbered): boolean => one.id % 3 === 1;
          expect(heap.find((one) => one.key <= limit, odd)).toBe(sorted.find((one) => one.key <= limit && odd(one)));
        });
      }),
      { seed: 3, numRuns: 300 },
    );
  });
});
