import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Supplies } from './supplies.ts';

const areaOf = (supplies: Readonly<Record<string, readonly string[]>>) => ({
  equipment: Object.entries(supplies).map(([id, dependsOn]) => ({ id, name: id, kind: 'unit', dependsOn })),
});
/** Two infeeds, two coupled busbars with two feeders each, a generator; the battery is not stated. */
const station = new Supplies([
  areaOf({ A: ['T1', 'QC'], B: ['T2', 'G', 'QC'], QC: ['A', 'B'], F1: ['A'], F2: ['A'], F3: ['B'], F4: ['B'], DC: [] }),
]);

it.each([
  ['one supplies the other', 'T1', 'A', 'T1 → A'],
  ['in either order', 'A', 'T1', 'T1 → A'],
  ['through others', 'T1', 'F1', 'T1 → F1'],
  ['through a coupler', 'G', 'F1', 'G → F1'],
  ['both have one direct supply', 'F1', 'F2', 'A → F1, F2'],
  ['both supply a third', 'T2', 'G', 'T2, G → B'],
  ['consumers of two supplies', 'F1', 'F3', undefined],
  ['equipment without stated supplies', 'DC', 'A', undefined],
  ['itself', 'A', 'A', undefined],
])('supplies relate two equipment: %s', (_, one, other, text) => expect(station.linkOf(one, other)).toBe(text));

it('nothing learned is refused unless supplies are stated of both and do not relate them', () => {
  expect(station.mayRelate('F1', 'F2')).toBe(false);
  expect([station.mayRelate('T1', 'F4'), station.mayRelate('T1', 'G'), station.mayRelate('DC', 'A')]).toEqual([true, true, true]);
  expect(new Supplies().mayRelate('A', 'B')).toBe(true);
});

it('agrees with the transitive closure of any supplies', () => {
  const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
  const graph = fc.array(fc.record({ of: fc.constantFrom(...ids), supply: fc.constantFrom(...ids) }), { maxLength: 10 });
  fc.assert(
    fc.property(graph, (edges) => {
      const supplies = Object.fromEntries(ids.map((id) => [id, edges.filter(({ of }) => of === id).map(({ supply }) => supply)]));
      // Warshall: passes[i][j] if an event at i reaches j
      const passes = ids.map((i) => ids.map((j) => i === j || edges.some(({ of, supply }) => supply === i && of === j)));
      for (const k of ids.keys())
        for (const i of ids.keys()) for (const j of ids.keys()) if (passes[i]?.[k] && passes[k]?.[j]) passes[i][j] = true;
      const isStated = (id: string): boolean => edges.some(({ of, supply }) => of === id || supply === id);
      const stated = new Supplies([areaOf(supplies)]);
      for (const [i, one] of ids.entries())
        for (const [j, other] of ids.entries()) {
          const meet = ids.some((_, k) => passes[i]?.[k] && passes[j]?.[k]);
          expect(stated.mayRelate(one, other)).toBe(i === j || !isStated(one) || !isStated(other) || meet);
          const isAlong = i !== j && (passes[i]?.[j] === true || passes[j]?.[i] === true);
          const hasOne = (between: (k: string) => boolean): boolean => i !== j && ids.some(between);
          const supplied = hasOne((k) => supplies[one]?.includes(k) === true && supplies[other]?.includes(k) === true);
          const supplying = hasOne((k) => supplies[k]?.includes(one) === true && supplies[k]?.includes(other) === true);
          expect(stated.linkOf(one, other) !== undefined).toBe(isAlong || supplied || supplying);
        }
    }),
    { numRuns: 200 },
  );
});
