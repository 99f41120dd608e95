import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Columns } from './columns.ts';
import { dayMs, outerWidth, RecentLevels, usualAbsorbMs, Widths } from './recent.ts';

const hourMs = dayMs / 24;

describe('Widths', () => {
  /** Width on the day after each day with this largest ratio. */
  const followed = (ratios: readonly number[]): number[] => {
    const widths = new Widths(new Columns(1));
    return ratios.map((ratio, day) => {
      widths.follow(0, day * dayMs, ratio);
      widths.follow(0, (day + 1) * dayMs - 1, 0);
      widths.follow(0, (day + 1) * dayMs, 0);
      return widths.width[0] as number;
    });
  };

  it('keeps what was learned while nothing exceeds half of it', () => {
    expect(followed([0.5, 0.1, 0.4])).toEqual([1, 1, 1]);
  });

  it('gives a day twice its largest ratio, and forgets half of that in 60 days', () => {
    const widths = followed([0.6, ...Array.from({ length: 28 }, () => 0)]);
    expect(widths[0]).toBeCloseTo(1.2, 9);
    expect(widths[7]).toBeCloseTo(1.2 * 2 ** (-7 / 60), 9);
  });

  it('doubles in two days at the soonest, up to its outer limit', () => {
    const widths = followed(Array.from({ length: 30 }, (_, day) => Math.SQRT2 ** day));
    expect(widths[1]).toBeCloseTo(2, 9);
    expect(widths[29]).toBe(outerWidth);
  });

  it('never is below 1, and never beyond twice the largest ratio (property)', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 50, noNaN: true }), { minLength: 1, maxLength: 60 }), (ratios) => {
        const largest = Math.max(...ratios);
        let before = 1;
        for (const width of followed(ratios)) {
          expect(width).toBeGreaterThanOrEqual(1);
          expect(width).toBeLessThanOrEqual(Math.max(1, 2 * largest));
          expect(width).toBeLessThanOrEqual(Math.min(outerWidth, before * Math.SQRT2 + 1e-9));
          before = width;
        }
      }),
      { seed: 3 },
    );
  });
});

describe('RecentLevels', () => {
  const started = (level: number): RecentLevels => {
    const levels = new RecentLevels(new Columns(1));
    levels.level[0] = level;
    levels.follow(0, 0, level, false, hourMs, usualAbsorbMs);
    return levels;
  };

  it('follows a value within days, and not at all during an alarm', () => {
    const levels = started(0);
    for (let hour = 1; hour <= 24; hour++) levels.follow(0, hour * hourMs, 1, false, hourMs, usualAbsorbMs);
    expect(levels.level[0]).toBeCloseTo(1 - (1 - 1 / 24) ** 24, 9);
    const before = levels.level[0];
    for (let hour = 25; hour <= 40; hour++) levels.follow(0, hour * hourMs, 9, true, hourMs, usualAbsorbMs);
    expect(levels.level[0]).toBe(before);
  });

  it('takes a deviation that stays as the level after the stated time, with the spread around it', () => {
    const levels = started(0);
    const absorbed = Array.from({ length: 24 }, (_, i) =>
      levels.follow(0, (i + 1) * hourMs, i % 2 === 0 ? 9 : 11, true, hourMs, usualAbsorbMs),
    );
    expect(absorbed.indexOf(true)).toBe(23);
    expect(levels.level[0]).toBeCloseTo(10, 1);
    expect(levels.spread[0]).toBeGreaterThan(0.9);
    expect(levels.spread[0]).toBeLessThan(2.1);
  });

  it('counts a value after a gap for one step alone', () => {
    const levels = started(0);
    levels.follow(0, 30 * dayMs, 1, false, hourMs, usualAbsorbMs);
    expect(levels.level[0]).toBeCloseTo(1 / 24, 9);
  });

  it('learns the mean of the first day (property)', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 1, maxLength: 24 }), (values) => {
        const levels = new RecentLevels(new Columns(1));
        values.forEach((value, i) => levels.learn(0, value, hourMs, (i + 1) * hourMs));
        expect(levels.level[0]).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 9);
      }),
      { seed: 4 },
    );
  });
});
