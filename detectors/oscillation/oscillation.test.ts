import { describe, expect, it } from 'vitest';
import { differenceFromTwin, learnedFrom, type Sample, series, surprises, tagOf, wave } from '../../test/support/detectors.ts';
import { oscillation } from './index.ts';
import { twin } from './oscillation.twin.ts';

const learnedOf = (values: readonly number[]) =>
  learnedFrom(oscillation, tagOf('LT01', { description: 'Clearwell level 1' }), values);
const normal = { swing: 0.8, noise: 0.01, period: 3_600 };
/** Normal operation with a regular swing on top of it. */
const hunting = (count: number, height: number, period: number): number[] =>
  wave(count, 2, normal).map((value, i) => value + (height / 2) * Math.sin((2 * Math.PI * i) / period));

describe('oscillation', () => {
  it.each([3_600_000, 14_000])('equals its twin on every pair of streams, with periods up to %d ms', (slowestMs) => {
    const twinOf = (learned: readonly Sample[], scored: readonly Sample[]) => twin(learned, scored, 0.025, slowestMs / 2);
    expect(differenceFromTwin(oscillation, twinOf, { config: { minSamples: 2, slowestMs } })).toBe('');
  });

  it('leaves swings slower than any loop to other detectors', () => {
    const detector = learnedOf(wave(7_200, 1, normal));
    expect(Math.max(...surprises(detector, series(hunting(60_000, 0.8, 4_000), 1e8)))).toBeLessThan(1.1);
  });

  it.each([8, 30, 120])('finds a loop that hunts with a period of %d samples on a much larger trend', (period) => {
    const detector = learnedOf(wave(7_200, 1, normal));
    const all = surprises(detector, series(hunting(1_500, 0.2, period), 1e8));
    const found = all.findIndex((surprise) => surprise > 1.5);
    expect(found).toBeGreaterThan(3 * period);
    expect(found).toBeLessThan(6 * period);
    expect(detector.explain(0).title).toMatch(/^Clearwell level 1 oscillates by 0\.\d+ m$/);
  });

  it('reports nothing for noise, steps and the learned swing', () => {
    const detector = learnedOf(hunting(7_200, 0.2, 40));
    expect(Math.max(...surprises(detector, series(hunting(3_000, 0.2, 40), 1e8)))).toBeLessThan(1.1);
    const quiet = learnedOf(wave(7_200, 1, normal));
    const stepped = wave(3_000, 3, normal).map((value, i) => value + (i % 700 < 350 ? 0 : 0.3));
    expect(Math.max(...surprises(quiet, series(stepped, 1e8)))).toBeLessThan(1.1);
  });

  it('ends when the next turning point is overdue', () => {
    const detector = learnedOf(wave(7_200, 1, normal));
    const all = surprises(detector, series([...hunting(600, 0.2, 30), ...wave(200, 5, normal)], 1e8));
    expect(all[590]).toBeGreaterThan(1.5);
    expect(all[700]).toBe(0);
  });
});
