import { describe, expect, it } from 'vitest';
import type { Detector } from '../../src/core/detector.ts';
import {
  calibrate,
  differenceFromTwin,
  learnedFrom,
  make,
  observed,
  paceOf,
  series,
  surprises,
  tagOf,
  targetOf,
  wave,
} from '../../test/support/detectors.ts';
import { twin } from './frozen.twin.ts';
import { frozen } from './index.ts';

const learnedOf = (values: readonly number[], tag = tagOf('LT01', { description: 'Clearwell level 1' })) =>
  learnedFrom(frozen, tag, values);
const pump = (count: number): number[] =>
  wave(count, 3, { mean: 3, swing: 0, noise: 0.02 }).map((value, i) => (i % 600 < 300 ? 0.5 : value));

describe('frozen', () => {
  it('equals its twin on every pair of streams', () => {
    expect(differenceFromTwin(frozen, twin)).toBe('');
  });

  it('tolerates the delay of a fast lab, and none at 1×', () => {
    const stuck = series(
      Array.from({ length: 20 }, () => 2.05),
      4_000_000,
    );
    const most = (speed: number): number => Math.max(...surprises(learnedOf(wave(3_000)), [paceOf(speed), ...stuck]));
    expect(most(1)).toBeGreaterThan(1);
    expect(most(40)).toBeLessThan(1);
  });

  it('stays within 1 on learned data', () => {
    for (const values of [wave(3_000), pump(3_000)]) {
      const detector = learnedOf(values);
      expect(Math.max(...surprises(detector, series(values, 1e7)))).toBeLessThanOrEqual(1);
    }
  });

  it('finds a stay that lasts more than three times as long as the longest one and the scan of its polling', () => {
    const alternating = (count: number): number[] => Array.from({ length: count }, (_, i) => Math.floor(i / 2) % 8);
    const detector = learnedOf(alternating(800));
    const stuck = surprises(detector, series([...alternating(48), ...Array.from({ length: 12 }, () => 3.5)], 1e7)).slice(48);
    expect(stuck.findIndex((surprise) => surprise > 1)).toBe(10);
  });

  it('learns from stays that ended without an alarm from the next day on, and from one that lasts for a day at once', () => {
    const minutes = (values: readonly number[], from: number) => series(values, from * 60_000, 60_000);
    const tag = tagOf('LT01', { scanMs: 60_000 });
    const slower = (stay: number, count: number): number[] =>
      Array.from({ length: count }, (_, i) => 1 + (Math.floor(i / stay) % 7));
    const learned = (): Detector => {
      const detector = make(frozen, targetOf([tag]));
      calibrate(frozen, detector, minutes(slower(4, 1_440), 0));
      return detector;
    };
    const stuck = (detector: Detector, from: number): number =>
      surprises(
        detector,
        minutes(
          Array.from({ length: 60 }, () => 2.5),
          from,
        ),
      ).findIndex((one) => one > 1);
    const before = stuck(learned(), 2_880);
    const taught = learned();
    surprises(taught, minutes(slower(8, 1_440), 1_440));
    expect(stuck(taught, 2_880)).toBeGreaterThan(before);
    // the end of an alarm teaches nothing
    const alarmed = learned();
    expect(Math.max(...surprises(alarmed, minutes(slower(40, 1_440), 1_440)))).toBeGreaterThan(1);
    expect(stuck(alarmed, 2_880)).toBe(before);
    const still = surprises(
      learned(),
      minutes(
        Array.from({ length: 2_880 }, () => 2.5),
        1_440,
      ),
    );
    const over = still.findLastIndex((one) => one > 1);
    expect(over).toBeGreaterThan(1_440);
    expect(over).toBeLessThan(1_500);
  });

  it('finds a stuck level within seconds, with its duration', () => {
    const detector = learnedOf(wave(3_000, 1, { noise: 0.003 }));
    const stuck = surprises(detector, series([...wave(60, 2, { noise: 0.003 }), ...Array.from({ length: 30 }, () => 2)], 1e7));
    expect(stuck.slice(60).findIndex((surprise) => surprise > 1)).toBeLessThan(25);
    const { sentence, title, techniques } = detector.explain(0);
    expect(sentence).toMatch(/^Clearwell level 1 has been stuck at 2\.000 m for \d+ s\. Normal: it changes within \d+ s\.$/);
    expect(title).toBe('Clearwell level 1 frozen at 2.000 m');
    expect(techniques).toEqual(['T1692.002']);
  });

  it('accepts a stopped pump, and still finds its running value stuck', () => {
    const stopping = (count: number): number[] =>
      wave(count, 3, { mean: 3, swing: 0, noise: 0.02 }).map((value, i) => (i % 600 < 300 ? 0 : value));
    const detector = learnedOf(stopping(3_000), tagOf('FT01', { range: undefined }));
    const rest = surprises(detector, series([...stopping(300), ...Array.from({ length: 40 }, () => 3)], 1e7));
    expect(Math.max(...rest.slice(0, 300))).toBeLessThanOrEqual(1);
    expect(rest.at(-1)).toBeGreaterThan(1);
  });

  it('lets a person lower the bound of 0 and that of all other values', () => {
    const holds = [0, 2.9, 0, 3].flatMap((value, i) => [
      ...Array.from({ length: 60 }, () => value),
      ...wave(300, i, { mean: 3, swing: 0, noise: 0.02 }),
    ]);
    const detector = learnedOf(holds, tagOf('FT01', { range: undefined, unit: 'L/s' }));
    const shown = detector.facts?.().map(({ name, figures }) => [name, figures['longest']]);
    expect(shown).toEqual([
      ['', 60],
      ['at 0 L/s', 60],
    ]);
    detector.amend?.('FT01', '', { longest: 10 });
    expect(detector.facts?.().map(({ figures }) => figures['longest'])).toEqual([10, 60]);
    const stuck = (value: number): number =>
      surprises(
        detector,
        series(
          Array.from({ length: 400 }, () => value),
          value === 0 ? 1e7 : 2e7,
        ),
      ).findIndex((one) => one > 1);
    expect([stuck(3.37) > 0, stuck(0)]).toEqual([true, -1]);
  });

  it('relies less on the longest of few stays than on the longest of many', () => {
    const hours = (rests: number): number[] =>
      Array.from({ length: 20 }, (_, k) => [
        ...Array.from({ length: 50 }, (_, i) => 50 * k + i),
        ...Array.from({ length: k < rests ? 300 : 3 }, () => 50 * k + 50),
      ]).flat();
    const counter = tagOf('P1.HRS', { kind: 'counter', unit: 'h', range: undefined });
    const still = Array.from({ length: 1_500 }, () => 999);
    const most = (rests: number): number => Math.max(...surprises(learnedOf(hours(rests), counter), series(still, 1e7)));
    expect(most(1)).toBeLessThan(most(4));
    expect(most(4)).toBeLessThan(most(20));
    expect([most(1) > 1, most(20) > 1]).toEqual([false, true]);
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
