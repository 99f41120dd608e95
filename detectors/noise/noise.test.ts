import { describe, expect, it } from 'vitest';
import { differenceFromTwin, learnedFrom, series, surprises, tagOf, wave } from '../../test/support/detectors.ts';
import { noise } from './index.ts';
import { twin } from './noise.twin.ts';

const learnedOf = (values: readonly number[]) => learnedFrom(noise, tagOf('LT01', { description: 'Clearwell level 1' }), values);
const last = (values: readonly number[]): number => values.at(-1) ?? Number.NaN;

describe('noise', () => {
  it('equals its twin on every pair of streams', () => {
    expect(differenceFromTwin(noise, twin)).toBe('');
  });

  it('finds noise that vanishes while the level still moves', () => {
    const detector = learnedOf(wave(3_000));
    const all = surprises(detector, series([...wave(100, 2), ...wave(200, 3, { noise: 0, step: 1e-6 })], 1e7));
    expect(Math.max(...all.slice(0, 60))).toBeLessThan(1.5);
    expect(last(all)).toBeGreaterThan(2);
    expect(detector.explain(0).title).toBe('Clearwell level 1 has lost its noise');
  });

  it('does not call the noise lost that is merely smaller', () => {
    const detector = learnedOf(wave(3_000));
    const all = surprises(detector, series([...wave(100, 2), ...wave(200, 3, { noise: 0.002 })], 1e7));
    expect(last(all)).toBeGreaterThan(1);
    expect(detector.explain(0).title).toBe('Clearwell level 1 fluctuates too little');
  });

  it('finds noise that grows', () => {
    const detector = learnedOf(wave(3_000));
    expect(last(surprises(detector, series(wave(150, 3, { noise: 0.08 }), 1e7)))).toBeGreaterThan(2);
    expect(detector.explain(0).sentence).toMatch(/^Clearwell level 1 fluctuates too much, by 0\.\d{3} m/);
  });

  it('states in text that a value never fluctuated', () => {
    const detector = learnedOf(Array.from({ length: 3_000 }, () => 3));
    surprises(detector, series(wave(150, 3, { noise: 0.08 }), 1e7));
    expect(detector.explain(0)).toMatchObject({
      sentence: expect.stringMatching(/by 0\.\d{3} m from sample to sample\. Normal: no fluctuation\.$/),
      normalIf: 'it did not fluctuate',
      contributions: [{ of: 'fluctuation' }],
      band: { of: 'fluctuation' },
    });
  });

  it('ends soon after the noise, whatever its size', () => {
    const detector = learnedOf(wave(3_000));
    const wild = wave(400, 3).map((value, i) => value + (i >= 100 && i < 200 ? 1e4 * (i % 2) : 0));
    const all = surprises(detector, series(wild, 1e7));
    expect(Math.max(...all.slice(100, 150))).toBeGreaterThan(2);
    expect(Math.max(...all.slice(-100))).toBeLessThan(1.5);
  });

  it('does not report a step of the process as noise', () => {
    const detector = learnedOf(wave(3_000));
    const stepped = wave(150, 3).map((value, i) => value + (i < 80 ? 0 : 0.2));
    expect(Math.max(...surprises(detector, series(stepped, 1e7)))).toBeLessThan(2);
  });

  it('accepts a coarsely rounded value without noise as normal', () => {
    const coarse = { noise: 0.002, step: 0.1, period: 20_000 };
    const detector = learnedOf(wave(6_000, 1, coarse));
    expect(Math.max(...surprises(detector, series(wave(3_000, 2, coarse), 1e7)))).toBeLessThan(1.3);
  });
});
