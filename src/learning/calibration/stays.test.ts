import { expect, test } from 'vitest';
import type { Report } from '../../core/detector.ts';
import type { Observation } from '../../core/observation.ts';
import { Random } from '../../core/random.ts';
import { calibrateNow } from './index.ts';
import { judged, staysNeeded, stayThreshold } from './stays.ts';
import { Deviation, factory, optionsOf, running } from './testing.ts';

/** Largest surprise of a stay. */
const most = (random: Random, spread: number): number => 1 + spread * random.normal();

/** Stays, each over a number of blocks of which one has the largest surprise. */
function stays(count: number, blocks: number, random: Random, spread = 0.1): Float32Array {
  return Float32Array.from({ length: count * blocks }, (_, i) => most(random, spread) - (i % blocks === blocks >> 1 ? 0 : 0.9));
}

test.each([2, 3, 5, 30])('of %d stays the next one exceeds the threshold about as rarely as required', (count) => {
  const random = new Random(count);
  const share = 0.05;
  const trials = 40_000;
  let passed = 0;
  for (let trial = 0; trial < trials; trial++)
    if (most(random, 0.1) > stayThreshold(stays(count, 4, random), count, share * count)) passed++;
  expect(passed / trials).toBeGreaterThan(0.9 * share);
  expect(passed / trials).toBeLessThan(1.15 * share);
});

test('one stay, or none, gives no information on the next', () => {
  expect(stayThreshold(stays(1, 50, new Random(1)), 1, 0.01)).toBe(Number.POSITIVE_INFINITY);
  expect(stayThreshold(new Float32Array(0), 0, 0.01)).toBe(Number.POSITIVE_INFINITY);
  // more stays do not help if one block contains all judged ones
  expect(stayThreshold(Float32Array.of(1), 400, 0.01)).toBe(Number.POSITIVE_INFINITY);
});

test('blocks without a surprise of a detector belong to other modes', () => {
  expect([...judged(Float32Array.of(0, 0.5, 0, 0, 2, 1e-9))]).toEqual([0.5, 2, Math.fround(1e-9)]);
});

test('three different stays give no information, three similar ones some, and thirty enough', () => {
  const random = new Random(2);
  expect(stayThreshold(stays(3, 20, random, 0.5), 3, 0.001)).toBe(Number.POSITIVE_INFINITY);
  const few = stayThreshold(stays(3, 20, random, 0.01), 3, 0.001);
  expect(few).toBeGreaterThan(1.02);
  expect(few).toBeLessThan(5);
  expect(stayThreshold(stays(30, 20, random, 0.1), 30, 0.001)).toBeLessThan(2);
});

test('the number of necessary stays makes the bound finite', () => {
  const differing = stays(3, 20, new Random(2), 0.5);
  const needed = staysNeeded(differing, 3, 0.001) ?? 0;
  expect(needed).toBeGreaterThan(3);
  expect(needed).toBeLessThan(30);
  expect(staysNeeded(new Float32Array(0), 0, 0.001)).toBe(3);
});

test('stays shorter than a block count as the block', () => {
  const blocks = stays(40, 1, new Random(3));
  expect(stayThreshold(blocks, 400, 0.001)).toBe(stayThreshold(blocks, 40, 0.001));
});

test.each([
  [undefined, 1, 1],
  [0, 1, undefined],
  [1, 1, undefined],
  // with so many stays the bound is close to their surprises
  [200, 1, expect.closeTo(6, -1)],
  [200, 0.01, 1],
])(
  'a detector that tries its surprise itself is taken at its word, but not in a mode of few stays (%s)',
  (count, part, begin) => {
    class Staying extends Deviation {
      stays = (): number | undefined => count;
      override score(observation: Observation, report: Report): void {
        super.score(observation, (channel, time, surprise) => report(channel, time, part * surprise));
      }
    }
    const one = factory();
    const detectors = [{ ...one, plugin: { ...one.plugin, calibrated: true as const }, create: () => new Staying() }];
    const { thresholds, unwatched } =
      calibrateNow({ ...optionsOf(240), detectors }, () => running(3, 1)).atBudget(240).detectors['deviation'] ?? {};
    expect(thresholds?.['T0']?.begin).toEqual(begin);
    expect(unwatched?.['T0']).toEqual(begin === undefined ? { cause: 'stays', stays: count, needsDays: 9 } : undefined);
  },
);
