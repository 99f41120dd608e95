import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import {
  calibrate,
  learnedFrom,
  make,
  nastyStreams,
  observed,
  paceOf,
  type Reported,
  reportsOf,
  sameReports,
  scored,
  type Sample,
  series,
  surprises,
  tagOf,
  targetOf,
} from '../../test/support/detectors.ts';
import { twin } from './discrete.twin.ts';
import { discrete } from './index.ts';

const run = tagOf('P1.RUN', {
  description: 'Pump 1',
  kind: 'discrete',
  role: 'status',
  unit: '',
  states: { 0: 'stopped', 1: 'running', 2: 'tripped' },
});
/** A pump that runs for 60 to 90 s and stops for 40 to 50 s. */
function pump(cycles: number, seed: number): number[] {
  const random = new Random(seed);
  const times = (value: number, low: number, high: number): number[] =>
    Array.from({ length: random.integer(low, high) }, () => value);
  return Array.from({ length: cycles }, () => [...times(0, 40, 50), ...times(1, 60, 90)]).flat();
}
const learnedOf = (values: readonly number[], tag = run) => learnedFrom(discrete, tag, values);
const most = (values: readonly number[]): number => Math.max(...values);

/** The unusual streams as a discrete tag: few states, each held for a while. */
const states = (samples: readonly Sample[]): Sample[] =>
  samples.map((sample, i) => {
    const held = samples[i - (i % 7)]?.value ?? 0;
    return Number.isFinite(sample.value) && Math.abs(held) < 100 ? { ...sample, value: Math.round(held) } : sample;
  });

