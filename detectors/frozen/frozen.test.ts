import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Columns } from '../../src/detector-kit/columns.ts';
import {
  learnedFrom,
  observed,
  paceOf,
  reportsOf,
  series,
  surprises,
  tagOf,
  twinCases,
  wave,
} from '../../test/support/detectors.ts';
import { longestByValue, staysOf, twin } from './frozen.twin.ts';
import { frozen } from './index.ts';
import { Rests } from './rests.ts';

const learnedOf = (values: readonly number[], tag = tagOf('LT01', { description: 'Clearwell level 1' })) =>
  learnedFrom(frozen, tag, values);
const pump = (count: number): number[] =>
  wave(count, 3, { mean: 3, swing: 0, noise: 0.02 }).map((value, i) => (i % 600 < 300 ? 0.5 : value));

describe('frozen', () => {
  it('equals its twin for values with a bound of their own, on every pair of streams', () => {
    for (const { name, learned, scored } of twinCases()) {
      const expected = twin(learned, scored);
      for (const [i, { time, surprise }] of reportsOf(frozen, tagOf('A'), { learned, scored }).entries()) {
        expect(expected[i]?.time, name).toBe(time);
        if (!Number.isNaN(expected[i]?.surprise))
          expect(surprise, `${name} at ${time}`).toBeCloseTo(expected[i]?.surprise ?? 0, 9);
      }
    }
  });

  it('keeps the six longest stays exactly, and never bounds a value below its own stay (property)', () => {
    const run = fc.record({ value: fc.integer({ min: 0, max: 12 }), scans: fc.integer({ min: 1, max: 40 }) });
    fc.assert(
      fc.property(fc.array(run, { minLength: 1, maxLength: 60 }), (runs) => {
        const values = runs.flatMap(({ value, scans }) => Array.from({ length: scans }, () => value));
        const samples = values.map((value, i) => ({ time: i * 1_000, value }));
        const rests = new Rests(new Columns(1));
        for (const { value, ms } of staysOf(samples)) {
          rests.learn(0, value, ms / 2, false);
          rests.learn(0, value, ms, true);
        }
        const longest = longestByValue(staysOf(samples));
        const long = longest.slice(0, 6).filter(({ ms }) => 2 * ms >= (longest[0]?.ms ?? 0));
        const anywhere = long.length < 3 ? 0 : (long.at(-1)?.ms ?? 0);
        for (const { value, ms } of longest) expect(rests.longest(0, value)).toBeGreaterThanOrEqual(ms);
        for (const { value, ms } of longest.filter((one) => one.ms > (longest[6]?.ms ?? 0)).slice(0, 6))
          expect(rests.longest(0, value)).toBe(Math.max(ms, anywhere));
        expect(rests.longest(0, 99)).toBeGreaterThanOrEqual(Math.max(longest[5]?.ms ?? 0, anywhere));
      }),
      { seed: 5, numRuns: 200 },
    );
  });

  it('tolerates the delay of a fast lab, and none at 1×', () => {
    const stuck = series(
      Array.from({ length: 9 }, () => 2.05),
      4_000_000,
    );
    const most = (speed: number): number => Math.max(...surprises(learnedOf(wave(3_000)), [paceOf(speed), ...stuck]));
    expect(most(1)).toBeGreaterThan(1);
    expect(most(10)).toBeLessThan(1);
  });

  it('stays within 1 on learned data', () => {
    for (const values of [wave(3_000), pump(3_000)]) {
      const detector = learnedOf(values);
      expect(Math.max(...surprises(detector, series(values, 1e7)))).toBeLessThanOrEqual(1);
    }
  });

  it('takes a stay as long as the longest one of normal operation, and the scan of its polling, as normal', () => {
    const alternating = (count: number): number[] => Array.from({ length: count }, (_, i) => Math.floor(i / 2) % 8);
    const detector = learnedOf(alternating(800));
    const stuck = surprises(detector, series([...alternating(48), ...Array.from({ length: 6 }, () => 3.5)], 1e7)).slice(48);
    const over = stuck.findIndex((surprise) => surprise >= 1);
    expect(stuck[over - 1]).toBeCloseTo(1, 6);
    expect(stuck[over]).toBeGreaterThan(1.1);
  });

  it('finds a stuck level within seconds, with its duration', () => {
    const detector = learnedOf(wave(3_000, 1, { noise: 0.003 }));
    const stuck = surprises(detector, series([...wave(60, 2, { noise: 0.003 }), ...Array.from({ length: 30 }, () => 2)], 1e7));
    expect(stuck.slice(60).findIndex((surprise) => surprise > 2)).toBeLessThan(20);
    const { sentence, title, techniques } = detector.explain(0);
    expect(sentence).toMatch(/^Clearwell level 1 has been stuck at 2\.000 m for \d+ s\. Normal: it changes within \d+ s\.$/);
    expect(title).toBe('Clearwell level 1 frozen at 2.000 m');
    expect(techniques).toEqual(['T1692.002']);
  });

  it('accepts a stopped pump, and still finds its running value stuck', () => {
    const detector = learnedOf(pump(3_000));
    const rest = surprises(detector, series([...pump(300), ...Array.from({ length: 40 }, () => 3)], 1e7));
    expect(Math.max(...rest.slice(0, 300))).toBeLessThanOrEqual(1);
    expect(rest.at(-1)).toBeGreaterThan(2);
  });

  it('relies less on the longest of few stays than on the longest of many', () => {
    const rest = (scans: number): number[] => Array.from({ length: scans }, () => 0.5);
    const moving = (cycle: number): number[] => wave(300, cycle, { mean: 3, swing: 0, noise: 0.02 });
    const restsOf = (count: number) => Array.from({ length: count }, (_, i) => [...rest(300), ...moving(i)]).flat();
    const most = (count: number): number => Math.max(...surprises(learnedOf(restsOf(count)), series(rest(700), 1e7)));
    expect(most(1)).toBeLessThan(most(2));
    expect(most(2)).toBeLessThan(1.4);
    expect(most(30)).toBeGreaterThan(1.7);
    // a value that never occurred again has the bound of any value
    const stuck = Array.from({ length: 700 }, () => 3.1);
    expect(Math.max(...surprises(learnedOf(restsOf(2)), series(stuck, 1e7)))).toBeGreaterThan(1.7);
  });

  describe('with long stays at several values', () => {
    const holds = (values: readonly number[]) =>
      // each value twice, so that each has a bound of its own
      [...values, ...values].flatMap((value, i) => [
        ...Array.from({ length: 60 }, () => value),
        ...wave(300, i, { mean: 3, swing: 0, noise: 0.02 }),
      ]);
    const stuck = series(
      Array.from({ length: 400 }, () => 3.37),
      1e7,
    );
    const isFound = (one: number): boolean => one > 1;
    const judged = (values: readonly number[]) => surprises(learnedOf(holds(values)), stuck);

    it('takes a stay at any value as normal from three values on, and finds a longer one', () => {
      expect(judged([2.9, 3]).findIndex(isFound)).toBeLessThan(20);
      const three = judged([2.9, 3, 3.1]);
      expect(three.findIndex(isFound)).toBeGreaterThanOrEqual(59);
      expect(three.findIndex(isFound)).toBeLessThan(70);
      expect(Math.max(...three)).toBeGreaterThan(1.5);
    });

    it('lets a person lower the bound of all values, and no bound of a value below it', () => {
      const three = learnedOf(holds([2.9, 3, 3.1]));
      const shown = three.facts?.().map(({ name, figures }) => [name, figures['longest']]);
      expect(shown).toEqual(
        expect.arrayContaining([
          ['', 60],
          ['at 2.9 m', 60],
        ]),
      );
      expect(shown?.every(([, longest]) => (longest as number) >= 60)).toBe(true);
      expect(() => three.amend?.('LT01', 'at 2.9 m', { longest: 10 })).toThrow('longest cannot be 10');
      three.amend?.('LT01', '', { longest: 10 });
      expect(three.facts?.()[0]?.figures['longest']).toBe(10);
      const found = surprises(three, stuck).findIndex(isFound);
      expect(found).toBeGreaterThan(0);
      expect(found).toBeLessThan(20);
    });
  });

  it('relies less on the longest of few stays, also if a counter stays at a new value each time', () => {
    const hours = (rests: number): number[] =>
      Array.from({ length: 8 }, (_, k) => [
        ...Array.from({ length: 50 }, (_, i) => 50 * k + i),
        ...Array.from({ length: k < rests ? 300 : 3 }, () => 50 * k + 50),
      ]).flat();
    const counter = tagOf('P1.HRS', { kind: 'counter', unit: 'h', range: undefined });
    const still = Array.from({ length: 700 }, () => 999);
    const most = (rests: number): number => Math.max(...surprises(learnedOf(hours(rests), counter), series(still, 1e7)));
    expect(most(1)).toBeLessThan(1.2);
    expect(most(1)).toBeLessThan(most(3));
    expect(most(3)).toBeLessThan(1.5);
    expect(most(8)).toBeGreaterThan(1.7);
  });

  it('never reports a constant, nor a value at the end of its range', () => {
    expect(surprises(learnedOf(Array.from({ length: 500 }, () => 7)), series([7, 7, 7, 7], 1e7))).toEqual([]);
    const saturated = surprises(
      learnedOf(wave(2_000)),
      series(
        Array.from({ length: 60 }, () => 5),
        1e7,
      ),
    );
    expect(Math.max(...saturated)).toBe(0);
  });

  it('restarts after a gap', () => {
    const detector = learnedOf(wave(2_000));
    const gap = [1e7, 1e7 + 1_000, 1e7 + 600_000].map((time) => observed({ time, value: 2 }));
    expect(surprises(detector, gap).at(-1)).toBe(0);
  });
});
