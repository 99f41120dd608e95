import { describe, expect, it } from 'vitest';
import { BatchBuilder } from '../../core/batch.ts';
import { Quality } from '../../core/quality.ts';
import { Random } from '../../core/random.ts';
import { BandLearner } from './bands.ts';

describe('BandLearner', () => {
  it('finds the middle 99 % of a normal distribution, for any bad samples', () => {
    const learner = new BandLearner(1);
    const random = new Random(2);
    for (let i = 0; i < 300; i++) {
      const batch = new BatchBuilder('plc', 101);
      for (let j = 0; j < 100; j++) batch.add(0, 10 + random.normal(), Quality.Good, i, i);
      batch.add(0, 1e9, Quality.BadTimeout, i, i);
      learner.learn(batch.publish());
    }
    const band = learner.band(0);
    expect(band?.low).toBeGreaterThan(10 - 3.3);
    expect(band?.low).toBeLessThan(10 - 2.1);
    expect(band?.high).toBeGreaterThan(10 + 2.1);
    expect(band?.high).toBeLessThan(10 + 3.3);
  });

  it('does not go beyond the engineering range, unless all of normal operation does', () => {
    const learner = new BandLearner(1);
    const batch = new BatchBuilder('plc', 100);
    for (let i = 0; i < 100; i++) batch.add(0, i / 100 - 0.05, Quality.Good, i, i);
    learner.learn(batch.publish());
    expect(learner.band(0, { low: 0, high: 0.5 })).toEqual({ low: 0, high: 0.5 });
    expect(learner.band(0, { low: -1, high: 1 })).toEqual({ low: -0.05, high: 0.94 });
    expect(learner.band(0, { low: 2, high: 3 })).toEqual({ low: -0.05, high: 0.94 });
  });

  it('has no band for a tag without samples', () => {
    expect(new BandLearner(1).band(0)).toBeUndefined();
  });
});
