import { describe, expect, it } from 'vitest';
import {
  counting,
  make,
  nastyStreams,
  observed,
  sameReports,
  scored,
  series,
  surprises,
  tagOf,
  targetOf,
} from '../../test/support/detectors.ts';
import { limits } from './index.ts';
import { twin } from './limits.twin.ts';

const tag = tagOf('LT01', { description: 'Clearwell level 1', limits: { highHigh: 4.5, high: 4, low: 1, lowLow: 0.5 } });

describe('limits', () => {
  it.each(Object.entries(nastyStreams()))('equals its twin on the %s stream', (_, samples) => {
    const actual = scored(
      make(limits, targetOf([tag])),
      samples.map((sample) => observed(sample)),
    );
    expect(sameReports(actual, twin(counting(samples)))).toBe('');
  });

  it('gives 1 at a limit, 2 at the next, and grows with the distance', () => {
    const [inside, at, beyond, next, far] = surprises(make(limits, targetOf([tag])), series([3.9, 4, 4.25, 4.5, 5.5]));
    expect(inside).toBeLessThan(1);
    expect(at).toBe(1);
    expect(beyond).toBeCloseTo(1.5, 9);
    expect(next).toBe(2);
    expect(far).toBeGreaterThan(3);
  });

  it('ends only beyond the dead band', () => {
    expect(surprises(make(limits, targetOf([tag])), series([3.99, 4.01, 3.95, 3.91, 3.89]))).toEqual([
      expect.closeTo(0.98, 6),
      expect.closeTo(1.02, 6),
      1,
      1,
      expect.closeTo(0.78, 6),
    ]);
  });

  it('judges a lone high-high limit as the first one, and a low limit downwards', () => {
    const high = tagOf('A', { limits: { highHigh: 4 } });
    const low = tagOf('B', { limits: { low: 1 } });
    expect(surprises(make(limits, targetOf([high])), series([4]))).toEqual([1]);
    expect(surprises(make(limits, targetOf([low])), series([0.5]))).toEqual([2]);
  });

  it('uses the distance of the limits as the range of a tag without a range', () => {
    const bare = tagOf('A', { range: undefined, limits: { high: 30, low: 10 } });
    expect(surprises(make(limits, targetOf([bare])), series([32]))).toEqual([2]);
  });

  it('watches only tags with limits', () => {
    expect(make(limits, targetOf([tagOf('A'), tag])).channels.map(({ key }) => key)).toEqual(['LT01']);
  });

  it('names the limit, and the normal value', () => {
    const detector = make(limits, targetOf([tag]));
    scored(detector, series([4.2]));
    const { sentence, title, normalIf, band } = detector.explain(0);
    expect(sentence).toBe('Clearwell level 1 is 4.200 m, above its high limit of 4.000 m. Normal: below 4.000 m.');
    expect(title).toBe('Clearwell level 1 high at 4.200 m');
    expect(normalIf).toBe('it came back below 3.900 m');
    expect(band).toMatchObject({ low: 1, high: 4 });
  });

  it('is judged in every mode of the equipment, also while the mode is unknown', () => {
    const modes = { tag: 'RUN', of: { 0: 'stopped', 1: 'running' }, settleMs: 60_000 };
    const pump = [tagOf('LT01', { limits: { high: 4 }, modes }), tagOf('RUN', { kind: 'discrete' })];
    const detector = make(limits, targetOf(pump));
    expect(surprises(detector, series([4.5])).every((score) => score >= 1)).toBe(true);
    expect(detector.channels.map(({ key }) => key)).toEqual(['LT01']);
  });
});
