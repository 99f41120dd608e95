import { describe, expect, it } from 'vitest';
import { differenceFromTwin, learnedFrom, series, surprises, tagOf, wave } from '../../test/support/detectors.ts';
import { spike } from './index.ts';
import { twin } from './spike.twin.ts';

const learnedOf = (values: readonly number[]) => learnedFrom(spike, tagOf('PT02', { description: 'Discharge pressure' }), values);

describe('spike', () => {
  it('equals its twin on every pair of streams', () => {
    expect(differenceFromTwin(spike, twin)).toBe('');
  });

  it('finds a single outlying sample, one sample later', () => {
    const detector = learnedOf(wave(3_000));
    const values = wave(60, 2).map((value, i) => value + (i === 40 ? 0.5 : 0));
    const all = surprises(detector, series(values, 1e7));
    const at = all.findIndex((surprise) => surprise > 2);
    expect(at).toBe(40 + 1 - 6);
    expect(all.filter((surprise) => surprise > 2)).toHaveLength(1);
  });

  it('states the value of the spike and of its neighbours', () => {
    const detector = learnedOf(wave(3_000));
    surprises(detector, series([...wave(20, 2).map(() => 2), 2.7, 2], 1e7));
    const { sentence, title } = detector.explain(0);
    expect(sentence).toMatch(
      /^Discharge pressure jumped to 2\.700 m for one sample, 0\.700 m away from its neighbours at 2\.000 m\. Normal: at most/,
    );
    expect(title).toBe('Discharge pressure spike to 2.700 m');
  });

  it('does not report a step', () => {
    const detector = learnedOf(wave(3_000));
    const stepped = wave(60, 2).map((value, i) => value + (i < 40 ? 0 : 2));
    expect(Math.max(...surprises(detector, series(stepped, 1e7)))).toBeLessThan(1.5);
  });
});
