import { describe, expect, it } from 'vitest';
import {
  calibrate,
  differenceFromTwin,
  learnedFrom,
  make,
  series,
  surprises,
  tagOf,
  targetOf,
  wave,
} from '../../test/support/detectors.ts';
import { rate } from './index.ts';
import { twin } from './rate.twin.ts';

const learnedOf = (values: readonly number[]) => learnedFrom(rate, tagOf('LT01', { description: 'Clearwell level 1' }), values);

describe('rate', () => {
  it('equals its twin on every pair of streams', () => {
    expect(differenceFromTwin(rate, twin)).toBe('');
  });

  it('finds a jump at once, with its size', () => {
    const detector = learnedOf(wave(2_000));
    const calm = wave(60, 2);
    const all = surprises(detector, series([...calm, (calm.at(-1) ?? 0) - 1.2], 1e7));
    expect(Math.max(...all.slice(0, -1))).toBeLessThan(1.3);
    expect(all.at(-1)).toBeGreaterThan(3);
    const { sentence, title } = detector.explain(0);
    expect(sentence).toMatch(
      /^Clearwell level 1 falls by 1\.2\d\d m within 1 s to \d\.\d{3} m\. Normal: at most 0\.\d+ m within 1 s\.$/,
    );
    expect(title).toBe('Clearwell level 1 falls too fast');
  });

  it('finds a ramp whose steps are within the noise', () => {
    const detector = learnedOf(wave(2_000, 1, { swing: 0 }));
    const ramp = wave(60, 2, { swing: 0 }).map((value, i) => value + Math.max(0, i - 40) * 0.02);
    expect(Math.max(...surprises(detector, series(ramp, 1e7)).slice(41))).toBeGreaterThan(1.5);
  });

  it('is not affected by jitter of the polls, a missed poll or a gap', () => {
    const slope = (time: number): number => Math.round(time * 1e-5 * 1_000) / 1_000;
    const detector = make(rate, targetOf([tagOf('LT01')]));
    calibrate(rate, detector, Array.from({ length: 500 }, (_, i) => series([slope(i * 1_000)], i * 1_000)).flat());
    const times = [0, 1_400, 1_900, 3_000, 5_100, 6_000, 90_000, 91_000, 91_700, 93_000].map((time) => 1e7 + time);
    const jittered = times.flatMap((time) => series([slope(time)], time));
    expect(Math.max(...surprises(detector, jittered))).toBeLessThanOrEqual(1.75);
  });

  it('leaves a tag that never moved to `range`', () => {
    const detector = learnedOf(Array.from({ length: 300 }, () => 7));
    expect(surprises(detector, series([7, 7, 9], 1e7))).toEqual([0, 0, 0]);
  });
});