describe('discrete', () => {
  it('does not report a long stay at rest if the tag defines the rest values of its equipment', () => {
    const long = [...pump(3, 2), ...Array.from({ length: 3_000 }, () => 0)];
    const resting = { ...run, restsAt: [0] };
    expect(most(surprises(learnedOf(pump(40, 1)), series(long, 1e7)))).toBeGreaterThan(2);
    expect(most(surprises(learnedOf(pump(40, 1), resting), series(long, 1e7)))).toBeLessThan(1.2);
    const running = [...pump(3, 2), ...Array.from({ length: 3_000 }, () => 1)];
    expect(most(surprises(learnedOf(pump(40, 1), resting), series(running, 1e7)))).toBeGreaterThan(2);
  });

  it('equals its twin on every pair of streams', () => {
    const streams = Object.entries(nastyStreams(11)).map(([name, samples]) => [name, states(samples)] as const);
    const few = streams.filter(([, samples]) => new Set(samples.map(({ value }) => value)).size < 16);
    expect(few.length).toBeGreaterThan(8);
    for (const [first, learned] of few)
      for (const [second, samples] of few) {
        const scored = samples.map((sample) => ({ ...sample, time: sample.time + 1e7 }));
        const actual = reportsOf(discrete, run, { learned, scored });
        expect(sameReports(actual, twin(learned, scored)), `${second} after ${first}`).toBe('');
      }
  });

  it('reports nothing in learned operation', () => {
    const detector = learnedOf(pump(40, 1));
    expect(most(surprises(detector, series(pump(30, 2), 1e7)))).toBeLessThan(1.2);
  });

  it('finds a new state on its first sample, by its name', () => {
    const detector = learnedOf(pump(40, 1));
    expect(surprises(detector, series([1, 1, 2], 1e7)).at(-1)).toBeGreaterThan(2);
    const { sentence, title } = detector.explain(0);
    expect(sentence).toBe('Pump 1 is tripped, a new state. Normal: stopped or running.');
    expect(title).toBe('Pump 1 is tripped, a new state');
  });

  it('finds a new change between known states', () => {
    const steps = Array.from({ length: 30 }, () => [0, 0, 1, 1, 2, 2]).flat();
    const detector = learnedOf(steps);
    expect(most(surprises(detector, series([0, 0, 1, 1, 0], 1e7)))).toBeGreaterThan(2);
    expect(detector.explain(0).sentence).toBe('Pump 1 changed from running to stopped. Normal: from running to tripped.');
  });

  it('finds a stay that is too long, and one that is too short', () => {
    const long = learnedOf(pump(40, 1));
    expect(most(surprises(long, series([...pump(1, 2), ...Array.from({ length: 300 }, () => 0)], 1e7)))).toBeGreaterThan(2);
    expect(long.explain(0).title).toMatch(/^Pump 1 stopped for [45] min( \d+ s)?$/);
    const short = learnedOf(pump(40, 1));
    expect(surprises(short, series([...pump(1, 2), 0, 0, 1], 1e7)).at(-1)).toBeGreaterThan(2);
    expect(short.explain(0).sentence).toMatch(/^Pump 1 was stopped for only 2 s\. Normal: at least 4\d s\.$/);
  });

  it('tolerates the delay of a fast lab in a stay, and none at 1×', () => {
    const long = series([...pump(1, 2), ...Array.from({ length: 54 }, () => 0)], 1e7);
    expect(most(surprises(learnedOf(pump(40, 1)), long))).toBeGreaterThan(1);
    expect(most(surprises(learnedOf(pump(40, 1)), [paceOf(10), ...long]))).toBeLessThanOrEqual(1);
  });

  it('trusts the longest of thousands of stays less if only two of them were long', () => {
    const parts = Array.from({ length: 500 }, () => [0, 0, 0, 1, 1]).flat();
    const standing = (count: number): number[] => Array.from({ length: count }, () => 1);
    const few = [...parts, 0, ...standing(400), ...parts, 0, ...standing(400), ...parts];
    const many = Array.from({ length: 30 }, () => [...parts.slice(0, 300), 0, ...standing(400)]).flat();
    const twice = (learned: readonly number[]): number =>
      most(surprises(learnedOf(learned), series([0, ...standing(800), 0], 1e7)));
    expect(twice(few)).toBeLessThan(1.3);
    expect(twice([...many, 0])).toBeGreaterThan(1.55);
  });

  it('judges the line of a program by the longest stop at any, but not a code of few values', () => {
    const stopped = (lines: number, at: number): number => {
      const program = Array.from({ length: lines }, (_, line) => line);
      const runs = Array.from({ length: 60 }, () => program).flat();
      const stops = Array.from({ length: 5 }, () => [...program, ...Array.from({ length: 300 }, () => lines - 1)]).flat();
      const line = tagOf('C1.LINE', { kind: 'discrete', role: 'status', unit: '', decimals: 0 });
      const detector = learnedFrom(discrete, line, [...runs, ...stops, ...runs]);
      return most(
        surprises(detector, series([...program, ...program.slice(0, at), ...Array.from({ length: 320 }, () => at)], 1e7)),
      );
    };
    expect(stopped(10, 4)).toBeLessThan(1.2);
    expect(stopped(5, 3)).toBeGreaterThan(2);
  });

  it('in a lab above 1× takes the longest time that a stay may have lasted before its first sample', () => {
    const stay = (speed: number, afterMs: number): number => {
      const detector = learnedOf(pump(40, 1));
      detector.score(paceOf(speed), () => {});
      // seen running for 5 s, first at a time after the last sample of the stopped pump
      const stopped = series(
        Array.from({ length: 45 }, () => 0),
        1e7,
      );
      const running = series([1, 1, 1, 1, 1, 0], 1e7 + 44_000 + afterMs);
      return most(surprises(detector, [...stopped, ...running]));
    };
    expect(stay(1, 2_500)).toBeGreaterThan(2);
    expect(stay(10, 2_500)).toBeGreaterThan(2);
    // at most 63 s
    expect(stay(10, 57_000)).toBeLessThan(1.2);
  });

  it('in a lab above 1× judges no change before which other states may have passed', () => {
    const change = (speed: number, afterMs: number): number => {
      // tripped only after running
      const detector = learnedOf([...pump(40, 1), 2, 2, 2, 2, ...pump(10, 2)]);
      detector.score(paceOf(speed), () => {});
      const stopped = series(
        Array.from({ length: 45 }, () => 0),
        1e7,
      );
      return most(surprises(detector, [...stopped, ...series([2], 1e7 + 44_000 + afterMs)]));
    };
    expect(change(10, 1_000)).toBeGreaterThan(2);
    expect(change(10, 2_500)).toBeLessThan(1.2);
    expect(change(1, 2_500)).toBeGreaterThan(2);
  });

  it('takes a state and a change of similar equipment as known, and equals its twin', () => {
    const sister = { ...run, name: 'P2.RUN', equipment: 'P2' };
    const samplesOf = (values: readonly number[], tag: number, startMs = 0): Sample[] =>
      values.map((value, i) => ({ time: startMs + 1_000 * i, value, tag }));
    const stopped = Array.from({ length: 600 }, () => 0);
    const learned = [samplesOf(pump(8, 1).slice(0, 600), 0), samplesOf(stopped, 1)] as const;
    const judged = samplesOf([0, 0, 1, 1, 0, 0, 2, 2], 1, 1e7);
    const judgedBy = (tag: typeof sister): Reported[] => {
      const detector = make(discrete, targetOf([run, tag]));
      calibrate(
        discrete,
        detector,
        learned[0].map((sample, i) => observed(sample, learned[1][i] as Sample)),
      );
      return scored(
        detector,
        judged.map((sample) => observed(sample)),
      ).filter(({ channel }) => channel === 1);
    };
    const plain = judged.map(({ time, value }) => ({ time, value }));
    expect(sameReports(judgedBy(sister), twin(learned[1], plain, [learned[0]]))).toBe('');
    expect(judgedBy(sister).map(({ surprise }) => surprise > 2)).toEqual([false, false, false, false, false, false, true, true]);
    // another kind of equipment gives no such evidence
    const other = { ...sister, name: 'P2.OPEN' };
    expect(sameReports(judgedBy(other), twin(learned[1], plain))).toBe('');
  });

  it('finds changes that are too frequent', () => {
    const detector = learnedOf(pump(60, 1));
    const flutter = Array.from({ length: 120 }, (_, i) => Math.floor(i / 10) % 2);
    expect(most(surprises(detector, series([...pump(1, 2), ...flutter], 1e7)))).toBeGreaterThan(2);
  });

  it('reports a burst of changes once: a change long after it is not another burst', () => {
    const detector = learnedOf(pump(60, 1));
    const flutter = Array.from({ length: 80 }, (_, i) => Math.floor(i / 10) % 2);
    const still = Array.from({ length: 100 }, () => 1);
    const later = surprises(detector, series([...pump(1, 2), ...flutter, ...still, 0], 1e7)).at(-1);
    expect(detector.explain(0).title).not.toBe('Pump 1 changes too often');
    expect(later).toBeLessThan(1.2);
  });

  it('reports nothing for a constant, and a large surprise for its change', () => {
    const detector = learnedOf(Array.from({ length: 2_000 }, () => 0));
    expect(surprises(detector, series([0, 0, 1], 1e7))).toEqual([0, 0, expect.toSatisfy((one: number) => one > 2.5)]);
  });

  it('does not judge the duration of a state that normal operation never left', () => {
    const still = learnedOf(Array.from({ length: 300 }, () => 0));
    expect(
      most(
        surprises(
          still,
          series(
            Array.from({ length: 2_000 }, () => 0),
            1e7,
          ),
        ),
      ),
    ).toBe(0);
    const startedOnce = learnedOf([...Array.from({ length: 300 }, () => 0), ...Array.from({ length: 200 }, () => 1)]);
    expect(
      most(
        surprises(
          startedOnce,
          series(
            Array.from({ length: 2_000 }, () => 1),
            1e7,
          ),
        ),
      ),
    ).toBe(0);
  });

  describe('of a number without names', () => {
    const stays = (...list: readonly (readonly [value: number, samples: number])[]): number[] =>
      list.flatMap(([value, samples]) => Array.from({ length: samples }, () => value));
    const longStayAfter = (learned: readonly number[], value: number, more: Partial<typeof run> = {}): number => {
      const detector = learnedOf(learned, tagOf('T1.TAP', { kind: 'discrete', role: 'status', ...more }));
      return most(surprises(detector, series([...learned.slice(-5), ...stays([value, 900])], 1e7)));
    };
    const taps = stays([10, 1_000], [11, 20], [10, 300], [11, 20], [10, 300], [11, 20], [10, 50]);

    it('judges the stay in a position by the longest in any', () => {
      expect(longStayAfter(taps, 11)).toBeLessThanOrEqual(1);
      expect(longStayAfter(taps, 11, { states: { 10: 'low', 11: 'high' } })).toBeGreaterThan(2);
    });

    it('reports a new position next to a learned one as a new result of so many stays, and any other as a new state', () => {
      const newState = (value: number, more: Partial<typeof run> = {}): number => {
        const detector = learnedOf(taps, tagOf('T1.TAP', { kind: 'discrete', role: 'status', ...more }));
        return most(surprises(detector, series([...taps.slice(-5), value], 1e7)));
      };
      // six stays that ended
      expect(newState(12)).toBeCloseTo(1 + Math.log(Math.log(7)));
      expect(newState(13)).toBeGreaterThan(3);
      expect(newState(12, { states: { 10: 'low', 11: 'middle', 12: 'high' } })).toBeGreaterThan(3);
    });

    it('judges codes, and numbers that jump, by their own stays', () => {
      const as = (from: number, to: number): number[] => taps.map((value) => (value === 10 ? from : to));
      expect(longStayAfter(as(1, 2), 2)).toBeGreaterThan(2);
      expect(longStayAfter(as(3, 12), 12)).toBeGreaterThan(2);
    });
  });

  it('does not judge the states of a tag with too many', () => {
    const detector = learnedOf(Array.from({ length: 400 }, (_, i) => i % 40));
    expect(surprises(detector, series([99], 1e7))).toEqual([0]);
  });
});
