import { describe, expect, it } from 'vitest';
import type { Observation } from '../../src/core/observation.ts';
import { Random } from '../../src/core/random.ts';
import {
  calibrate,
  differenceFromTwin,
  learnedFrom,
  observed,
  paceOf,
  type Sample,
  series,
  surprises,
  tagOf,
  wave,
} from '../../test/support/detectors.ts';
import { transitions } from './index.ts';
import { twin } from './transitions.twin.ts';

const mass = tagOf('R1.MASS', { description: 'Payload of arm 1', unit: 'kg', decimals: 2 });
const learnedOf = (values: readonly number[]) => learnedFrom(transitions, mass, values);

/** An arm that lifts a part: 10 s without, 12 s with a load. */
function loads(count: number, seed: number, load = 4): number[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, i) => Math.round(((i % 22 < 10 ? 0 : load) + 0.02 * random.normal()) * 100) / 100);
}

describe('transitions', () => {
  it('equals its twin on every pair of streams', () => {
    const twinOf = (learned: readonly Sample[], scored: readonly Sample[]) => twin(learned, scored, 128);
    expect(differenceFromTwin(transitions, twinOf, { config: { minSamples: 100 } })).toBe('');
  });

  it('finds a value that rests between its normal ones', () => {
    const detector = learnedOf(loads(8_000, 1));
    const all = surprises(detector, series([...loads(2_000, 2), ...loads(200, 3, 3.2)], 1e7));
    expect(Math.max(...all.slice(0, 2_000))).toBeLessThan(1.1);
    expect(Math.max(...all.slice(2_000))).toBeGreaterThan(2);
    expect(detector.explain(0)).toMatchObject({
      title: expect.stringMatching(/^Payload of arm 1 is at 3\.\d\d kg$/),
      sentence: expect.stringMatching(
        /^Payload of arm 1 is at 3\.\d\d kg, between its normal values\. Normal: not between 0\.\d\d kg and 3\.\d\d kg\.$/,
      ),
    });
  });

  it('finds normal values in another order', () => {
    const steps = (order: readonly number[], count: number): number[] =>
      Array.from({ length: count }, (_, i) => order[Math.floor(i / 4) % order.length] ?? 0);
    const detector = learnedOf(steps([0, 1, 2, 3], 8_000));
    const all = surprises(detector, series([...steps([0, 1, 2, 3], 800), ...steps([3, 2, 1, 0], 200)], 1e7));
    expect(Math.max(...all.slice(0, 800))).toBeLessThan(1.1);
    expect(Math.max(...all.slice(800))).toBeGreaterThan(2);
    expect(detector.explain(0).sentence).toMatch(
      /moves in a rare way, such as from \d\.00 kg to \d\.00 kg\. Normal: 0 of \d+ moves from there\.$/,
    );
  });

  it('finds a value that rests where it normally only passes', () => {
    const ramp = (count: number, rest: number): number[] => {
      const cycle = [0, 0, 0, 0, 0, 1, 2, ...Array.from({ length: rest }, () => 2), 3, 4, 4, 4, 4];
      return Array.from({ length: count }, (_, i) => cycle[i % cycle.length] ?? 0);
    };
    const detector = learnedOf(ramp(8_000, 0));
    const all = surprises(detector, series([...ramp(600, 0), ...ramp(294, 8)], 1e7));
    expect(Math.max(...all.slice(0, 600))).toBeLessThan(1.1);
    expect(Math.max(...all.slice(600))).toBeGreaterThan(1.5);
    expect(detector.explain(0).sentence).toMatch(
      /^Payload of arm 1 stays near 2\.00 kg\. Normal: it leaves with 667 of 667 samples\.$/,
    );
  });

  it('reports no stop of a machine at a value that it normally only passes, and one at a value that was never learned', () => {
    const cycles = (count: number): number[] => Array.from({ length: count }, (_, i) => Math.abs(((4 * i) % 40) - 20) / 4);
    const stop = (value: number): number[] => Array.from({ length: 600 }, () => value);
    // each break at the same end of the way
    const learned = Array.from({ length: 8 }, () => [...cycles(600), ...stop(5)]).flat();
    const most = (value: number): number =>
      Math.max(...surprises(learnedOf(learned), series([...cycles(600), ...stop(value), ...cycles(600)], 1e7)));
    expect(most(2)).toBeLessThan(1.3);
    expect(most(2.5)).toBeGreaterThan(2);
  });

  it('ends soon after its cause, whatever its duration', () => {
    const detector = learnedOf(loads(8_000, 1));
    const all = surprises(detector, series([...loads(5_000, 2, 3.2), ...loads(1_000, 3)], 1e7));
    expect(Math.max(...all.slice(4_900, 5_000))).toBeGreaterThan(2.5);
    expect(Math.max(...all.slice(5_400))).toBeLessThan(1.5);
  });

  it('does not judge a slow value, nor one beyond the values that were learned', () => {
    expect(surprises(learnedOf(wave(8_000)), series(wave(500, 2), 1e7))).toEqual([]);
    const above = surprises(learnedOf(loads(8_000, 1)), series([...loads(500, 2), ...loads(500, 2, 40)], 1e7));
    expect(Math.max(...above)).toBeLessThan(1.1);
  });

  it('judges nothing in a fast lab, where an open finding ends and does not return with the speed', () => {
    const detector = learnedOf(loads(8_000, 1));
    const load = (from: number): Observation[] => series(loads(500, 2, 3.2), from);
    expect(Math.max(...surprises(detector, load(1e7)))).toBeGreaterThan(2);
    expect(Math.max(...surprises(detector, [paceOf(10), ...load(2e7)]))).toBe(0);
    const usual = surprises(detector, [paceOf(1), ...series(loads(500, 2), 2.05e7)]);
    expect(usual).toHaveLength(500);
    expect(Math.max(...usual)).toBeLessThan(1.1);
    expect(Math.max(...surprises(detector, load(3e7)))).toBeGreaterThan(2);
  });

  it('judges by another baseline after it was restored', () => {
    const [one, other] = [learnedOf(loads(8_000, 1)), learnedOf(loads(8_000, 1, 3.2))];
    surprises(one, series(loads(500, 2, 3.2), 1e7));
    one.restore(other.snapshot());
    expect(surprises(one, series(loads(500, 3, 2.5), 2e7))).toEqual(surprises(other, series(loads(500, 3, 2.5), 2e7)));
  });

  it('learns anew without a trace of what it had learned before', () => {
    // an hour of random steps leaves many moves that were seen once
    const steps = (seed: number, count: number): number[] => {
      const random = new Random(seed);
      return Array.from({ length: count }, () => Math.round(2 * random.normal()) / 100);
    };
    const [again, fresh] = [learnedOf(steps(1, 3_600)), learnedOf(steps(2, 1_500))];
    calibrate(transitions, again, series(steps(2, 1_500)));
    const unseen = series(
      steps(3, 500).map((step) => 2 * step),
      1e7,
    );
    expect(surprises(again, unseen)).toEqual(surprises(fresh, unseen));
  });

  it('does not count a move over a gap', () => {
    const detector = learnedOf(loads(8_000, 1));
    const parts = Array.from({ length: 200 }, (_, i) => observed({ time: 1e7 + 60_000 * i, value: i % 2 === 0 ? 0 : 3.2 }));
    expect(Math.max(...surprises(detector, parts))).toBe(0);
  });
});
