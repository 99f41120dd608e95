import { describe, expect, it } from 'vitest';
import {
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
  twinGrade,
  wave,
} from '../../test/support/detectors.ts';
import { range } from './index.ts';

const learnedOf = (values: readonly number[], tag = tagOf('LT01')) => learnedFrom(range, tag, values);
const constant = (value: number): number[] => Array.from({ length: 200 }, () => value);

/** Share of the variance that a straight line in time explains. */
function explained(samples: readonly { readonly time: number; readonly value: number }[]): number {
  const mean = (of: readonly number[]): number => of.reduce((sum, one) => sum + one / of.length, 0);
  const times = samples.map(({ time }) => time / 1_000);
  const values = samples.map(({ value }) => value);
  const [t, v] = [mean(times), mean(values)];
  const sum = (of: (i: number) => number): number => samples.reduce((total, _, i) => total + of(i), 0);
  const both = sum((i) => ((times[i] ?? 0) - t) * ((values[i] ?? 0) - v));
  return both ** 2 / (sum((i) => ((times[i] ?? 0) - t) ** 2) * sum((i) => ((values[i] ?? 0) - v) ** 2));
}

describe('range', () => {
  it('judges by a range that a person has edited', () => {
    const values = Array.from({ length: 200 }, (_, i) => 2 + Math.sin(i));
    const detector = learnedOf(values);
    const [before = 0] = surprises(detector, series([5]));
    detector.amend?.('LT01', '', { high: 6 });
    const [after = 0] = surprises(detector, series([5], 1_000));
    expect(before).toBeGreaterThan(1);
    expect(after).toBeLessThan(1);
    expect(detector.facts?.()).toMatchObject([{ channel: 'LT01', unit: 'm', figures: { low: Math.min(...values), high: 6 } }]);
    expect(() => detector.amend?.('LT01', '', { low: 7 })).toThrow('low cannot be above high');
  });

  it('equals its twin on every pair of streams', () => {
    for (const { name, learned, scored: samples } of twinCases()) {
      const values = counting(learned).map(({ value }) => value);
      const [low, high] = [Math.min(...values), Math.max(...values)];
      if (explained(counting(learned)) > 0.7) continue;
      const twin = counting(samples).map(({ time, value }) => ({
        time,
        surprise: twinGrade(Math.abs(value - (low + high) / 2) / ((high - low) / 2 + 0.005 * 5)),
      }));
      expect(sameReports(reportsOf(range, tagOf('A'), { learned, scored: samples }), twin), name).toBe('');
    }
  });

  it('stays within 1 on learned data, and is 1 at its edge', () => {
    const values = wave(4_000);
    const again = surprises(learnedOf(values), series(values, 1e7));
    expect(Math.max(...again)).toBeLessThanOrEqual(1);
    expect(Math.max(...again)).toBeGreaterThan(0.95);
  });

  it('finds a new value of a set-point on its first sample', () => {
    const setpoint = tagOf('CL.SP', { role: 'setpoint', unit: 'mg/L', description: 'Chlorine setpoint' });
    const detector = learnedOf([...constant(1), ...constant(1.1), ...constant(1)], setpoint);
    expect(surprises(detector, series([1, 1.1, 1], 1e7)).every((one) => one < 1)).toBe(true);
    expect(surprises(detector, series([0.3], 1e7 + 3_000))[0]).toBeGreaterThan(2);
    const { sentence, title, techniques } = detector.explain(0);
    expect(sentence).toMatch(
      /^Chlorine setpoint was set to 0\.300 mg\/L, below its learned range\. Normal range of set-point CL\.SP: 1\.000 to 1\.100 mg\/L\.$/,
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

  it('does not judge a measurement that only moved in one direction, but judges such a set-point', () => {
    const falling = wave(2_000, 1, { swing: 0 }).map((value, i) => value - i / 2_000);
    expect(surprises(learnedOf(falling), series([0.9, 0.8], 1e7))).toEqual([]);
    const setpoint = tagOf('SP', { role: 'setpoint' });
    const moved = [...constant(1), ...constant(1.1)];
    expect(surprises(learnedOf(moved, setpoint), series([0.3], 1e7))[0]).toBeGreaterThan(2);
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
