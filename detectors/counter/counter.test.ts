import { describe, expect, it } from 'vitest';
import { observeEvent } from '../../src/core/observation.ts';
import {
  learnedFrom,
  reportsOf,
  sameReports,
  type Sample,
  series,
  surprises,
  tagOf,
  twinCases,
} from '../../test/support/detectors.ts';
import { turnedOver } from './counts.ts';
import { twin } from './counter.twin.ts';
import { counter } from './index.ts';

const tag = tagOf('HB', { kind: 'counter', role: 'status', unit: '', decimals: 0, description: 'Heartbeat' });
const learnedOf = (values: readonly number[]) => learnedFrom(counter, tag, values);
const heartbeat = (count: number, from = 0): number[] => Array.from({ length: count }, (_, i) => (from + i) % 65_536);
/** Cumulated values of a stream, as of a counter with random increments. */
const counting = (samples: readonly Sample[]): Sample[] => {
  let total = 0;
  return samples.map((sample) => {
    const step = Math.floor(4 * Math.abs(sample.value));
    total += Number.isFinite(step) && step < 1e9 ? step : 0;
    return { ...sample, value: Number.isFinite(sample.value) ? total % 1_000 : sample.value };
  });
};

describe('counter', () => {
  it('equals its twin on every pair of streams, unchanged and as counts', () => {
    for (const { name, learned, scored } of twinCases())
      for (const streams of [
        { learned, scored },
        { learned: counting(learned), scored: counting(scored) },
      ])
        expect(sameReports(reportsOf(counter, tag, streams), twin(streams.learned, streams.scored)), name).toBe('');
  });

  it('has no surprise at one more start of a machine, and one at two', () => {
    const starts = Array.from({ length: 3_000 }, (_, i) => Math.floor(i / 700));
    const detector = learnedOf(starts);
    const later = Array.from({ length: 100 }, (_, i) => 4 + (i >= 50 ? 1 : 0));
    expect(Math.max(...surprises(detector, series(later, 1e7)))).toBe(0);
    // running hours, whose tenths are no binary numbers
    const hours = (from: number): number[] => Array.from({ length: 3_000 }, (_, i) => 0.1 * (from + Math.floor(i / 36)));
    expect(Math.max(...surprises(learnedOf(hours(81_000)), series(hours(400_000), 1e7)))).toBe(0);
    const twice = Array.from({ length: 100 }, (_, i) => 5 + (i >= 50 ? 2 : 0));
    expect(Math.max(...surprises(detector, series(twice, 2e7)))).toBeGreaterThan(1.5);
  });

  it.each([
    [65_534, 3, 5],
    [4_294_967_290, 10, 16],
    [9_999, 1, 2],
    [32_767, 0, 1],
    [64_000, 0, Number.NaN],
    [500, 3, Number.NaN],
    [65_534, -1, Number.NaN],
  ])('from %d to %d a counter has counted %d', (last, value, counted) => expect(turnedOver(last, value)).toBe(counted));

  it('recognises a turn-over, and still detects a fall after a turn-over in the calibration', () => {
    const detector = learnedOf(heartbeat(2_000, 64_536));
    const all = surprises(detector, series([...heartbeat(1_000, 65_036), 600], 1e7));
    expect(Math.max(...all.slice(0, -1))).toBeLessThan(1.1);
    expect(all.at(-1)).toBeGreaterThan(3);
    expect(detector.explain(0).title).toBe('Heartbeat rises too fast');
  });

  it('finds a fall', () => {
    const detector = learnedOf(heartbeat(2_000));
    expect(surprises(detector, series([5_000, 5_001, 0], 1e7)).at(-1)).toBeGreaterThan(3);
    expect(detector.explain(0).sentence).toMatch(/^Heartbeat fell from 5001 to 0\. Normal: it falls only after/);
  });

  it('holds while the plant is late, and still finds a heartbeat at half its pace', () => {
    // the plant's clock stands for 20 s and then catches up
    const late = Array.from({ length: 100 }, (_, i) => (i < 40 ? i : i < 60 ? 40 : i));
    const half = heartbeat(200).map((value) => Math.floor(value / 2));
    const most = (values: readonly number[], allowMs: number): number => {
      const detector = learnedOf(heartbeat(2_000));
      const event = { type: 'punctuality', time: 1e7 - 1, lateMs: allowMs, allowMs, speed: 1, cause: '' } as const;
      detector.score(observeEvent(event), () => {});
      return Math.max(...surprises(detector, series(values, 1e7)));
    };
    expect(most(late, 0)).toBeGreaterThan(1.1);
    expect(most(late, 40_000)).toBeLessThan(1.1);
    expect(most(half, 1_000)).toBeGreaterThan(1.1);
  });

  it('finds a heartbeat at half its pace', () => {
    const detector = learnedOf(heartbeat(2_000));
    const all = surprises(
      detector,
      series(
        heartbeat(100).map((value) => Math.floor(value / 2)),
        1e7,
      ),
    );
    expect(all.at(-1)).toBeGreaterThan(1.6);
    expect(detector.explain(0).title).toBe('Heartbeat rises too slowly');
  });

  it('finds the first count of a counter that was always constant', () => {
    const detector = learnedOf(Array.from({ length: 2_000 }, () => 17));
    const all = surprises(detector, series([17, 17, 18], 1e7));
    expect(all.slice(0, 2)).toEqual([0, 0]);
    expect(all[2]).toBeGreaterThan(2.5);
    expect(detector.explain(0).title).toBe('Heartbeat rises for the first time');
  });
});
