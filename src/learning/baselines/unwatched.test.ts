import { expect, test } from 'vitest';
import { Random } from '../../core/random.ts';
import { unwatchedSummary } from '../../core/unwatched.ts';
import { type Baseline, calibrationVersion } from '../../detection/baseline/format.ts';
import { type DetectionPlan, detectorFactories, pluginOf } from '../../detection/plan/plan.ts';
import { calibrate, tagOf } from '../../../test/support/detectors.ts';
import { unwatchedIn } from './unwatched.ts';

const tags = ['A', 'B', 'C', 'D'].map((name) => tagOf(name));
const plan: DetectionPlan = {
  tags,
  groups: [{ name: 'all', tags: [0, 1, 2, 3], periodMs: 1_000 }],
  devices: ['PLC-1'],
  detectors: [{ type: 'relations', config: pluginOf('relations').schema.parse({}) }],
  budgetPerDay: 2.4,
};
const random = new Random(1);
const rows = Array.from({ length: 600 }, (_, i) => {
  const cause = random.normal();
  const value = Float64Array.from(tags, () => cause + 0.1 * random.normal());
  return {
    kind: 'vector' as const,
    vector: { group: 'all', time: i * 1_000, value, age: new Float64Array(4), mask: new Uint8Array(4) },
  };
});
const [factory] = detectorFactories(plan);
if (factory === undefined) throw new Error('the plan has no detector');
const learned = factory.create();
calibrate(pluginOf('relations'), learned, rows);
const largest = learned.largestSurprise?.(0) ?? Number.NaN;

/** The baseline with the threshold of the group. */
const withThreshold = (begin: number): Baseline => ({
  fingerprint: '',
  calibration: {
    version: calibrationVersion,
    source: 'test',
    from: 0,
    to: 1,
    promise: { budgetPerDay: 2.4, promised: true, days: 3, achievedPerDay: 0, missingDays: 0, text: '' },
    detectors: { relations: { baseline: learned.snapshot().baseline, thresholds: { all: { begin, end: 1 } } } },
  },
  bands: {},
});

test('a channel whose threshold no sudden deviation exceeds is named', () => {
  const status = unwatchedIn(plan, withThreshold(1.01 * largest));
  expect(status.lastingOnly).toEqual(['relations all']);
  expect(unwatchedSummary(status)).toContain(
    'Normal operation varies so much that no sudden deviation exceeds the threshold, at most one that lasts: relations all.',
  );
});

test('a channel with a threshold within reach, without a threshold or without a baseline is not named', () => {
  expect(unwatchedIn(plan, withThreshold(0.99 * largest))).not.toHaveProperty('lastingOnly');
  expect(unwatchedIn(plan, withThreshold(Number.POSITIVE_INFINITY))).not.toHaveProperty('lastingOnly');
  expect(unwatchedIn(plan, undefined)).not.toHaveProperty('lastingOnly');
});
