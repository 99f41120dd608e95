import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeMarks } from './lane-marks.ts';

describe('marks on a lane', () => {
  it('are stacked if they are close, and return to the first row if there is space', () => {
    const placed = placeMarks(
      [
        { at: 0.01, text: 'writes 0' },
        { at: 0.02, text: 'writes 0' },
        { at: 0.5, text: 'later' },
      ],
      2,
    );
    expect(placed.map(({ row }) => row)).toEqual([0, 1, 0]);
  });

  it('are never lost: a point without space is counted with another', () => {
    const points = fc.array(fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), text: fc.string({ maxLength: 60 }) }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 4 }), (given, rows) => {
        const placed = placeMarks(given, rows);
        expect(placed.reduce((sum, { hidden }) => sum + 1 + hidden, 0)).toBe(given.length);
        expect(placed.every(({ row }) => row >= 0 && row < rows)).toBe(true);
      }),
      { seed: 11 },
    );
  });

  it('extend to the left at the end of the lane', () => {
    expect(placeMarks([{ at: 0.98, text: 'stop pump' }], 2)[0]?.toLeft).toBe(true);
  });
});
