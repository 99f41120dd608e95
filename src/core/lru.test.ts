import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Lru } from './lru.ts';

it('keeps at most its capacity and at least the most recently used half, and reports evicted entries', () => {
  const act = fc.tuple(fc.constantFrom('get', 'set', 'obtain', 'delete'), fc.integer({ min: 0, max: 12 }));
  fc.assert(
    fc.property(fc.array(act, { maxLength: 200 }), fc.integer({ min: 2, max: 9 }), (acts, capacity) => {
      let used: number[] = [];
      const present = new Map<number, string>();
      let gone = 0;
      const lru = new Lru<number, string>(capacity, (value, key) => {
        gone++;
        expect(present.get(key)).toBe(value);
        present.delete(key);
      });
      acts.forEach(([how, key], i) => {
        const value = `v${i}`;
        if (how === 'delete') {
          lru.delete(key);
          present.delete(key);
          used = used.filter((one) => one !== key);
          return;
        }
        const before = present.get(key);
        if (how === 'get') expect(lru.get(key)).toBe(before);
        else if (how === 'set') {
          present.set(key, value);
          lru.set(key, value);
        } else {
          if (before === undefined) present.set(key, value);
          expect(lru.obtain(key, () => value)).toBe(before ?? value);
        }
        if (how === 'get' && before === undefined) return;
        used = [...used.filter((one) => one !== key), key];
        expect(lru.size).toBeLessThanOrEqual(capacity);
        for (const recent of used.slice(-Math.floor(capacity / 2))) expect(present.has(recent)).toBe(true);
      });
      expect(new Map(lru.entries())).toEqual(present);
      expect([lru.size, lru.evicted]).toEqual([present.size, gone]);
    }),
    { seed: 2, numRuns: 500 },
  );
});
