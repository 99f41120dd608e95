import { describe, expect, it } from 'vitest';
import {
  calibrate,
  counting,
  learnedFrom,
  make,
  reportsOf,
  sameReports,
  scored,
  series,
  surprises,
  tagOf,
  targetOf,
  twinCases,
  wave,
} from '../../test/support/detectors.ts';
import type { Detector } from '../../src/core/detector.ts';
import { range } from './index.ts';
import { twin } from './range.twin.ts';

const learnedOf = (values: readonly number[], tag = tagOf('LT01')) => learnedFrom(range, tag, values);
const constant = (value: number): number[] => Array.from({ length: 200 }, () => value);

describe('range', () => {
  it('judges a measurement by a swing and a set-point by a range that a person has edited', () => {
    const values = Array.from({ length: 200 }, (_, i) => 2 + Math.sin(i));
    const detector = learnedOf(values);
    const [before = 0] = surprises(detector, series([5], 1e7));
    detector.amend?.('LT01', '', { swing: 4 });
    const [after = 0] = surprises(detector, series([5], 1e7 + 1_000));
    expect([before > 1, after < 1]).toEqual([true, true]);
    expect(detector.facts?.()).toMatchObject([{ figures: { swing: 4, high: Math.max(...values) }, editable: ['swing'] }]);
    const setpoint = learnedOf(values, tagOf('SP', { role: 'setpoint' }));
    expect(setpoint.facts?.()).toMatchObject([{ editable: ['low', 'high'] }]);
    expect(() => setpoint.amend?.('SP', '', { low: 7 })).toThrow('low cannot be above high');
    setpoint.amend?.('SP', '', { high: 6 });
    expect(surprises(setpoint, series([5.9, 6.5], 1e7)).map((one) => one > 1)).toEqual([false, true]);
  });

  it('equals its twin on every pair of streams', () => {
    for (const role of ['measurement', 'setpoint'] as const)
      for (const { name, learned, scored: samples } of twinCases()) {
        const reports = reportsOf(range, tagOf('A', { role }), { learned, scored: samples });
        expect(sameReports(reports, twin(counting(learned), counting(samples), role === 'measurement')), name).toBe('');
      }
  });

  it('stays within 1 on learned data, and within a season that moves slowly', () => {
    const values = wave(4_000);
    expect(Math.max(...surprises(learnedOf(values), series(values, 1e7)))).toBeLessThanOrEqual(1);
    const minutes = (from: number, days: number, perDay: number) =>
      series(
        wave(1_440 * days, 1, { mean: 2, swing: 0.3, period: 1_440 }).map((value, i) => value + (perDay * i) / 1_440),
        from,
        60_000,
      );
    const tag = tagOf('TE', { scanMs: 60_000 });
    const learned = (): Detector => {
      const detector = make(range, targetOf([tag]));
      calibrate(range, detector, minutes(0, 7, 0));
      return detector;
    };
    // the band is 0.6 wide: a move by a tenth of it each day is a season, by twice of it in a day is not
    expect(Math.max(...surprises(learned(), minutes(7 * 86_400_000, 20, 0.06)))).toBeLessThanOrEqual(1);
    expect(Math.max(...surprises(learned(), minutes(7 * 86_400_000, 3, 1.2)))).toBeGreaterThan(1);
  });

  it('makes a deviation that stays for a day the level, and finds the way back', () => {
    const minutes = (value: number, from: number, count: number) =>
      series(wave(count, 2, { mean: value, swing: 0, noise: 0.05 }), from * 60_000, 60_000);
    const detector = make(range, targetOf([tagOf('LT01', { scanMs: 60_000 })]));
    calibrate(range, detector, minutes(2, 0, 4_000));
    const away = surprises(detector, minutes(4, 4_000, 3_000));
    expect(away.findIndex((one) => one <= 1)).toBeGreaterThanOrEqual(1_435);
    expect(away.findIndex((one) => one <= 1)).toBeLessThan(1_445);
    expect(surprises(detector, minutes(2, 7_000, 5))[0]).toBeGreaterThan(1);
  });

  it('finds a new value of a set-point on its first sample', () => {
    const setpoint = tagOf('CL.SP', { role: 'setpoint', unit: 'mg/L', description: 'Chlorine setpoint' });
    const detector = learnedOf([...constant(1), ...constant(1.1), ...constant(1)], setpoint);
    expect(surprises(detector, series([1, 1.1, 1], 1e7)).every((one) => one < 1)).toBe(true);
    expect(surprises(detector, series([0.3], 1e7 + 3_000))[0]).toBeGreaterThan(2);
    const { sentence, title, techniques } = detector.explain(0);
    expect(sentence).toMatch(
      /^Chlorine setpoint was set to 0\.300 mg\/L, below its normal range\. Normal range of set-point CL\.SP: 0\.975 to 1\.125 mg\/L\.$/,
    );
    expect(title).toBe('Chlorine setpoint set to 0.300 mg/L');
    expect(techniques[0]).toBe('T0836');
  });

  it('reports each change of a constant, and nothing while it is constant', () => {
    const detector = learnedOf(constant(7));
    expect(surprises(detector, series([7, 7, 7.2], 1e7))).toEqual([0, 0, expect.toSatisfy((one: number) => one > 2)]);
    const zero = learnedOf(constant(0), tagOf('Z', { range: undefined }));
    expect(surprises(zero, series([0, 0.001], 1e7))).toEqual([0, expect.toSatisfy((one: number) => one > 2)]);
  });

  it('learns during operation, and reports nothing before it has learned enough', () => {
    const detector = make(range, targetOf([tagOf('LT01')]));
    const counts = series(wave(150, 1, { swing: 0 })).map((observation) => {
      const reports = scored(detector, [observation]).length;
      detector.learn(observation);
      return reports;
    });
    expect(counts.slice(0, 100).every((count) => count === 0)).toBe(true);
    expect(counts.slice(100).every((count) => count === 1)).toBe(true);
  });
});
