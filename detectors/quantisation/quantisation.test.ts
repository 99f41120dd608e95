import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import { differenceFromTwin, learnedFrom, type Sample, series, surprises, tagOf, wave } from '../../test/support/detectors.ts';
import { quantisation } from './index.ts';
import { twin } from './quantisation.twin.ts';

const learnedOf = (values: readonly number[]) =>
  learnedFrom(quantisation, tagOf('LT01', { description: 'Clearwell level 1' }), values);
const last = (values: readonly number[]): number => values.at(-1) ?? Number.NaN;

describe('quantisation', () => {
  it('equals its twin on every pair of streams', () => {
    const twinOf = (learned: readonly Sample[], scored: readonly Sample[]) => twin(learned, scored, 8);
    expect(differenceFromTwin(quantisation, twinOf, { config: { minWindows: 8 } })).toBe('');
  });

  it('finds a value in finer steps than its sensor, within a window', () => {
    const detector = learnedOf(wave(3_000, 1, { step: 0.005 }));
    const forged = wave(100, 2, { step: 0.005 }).map((value, i) => (i < 50 ? value : value + 0.003 * Math.sin(7 * i)));
    const all = surprises(detector, series(forged, 1e7));
    expect(Math.max(...all.slice(0, 50))).toBeLessThan(1.1);
    expect(Math.max(...all.slice(50, 82))).toBeGreaterThan(2);
    expect(detector.explain(0).sentence).toMatch(
      /^Clearwell level 1 changes in finer steps than its sensor, of 0\.\d+ m\. Normal step 0\.005 m\.$/,
    );
  });

  it('finds a value that was multiplied and rounded: no common step is as coarse as its sensor', () => {
    const detector = learnedOf(wave(3_000, 1, { step: 0.05, noise: 0.2 }));
    const usual = wave(300, 2, { step: 0.05, noise: 0.2 });
    const forged = usual.map((value) => Math.round(95 * value) / 100);
    const all = surprises(detector, series([...usual, ...forged], 1e7));
    expect(Math.max(...all.slice(0, 300))).toBeLessThan(1.1);
    expect(Math.max(...all.slice(300))).toBeGreaterThan(2);
    expect(detector.explain(0).sentence).toMatch(
      /^Clearwell level 1 changes in finer steps than its sensor, of 0\.01 m\. Normal step/,
    );
  });

  it('reports nothing for one reading between the steps that makes no smaller change', () => {
    const detector = learnedOf(wave(3_000, 1, { step: 0.05, noise: 0.2 }));
    const values = wave(300, 2, { step: 0.05, noise: 0.2 });
    const isSteep = (i: number): boolean => [i - 1, i + 1].every((k) => Math.abs((values[k] ?? 0) - (values[i] ?? 0)) > 0.12);
    const at = values.findIndex((_, i) => i > 100 && isSteep(i));
    const all = surprises(
      detector,
      series(
        values.map((value, i) => (i === at ? value + 0.02 : value)),
        1e7,
      ),
    );
    expect(Math.max(...all)).toBeLessThan(1.1);
  });

  it('finds that fractions have become integers', () => {
    const detector = learnedOf(wave(3_000, 1, { mean: 50, swing: 20, noise: 0.3, step: 1e-6, period: 600 }));
    const whole = wave(1_000, 2, { mean: 50, swing: 20, noise: 0.3, step: 1, period: 600 });
    expect(last(surprises(detector, series(whole, 1e7)))).toBeGreaterThan(2);
    expect(detector.explain(0).title).toBe('Clearwell level 1 has coarser steps');
  });

  it('does not report large changes as a coarser step if they are multiples of the old one', () => {
    const detector = learnedOf(wave(3_000, 1, { step: 0.005 }));
    const random = new Random(2);
    const jumps = (least: number, step: number): number[] =>
      Array.from({ length: 200 }, (_, i) => Math.round((i % 2) * random.integer(least, 4 * least) + random.integer(0, 3)) * step);
    expect(Math.max(...surprises(detector, series(jumps(20, 0.005), 1e7)))).toBeLessThan(1.1);
    expect(last(surprises(detector, series(jumps(20, 0.015), 2e7)))).toBeGreaterThan(1.5);
  });

  it('accepts a continuous value as normal, and does not take rounding errors for a step', () => {
    const continuous = { step: 1e-9 };
    const detector = learnedOf(wave(20_000, 1, continuous));
    expect(Math.max(...surprises(detector, series(wave(5_000, 2, continuous), 1e8)))).toBeLessThan(2);
    const float = (values: readonly number[]): number[] => values.map((value) => Math.fround(value));
    const rounded = learnedOf(float(wave(5_000, 1, { step: 0.005 })));
    expect(Math.max(...surprises(rounded, series(float(wave(5_000, 2, { step: 0.005 })), 1e8)))).toBeLessThan(1.1);
  });

  it('does not judge a value with too few changes to learn its step', () => {
    const detector = learnedOf(Array.from({ length: 3_000 }, (_, i) => Math.floor(i / 20)));
    expect(surprises(detector, series(wave(200), 1e7))).toEqual([]);
  });
});
