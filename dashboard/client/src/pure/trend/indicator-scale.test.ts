import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indicatorScale } from './indicator-scale.ts';

describe('the scale of an indicator', () => {
  it('puts every normal band into the middle third', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
        (low, width) => {
          const { band } = indicatorScale({ low, high: low + width }, undefined, undefined);
          expect(band?.from).toBeCloseTo(1 / 3, 6);
          expect(band?.to).toBeCloseTo(2 / 3, 6);
        },
      ),
      { seed: 7 },
    );
  });

  it('clamps the pointer to the end and shows on which side a value is off', () => {
    const scale = indicatorScale({ low: 2, high: 3 }, undefined, undefined);
    expect(scale.at(9)).toBe(1);
    expect(scale.off(9)).toBe(1);
    expect(scale.at(-9)).toBe(0);
    expect(scale.off(-9)).toBe(-1);
    expect(scale.off(2.5)).toBe(0);
  });

  it('shows the zones of limits on the track, the nearer of two limits', () => {
    const scale = indicatorScale({ low: 2, high: 3 }, { high: 3.5, highHigh: 3.8, low: -40 }, undefined);
    expect(scale.highZone).toBeCloseTo(2.5 / 3);
    expect(scale.lowZone).toBeUndefined();
  });

  it('uses the range, then limits, if there is no band', () => {
    expect(indicatorScale(undefined, undefined, { low: 0, high: 10 })).toMatchObject({ low: 0, high: 10, band: undefined });
    expect(indicatorScale(undefined, { low: 1, high: 4 }, undefined)).toMatchObject({ low: 1, high: 4 });
    expect(indicatorScale(undefined, undefined, undefined)).toMatchObject({ low: 0, high: 1 });
  });
});
