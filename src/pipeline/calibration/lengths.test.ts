import { probit } from 'simple-statistics';
import { expect, test } from 'vitest';
import type { Channel } from '../../core/detector.ts';
import { Random } from '../../core/random.ts';
import { fitBudget } from './fit.ts';
import type { Learned, LearnedDetector } from './learned.ts';
import { BlockMaxima } from './maxima.ts';

const dayMs = 86_400_000;
const groups = 2;

const channelsOf = (name: string, count: number): Channel[] =>
  Array.from({ length: count }, (_, i) => ({ key: `${name}${i}`, tags: [i], area: `area ${i % 3}`, equipment: `${name}${i}` }));

/** The highest of so many values of normally distributed noise, as an absolute number of standard deviations. */
const highestOf = (random: Random, rows: number): number => Math.abs(probit((1 - (1 - 1e-16) * random.next() ** (1 / rows)) / 2));

/** What detectors have learned of tags that are noise: block maxima of their surprises, which are standard deviations. */
function noise(days: number, tags: number, periodMs: number, seed: number): Learned {
  const random = new Random(seed);
  const rows = Math.max(2, Math.round((days * dayMs) / periodMs));
  const blocks = Math.min(1_500, rows);
  const detector = (name: string, count: number, offset: number, plugin: LearnedDetector['plugin']): LearnedDetector => {
    const channels = channelsOf(name, count);
    return { name, plugin, channels, offset, baseline: null, stays: channels.map(() => undefined) };
  };
  const outOfFold = new BlockMaxima(tags + groups, blocks);
  const inSample = new BlockMaxima(tags + groups, blocks);
  for (let block = 0; block < blocks; block++) {
    outOfFold.startedAt[block] = (block * rows * periodMs) / blocks;
    for (let channel = 0; channel < tags + groups; channel++) {
      const highest = highestOf(random, rows / blocks);
      outOfFold.add(channel, block, highest);
      inSample.add(channel, block, 0.95 * highest);
    }
  }
  const detectors = [
    detector('range', tags, 0, { input: 'sample', threshold: 'statistical' }),
    detector('relations', groups, tags, { input: 'vector', threshold: 'statistical', calibrated: true }),
  ];
  return { from: 0, to: days * dayMs, coveredMs: days * dayMs, rows, detectors, outOfFold, inSample, share: 1 };
}

const beginsOf = (learned: Learned, budgetPerDay: number) => {
  const { byDetector, unwatched, promise } = fitBudget(learned, budgetPerDay, []);
  const begins = (name: string): number[] => Object.values(byDetector.get(name) ?? {}).map(({ begin }) => begin);
  return { ranges: begins('range'), relations: begins('relations'), unwatched, promise };
};

test('every threshold is finite at every alarm budget, length and number of tags, and no channel of noise is unwatched', () => {
  const random = new Random(12);
  const between = (low: number, high: number): number => low * (high / low) ** random.next();
  for (let run = 0; run < 40; run++) {
    const [budget, days, tags] = [between(0.05, 50), between(1 / 24, 60), Math.round(between(5, run % 20 === 0 ? 500 : 60))];
    const { ranges, relations, unwatched, promise } = beginsOf(noise(days, tags, 10_000, run), budget);
    const where = `${budget} a day, ${days} days, ${tags} tags`;
    expect(ranges, where).toHaveLength(tags);
    for (const begin of [...ranges, ...relations]) {
      expect(begin, where).toBeGreaterThan(0);
      expect(begin, where).toBeLessThan(50);
    }
    expect([...unwatched.keys()], where).toEqual([]);
    if (promise.promised) expect(budget * days, where).toBeGreaterThanOrEqual(3);
    else expect(promise.missingDays, where).toBeGreaterThan(0);
  }
});

/** Lengths as expected alerts of the budget, finest where thresholds were infinite. */
const expected = [0.3, 0.7, 1, 1.3, 1.6, 1.9, 2.2, 2.4, 2.6, 2.8, 2.99, 3.01, 3.2, 3.5, 3.8, 4.2, 4.4, 5, 6, 7.5, 9, 12];
const cases = 12;

test.each([24, 2.4, 1, 0.5, 0.2, 0.1])(
  'at %d alerts a day no length finds fewer 5-sigma steps than a shorter one, but for one',
  (budget) => {
    for (const tags of [5, 30]) {
      let before = 0;
      for (const alerts of expected.filter((count) => count / budget > 1 / 24)) {
        const { ranges } = beginsOf(noise(alerts / budget, tags, 10_000, 7), budget);
        const random = new Random(3);
        // three detectors of a tag see a step that lasts for ten minutes
        const isFound = (at: number): boolean =>
          [0, 1, 2].some((detector) => 5 + highestOf(random, 60) >= (ranges[(at + 12 * detector) % tags] ?? Infinity));
        const count = Array.from({ length: cases }, (_, at) => at).filter(isFound).length;
        expect(count, `${tags} tags, ${alerts} expected alerts`).toBeGreaterThanOrEqual(Math.max(cases - 2, before - 1));
        before = count;
      }
    }
  },
);

test('thresholds are no step where a promise begins', () => {
  for (const [budget, tags] of [
    [24, 5],
    [2.4, 100],
    [0.5, 20],
  ] as const) {
    const [before, after] = [2.999, 3.001].map((alerts) => beginsOf(noise(alerts / budget, tags, 10_000, 5), budget));
    expect([before?.promise.promised, after?.promise.promised]).toEqual([false, true]);
    const median = (values: readonly number[] = []): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
    expect(Math.abs(Math.log(median(after?.ranges) / median(before?.ranges)))).toBeLessThan(0.1);
  }
});
