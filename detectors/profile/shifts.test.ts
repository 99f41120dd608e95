import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import type { Detector } from '../../src/core/detector.ts';
import { calibrate, make, observed, type Sample, scored, tagOf, targetOf } from '../../test/support/detectors.ts';
import { profile } from './index.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const scanMs = hourMs / 6;
/** Six in the morning of a Monday, when the first shift begins. */
const start = Date.UTC(2026, 9, 5, 6);
const flow = tagOf('FT01', { description: 'Flow out', unit: 'm³/h', decimals: 1, range: { low: 0, high: 100 }, scanMs });

const samplesOf = (from: number, days: number, levelAt: (time: number) => number, seed = 1): Sample[] => {
  const random = new Random(seed);
  return Array.from({ length: Math.round((days * dayMs) / scanMs) }, (_, i) => {
    const time = start + from * dayMs + i * scanMs;
    return { time, value: levelAt(time) + 0.5 * random.normal() };
  });
};

function learnedFrom(days: number, levelAt: (time: number) => number, config = {}): Detector {
  const detector = make(profile, targetOf([flow]), config);
  calibrate(
    profile,
    detector,
    samplesOf(0, days, levelAt).map((sample) => observed(sample)),
  );
  return detector;
}

const most = (detector: Detector, samples: readonly Sample[]): number =>
  Math.max(
    0,
    ...scored(
      detector,
      samples.map((sample) => observed(sample)),
    ).map(({ surprise }) => surprise),
  );

/** Day, and shift of the day: early 0, late 1, night 2. */
const dayOf = (time: number): number => Math.floor((time - start) / dayMs);
const shiftOf = (time: number): number => Math.floor(((time - start) % dayMs) / (8 * hourMs));
/** Demand of each crew. */
const takes = [20, 30, 45, 34];
const crew = (number: number): number => takes[number] ?? Number.NaN;
const cyclic = (number: number, of: number): number => ((number % of) + of) % of;

describe('shifts', () => {
  it('that begin at fixed times are a daily cycle: the pace of one shift is found in another', () => {
    const fixed = (time: number): number => crew(shiftOf(time));
    const detector = learnedFrom(14, fixed);
    expect(most(detector, samplesOf(14, 14, fixed, 2))).toBeLessThan(1.3);
    // the early shift at the pace of the night shift, from eight to noon
    const paced = samplesOf(28, 6 / 24, (time) => (time - start - 28 * dayMs < 2 * hourMs ? fixed(time) : crew(2)), 3);
    expect(most(detector, paced)).toBeGreaterThan(2);
    expect(detector.explain(0).sentence).toMatch(
      /^Flow out is 4\d\.\d m³\/h, too high for 1\d:00 to 1\d:00\. Normal range 1\d\.\d to 2\d\.\d m³\/h, from 14 days\.$/,
    );
  });

  const rotations = {
    'change each week': (time: number) => crew(cyclic(shiftOf(time) + Math.floor(dayOf(time) / 7), 3)),
    'change each week, backwards': (time: number) => crew(cyclic(shiftOf(time) - Math.floor(dayOf(time) / 7), 3)),
    // two early, two late, two night shifts, two days off
    'change every other day': (time: number) =>
      crew([0, 1, 2, 3].findIndex((one) => cyclic(Math.floor(dayOf(time) / 2) + one, 4) === shiftOf(time))),
    // shifts of twelve hours; each crew has two, two and three days, by day and by night
    'work two, two and three days': (time: number) => {
      const works = '11001110011000'.charAt(dayOf(time) % 14) === '1';
      const isNight = (time - start) % dayMs >= dayMs / 2;
      return crew((works ? 0 : 1) + (isNight ? 2 : 0));
    },
  };
  // a calibration judges from eleven days on
  it.each(Object.entries(rotations))('of crews that %s cause no false alarm, after few or many learned days', (_, levelAt) => {
    for (const days of [11, 14, 21, 28])
      for (const [seed, swing] of [
        [2, 0],
        [3, 8],
      ] as const) {
        const cycled = (time: number): number => levelAt(time) + swing * Math.sin((2 * Math.PI * time) / dayMs);
        expect([days, swing, most(learnedFrom(days, cycled), samplesOf(days, 42, cycled, seed)) < 1.3]).toEqual([
          days,
          swing,
          true,
        ]);
      }
  });

  it('that rotate more slowly than the learned time change the profile; `minDays` of a whole rotation prevents it', () => {
    const slow = (time: number): number => crew(cyclic(shiftOf(time) + Math.floor(dayOf(time) / 14), 3));
    expect(most(learnedFrom(14, slow), samplesOf(14, 14, slow, 2))).toBeGreaterThan(2);
    expect(most(learnedFrom(14, slow, { minDays: 42 }), samplesOf(14, 28, slow, 2))).toBe(0);
    expect(most(learnedFrom(42, slow, { minDays: 42 }), samplesOf(42, 42, slow, 2))).toBeLessThan(1.3);
  });
});
