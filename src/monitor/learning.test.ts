import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { detectors } from '../../detectors/index.ts';
import { parseConfig } from '../config/load.ts';
import { TagTable } from '../core/tag.ts';
import { planDetection } from '../detection/plan/plan.ts';
import { type Baseline, calibrationVersion } from '../detection/baseline/format.ts';
import { registry } from '../app/registry.ts';
import { LearningBoard } from './learning.ts';
import { watchingText } from './watching.ts';

const example = readFileSync('simulators/plants/waterworks/plant.yaml', 'utf8');
const plan = planDetection(
  parseConfig(example, 'plant.yaml', { registry, environment: { SCADAWATCH_UA1_PASSPHRASE: 'unused' } }),
);
const board = (): LearningBoard => new LearningBoard(new TagTable(plan.tags), plan);
const watching =
  'Active rules: limits, device-health, traffic, agreement, parameters, posture. ' +
  'Active and learning: novelty (judges a tag after 64 samples and 1 h), habits.';
const baseline = (days: number): Baseline => ({
  fingerprint: '',
  calibration: {
    version: calibrationVersion,
    source: 'history',
    from: 0,
    to: 1,
    promise: { budgetPerDay: 2.4, promised: false, days, achievedPerDay: 0, missingDays: 0, text: 'Only the traffic is learned' },
    detectors: {},
  },
  bands: {},
});

describe('without a baseline', () => {
  it('reports which kinds are active, which of them still learn, and from how many samples they judge', () => {
    const { state, text } = board().status();
    expect([state, text]).toEqual(['unlearned', `Normal operation is not known: run \`scadawatch calibrate\`. ${watching}`]);
  });

  it('reports it also during learning, after a failure, and with a baseline of traffic only', () => {
    const one = board();
    one.learning(0.4, 'learning normal operation');
    expect(one.status()).toMatchObject({ state: 'learning', progress: 0.4, text: `learning normal operation. ${watching}` });
    one.failed('Normal operation could not be learned: no data');
    expect(one.status().text).toBe(`Normal operation could not be learned: no data. ${watching}`);
    one.ready(baseline(0));
    expect(one.status()).toMatchObject({ state: 'unlearned', text: `Only the traffic is learned. ${watching}` });
  });

  it('reports nothing more about it once there is a baseline', () => {
    const one = board();
    one.ready(baseline(3));
    expect(one.status()).toMatchObject({ state: 'ready', text: 'Baseline from history' });
    expect(one.status().watching).toBeUndefined();
  });

  it('lists only configured kinds', () => {
    expect(watchingText({ rules: [], learning: [] })).toBe('No detector is active.');
    expect(watchingText({ rules: ['limits'], learning: [] })).toBe('Active rules: limits.');
  });
});

it('every detector that learns online reports from when on it judges', () => {
  const online = detectors.filter(({ threshold }) => threshold === 'adaptive');
  expect(online.map((plugin) => [plugin.type, 'judgesFrom' in plugin])).toEqual([['novelty', true]]);
});
