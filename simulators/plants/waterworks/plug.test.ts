import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fullPlug, plugMass, pushPlug } from './plug.ts';

describe('a plug', () => {
  it('returns the water that entered one volume ago', () => {
    const plug = fullPlug(10, 0);
    const out: number[] = [];
    for (let i = 0; i < 30; i++) out.push(pushPlug(plug, 1, i, true, 10, 0.01));
    expect(out.slice(10)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('conserves water and mass for any direction and volume of flow', () => {
    const pushes = fc.array(
      fc.record({
        volume: fc.double({ min: 1e-4, max: 30, noNaN: true }),
        fromEnd: fc.boolean(),
        c: fc.double({ min: 0, max: 5, noNaN: true }),
      }),
      { minLength: 1, maxLength: 200 },
    );
    fc.assert(
      fc.property(pushes, (flows) => {
        const plug = fullPlug(10, 1);
        let mass = plugMass(plug);
        for (const { volume, fromEnd, c } of flows) mass += volume * c - pushPlug(plug, volume, c, fromEnd, 10);
        expect(plugMass(plug)).toBeCloseTo(mass, 6);
        expect(plug.volume.reduce((sum, v) => sum + v, 0)).toBeCloseTo(10, 9);
        expect(plug.volume.length).toBeLessThanOrEqual(125);
      }),
      { seed: 7, numRuns: 60 },
    );
  });
});
