import { describe, expect, it } from 'vitest';
import { differenceFromTwin, learnedFrom, paceOf, series, surprises, tagOf, wave } from '../../test/support/detectors.ts';
import { Random } from '../../src/core/random.ts';
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

  it('does not compare samples that are read much less often than configured', () => {
    const detector = learnedOf(wave(3_000));
    const values = wave(60, 2).map((value, i) => value + (i === 40 ? 0.5 : 0));
    expect(Math.max(...surprises(detector, series(values, 1e7, 2_000)))).toBeGreaterThan(2);
    expect(Math.max(...surprises(detector, series(values, 2e7, 2_500)))).toBe(0);
  });

  it('in a lab above 1× compares only samples that are nearly as close as those that were learned', () => {
    const highest = (speed: number, periodMs: number): number => {
      const detector = learnedOf(wave(3_000));
      detector.score(paceOf(speed), () => {});
      const values = wave(60, 2).map((value, i) => value + (i === 40 ? 0.5 : 0));
      return Math.max(...surprises(detector, series(values, 1e7, periodMs)));
    };
    expect(highest(10, 1_050)).toBeGreaterThan(2);
    expect(highest(10, 1_100)).toBe(0);
    // 17 ms of the machine's time are no regular period
    expect(highest(60, 1_000)).toBe(0);
    expect(highest(1, 1_100)).toBeGreaterThan(2);
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

  describe('in noise', () => {
    const noise = (seed: number, count: number): number[] => {
      const random = new Random(seed);
      return Array.from({ length: count }, () => random.normal());
    };
    const learned = noise(1, 20_000);
    const withSpike = series(
      noise(2, 500).map((value, i) => (i === 300 ? 10 : value)),
      1e9,
    );

    it('finds ten times the noise, which the smallest deviation of a window would hide', () => {
      expect(Math.max(...surprises(learnedOf(learned), withSpike))).toBeGreaterThan(1.5);
    });

    it('reports nothing for two steps of the last digit after spikes of one, and finds four', () => {
      // 0 or one step
      const digits = (seed: number, count: number): number[] => noise(seed, count).map((one) => (one > 1 ? 0.1 : 0));
      const detector = learnedOf(digits(1, 3_000));
      const most = (steps: number): number => {
        const values = digits(2, 500).map((value, i) => (Math.abs(i - 300) > 5 ? value : i === 300 ? 0.1 * steps : 0));
        return Math.max(...surprises(detector, series(values, 1e9 * steps)));
      };
      expect(most(2)).toBe(1);
      expect(most(4)).toBeGreaterThan(2);
    });

    it('judges by a baseline of an earlier version as that version did', () => {
      const detector = learnedOf(learned);
      const { baseline, running } = structuredClone(detector.snapshot()) as unknown as {
        running: unknown;
        baseline: { tags: Record<string, Record<string, number>> };
      };
      const entry = baseline.tags['PT02'] ?? {};
      delete entry['weight'];
      entry['highest'] = 10;
      detector.restore({ baseline, running });
      // deviation and noise alone
      const spikes = Math.max(...surprises(detector, withSpike));
      expect(spikes).toBeGreaterThan(0.5);
      expect(detector.snapshot().baseline).toMatchObject({ tags: { PT02: { weight: 1 } } });
    });
  });
});
