import { expect, it } from 'vitest';
import type { Channel } from '../../core/detector.ts';
import { Random } from '../../core/random.ts';
import { allowance } from './budget.ts';
import type { Learned } from './learned.ts';
import { BlockMaxima } from './maxima.ts';
import { fitThresholds } from './thresholds.ts';

const hourMs = 3_600_000;
const hours = 72;
const count = 40;

const channels: readonly Channel[] = Array.from({ length: count }, (_, i) => ({
  key: `T${i}`,
  tags: [i],
  area: 'area',
  equipment: `e${i}`,
}));

/**
 * Maxima of three days by the hour. Every surprise is small, except that some channels have one hour of another operation, which a copy that
 * has not learned it has never seen.
 */
function learnedWith(events: number, graded?: true, largest: readonly (number | undefined)[] = []): Learned {
  const random = new Random(3);
  const outOfFold = new BlockMaxima(count, hours);
  const inSample = new BlockMaxima(count, hours);
  for (let hour = 0; hour < hours; hour++) {
    outOfFold.startedAt[hour] = inSample.startedAt[hour] = hour * hourMs;
    for (let channel = 0; channel < count; channel++) {
      const calm = 0.1 + 0.1 * random.next();
      outOfFold.add(channel, hour, channel < events && hour === 6 * channel ? 50 : calm);
      inSample.add(channel, hour, calm);
    }
  }
  const plugin = { input: 'sample' as const, threshold: 'statistical' as const, ...(graded === undefined ? {} : { graded }) };
  const stays = channels.map(() => undefined);
  const idle = channels.map(() => false);
  const detectors = [{ name: 'test', plugin, channels, offset: 0, baseline: null, stays, idle, largest }];
  const time = hours * hourMs;
  return { from: 0, to: time, coveredMs: time, rows: 60 * hours, detectors, outOfFold, inSample, moments: [] };
}

function fitted(learned: Learned) {
  const allowed = allowance(2.4, learned.coveredMs, learned.rows);
  const { byDetector, alerts } = fitThresholds(learned, allowed);
  const begins = Object.values(byDetector.get('test') ?? {}).map(({ begin }) => begin);
  return { keeps: (alerts[0] ?? 0) <= allowed.alerts, least: Math.min(...begins) };
}

it('a kept promise permits thresholds within the learned range', () => {
  const { keeps, least } = fitted(learnedWith(0, true));
  expect(keeps).toBe(true);
  expect(least).toBeLessThan(0.5);
});

it('where the promise fails, no threshold of a graded detector is within the learned range', () => {
  expect(fitted(learnedWith(12, true))).toEqual({ keeps: false, least: 1 });
});

it('where the promise fails, a detector whose unit is not the edge of what it has learned keeps its thresholds', () => {
  const { keeps, least } = fitted(learnedWith(12));
  expect(keeps).toBe(false);
  expect(least).toBeLessThan(0.5);
});

it('a threshold that no deviation could exceed is lowered, but not to what normal operation reaches', () => {
  const beginsWith = (largest: readonly (number | undefined)[]): readonly (number | undefined)[] => {
    const learned = learnedWith(12, undefined, largest);
    const { byDetector } = fitThresholds(learned, allowance(2.4, learned.coveredMs, learned.rows));
    return ['T0', 'T20', 'T21'].map((key) => byDetector.get('test')?.[key]?.begin);
  };
  const [raised = 0, calm = 0, other] = beginsWith([]);
  expect(raised).toBeGreaterThan(40);
  expect(calm).toBeGreaterThan(0.21);
  const largest = channels.map((_, i) => ({ 0: 40, 20: calm })[i]);
  expect(beginsWith(largest)).toEqual([raised, expect.closeTo(0.9 * calm, 5), other]);
});

it('a mode with too few stays gets no threshold by the largest surprise', () => {
  const learned = learnedWith(
    0,
    undefined,
    channels.map(() => 10),
  );
  const detectors = learned.detectors.map((one) => ({ ...one, stays: channels.map((_, i) => (i === 20 ? 1 : undefined)) }));
  const { byDetector, unwatched } = fitThresholds({ ...learned, detectors }, allowance(2.4, learned.coveredMs, learned.rows));
  expect(byDetector.get('test')?.['T20']).toBeUndefined();
  expect(unwatched.get('test')?.['T20']).toMatchObject({ cause: 'stays' });
});
