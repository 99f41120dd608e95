import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Habit, HabitTree } from './habit-tree.ts';
import { chanceUnder } from './novelty.ts';

describe('the tree of habits', () => {
  it('judges after the removal of a habit as if it had never been learned', () => {
    const step = fc.constantFrom('a', 'b', 'c');
    const seen = fc.array(fc.tuple(step, step, step), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(seen, fc.array(step, { minLength: 1, maxLength: 3 }), (visits, forgotten) => {
        const isGone = (path: readonly string[]): boolean => forgotten.every((each, i) => path[i] === each);
        const [tree, twin] = [new HabitTree(1_000), new HabitTree(1_000)];
        visits.forEach((path, i) => tree.learn(path, 1_000 * i));
        visits.forEach((path, i) => (isGone(path) ? undefined : twin.learn(path, 1_000 * i)));
        tree.forget(forgotten);
        const shape = (habit: Habit): unknown => [
          habit.total,
          habit.singles,
          habit.occasions,
          Object.fromEntries([...habit.under].map(([name, under]) => [name, shape(under)])),
        ];
        expect([tree.size, shape(tree.root)]).toEqual([twin.size, shape(twin.root)]);
      }),
      { seed: 6, numRuns: 300 },
    );
  });

  it('equals its twin, which counts all sightings from the start', () => {
    const step = fc.constantFrom('a', 'b', 'c', 'd');
    const seen = fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.tuple(step, step)), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(seen, (visits) => {
        const tree = new HabitTree(1_000);
        let time = 0;
        const all = visits.map(([wait, path]) => {
          time += wait * 100;
          tree.learn(path, time);
          return { time, path };
        });
        const copy = new HabitTree(1_000);
        copy.fromJson(JSON.parse(JSON.stringify(tree.toJson())));
        expect(copy).toEqual(tree);
        // reference: sightings of a leaf are those a second apart; a leaf seen on one occasion only is a single
        const leaves = new Map<string, number>();
        const sightings = all.filter(({ time: now, path }) => {
          const last = leaves.get(path.join('/'));
          if (last !== undefined && now - last < 1_000) return false;
          leaves.set(path.join('/'), now);
          return true;
        });
        const occasions = (times: readonly number[]): number => {
          let last = Number.NEGATIVE_INFINITY;
          return times.filter((now) => now - last >= 1_000 && (last = now) >= 0).length;
        };
        for (const first of new Set(all.map(({ path }) => path[0]))) {
          const under = sightings.filter(({ path }) => path[0] === first);
          const singles = [...new Set(under.map(({ path }) => path[1]))].filter(
            (second) => occasions(under.filter(({ path }) => path[1] === second).map((each) => each.time)) === 1,
          ).length;
          const habit = tree.find([first]);
          expect(habit === undefined ? Number.NaN : chanceUnder(habit)).toBe((singles + 1) / (under.length + 1));
        }
      }),
      { seed: 5, numRuns: 300 },
    );
  });
});
