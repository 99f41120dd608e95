import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Dependencies } from './dependencies.ts';

const areaOf = (supplies: Readonly<Record<string, readonly string[]>>) => ({
  equipment: Object.entries(supplies).map(([id, dependsOn]) => ({ id, name: id, kind: 'unit', dependsOn })),
});
/** Two infeeds, two coupled busbars with two feeders each, a generator; the battery is not stated. */
const station = new Dependencies([
  areaOf({ A: ['T1', 'QC'], B: ['T2', 'G', 'QC'], QC: ['A', 'B'], F1: ['A'], F2: ['A'], F3: ['B'], F4: ['B'], DC: [] }),
]);

it('an event passes along supplies, also through a coupler, and between infeeds of one busbar', () => {
  for (const [one, other] of ['T1 A', 'T1 F1', 'T1 F4', 'G F1', 'A B', 'T1 G', 'T2 QC'].map((pair) => pair.split(' ')))
    expect([one, other, station.areRelated(one ?? '', other ?? '')]).toEqual([one, other, true]);
});

it('consumers of one supply do not reach each other', () => {
  expect([station.areRelated('F1', 'F2'), station.areRelated('F1', 'F4'), station.mayRelate('F1', 'F4')]).toEqual([
    false,
    false,
    false,
  ]);
});

it('equipment without stated supplies is related to nothing, and nothing learned about it is refused', () => {
  expect([station.areRelated('DC', 'A'), station.mayRelate('DC', 'A'), station.mayRelate('DC', 'DC')]).toEqual([
    false,
    true,
    true,
  ]);
  expect([new Dependencies().areRelated('A', 'B'), new Dependencies().mayRelate('A', 'B')]).toEqual([false, true]);
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
      const dependencies = new Dependencies([areaOf(supplies)]);
      for (const [i, one] of ids.entries())
        for (const [j, other] of ids.entries())
          expect(dependencies.areRelated(one, other)).toBe(
            isStated(one) && isStated(other) && ids.some((_, k) => passes[i]?.[k] && passes[j]?.[k]),
          );
    }),
    { numRuns: 200 },
  );
});
