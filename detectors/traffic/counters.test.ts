import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Counters } from './counters.ts';

describe('a decaying count', () => {
  it('equals its twin, which sums all events, each decayed by its age', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 1, max: 9 })), {
      minLength: 1,
      maxLength: 50,
    });
    fc.assert(
      fc.property(steps, (all) => {
        const counters = new Counters(4);
        const came: { time: number; amount: number }[] = [];
        let time = 0;
        for (const [wait, amount] of all) {
          time += wait;
          came.push({ time, amount });
          const twin = came.reduce((sum, each) => sum + each.amount * Math.exp((each.time - time) / 3_000), 0);
          expect(counters.add('a', amount, time, 3_000)).toBeCloseTo(twin, 9);
        }
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  it('drops the oldest key when there are too many', () => {
    const counters = new Counters(2);
    for (const key of ['a', 'b', 'a', 'c']) counters.add(key, 1, 0, 1_000);
    expect(counters.save().map(([key]) => key)).toEqual(['a', 'c']);
  });
});
