import { beforeAll, describe, expect, it } from 'vitest';
import { detectors as plugins } from '../../detectors/index.ts';
import { tagsWithModes } from '../../src/learning/baselines/modes.ts';
import { type DetectionPlan, detectorFactories } from '../../src/detection/plan/plan.ts';
import { type Observation, observeBatch } from '../../src/core/observation.ts';
import { Random } from '../../src/core/random.ts';
import { type Tag, TagTable } from '../../src/core/tag.ts';
import { calibrate } from '../../src/learning/calibration/index.ts';
import { createEngine } from '../../src/detection/engine/index.ts';
import { learnModes } from '../../src/learning/modes/index.ts';
import { batchOf, tagOf } from '../support/detectors.ts';
import { applyCalibration } from '../../src/detection/baseline/apply.ts';
import type { Calibration } from '../../src/detection/baseline/format.ts';

const scanMs = 10_000;
const stated: readonly Tag[] = [
  tagOf('RUN', { kind: 'discrete', role: 'status', unit: '', states: { 0: 'stopped', 1: 'running' }, scanMs }),
  tagOf('AMP', { unit: 'A', scanMs }),
];
const planOf = (tags: readonly Tag[]): DetectionPlan => ({
  tags,
  groups: [],
  devices: ['PLC-1'],
  detectors: ['range', 'discrete'].map((type) => ({ type, config: plugins.find((one) => one.type === type)?.schema.parse({}) })),
  budgetPerDay: 24,
});

/** A pump that runs and stops for about a quarter of an hour, read every ten seconds. */
function pump(count: number, seed: number, change: (row: number, run: number, amp: number) => readonly [number, number]) {
  const random = new Random(seed);
  let [run, left] = [0, 90];
  return Array.from({ length: count }, (_, row): Observation => {
    if (--left < 0) [run, left] = [1 - run, Math.round(60 + 60 * random.next())];
    const [on, amp] = change(row, run, run * 60 + (run === 1 ? 2 : 0.02) * random.normal());
    const time = 1_000_000 + scanMs * row;
    return observeBatch(batchOf([amp, on].map((value, i) => ({ tag: 1 - i, time, value }))));
  });
}

const normal = pump(12_000, 1, (_, run, amp) => [run, amp]);
const learned = learnModes(normal, new TagTable(stated));
const plans = { blind: planOf(stated), byMode: planOf(tagsWithModes(stated, learned)) };
const calibrations = {} as Record<keyof typeof plans, Calibration>;

beforeAll(async () => {
  for (const [name, plan] of Object.entries(plans))
    calibrations[name as keyof typeof plans] = await calibrate({
      detectors: detectorFactories(plan),
      source: () => normal,
      description: 'a pump',
      tags: new TagTable(plan.tags),
      groups: [],
      budgetPerDay: plan.budgetPerDay,
      folds: 3,
    });
}, 120_000);

const engineOf = (name: keyof typeof plans) => {
  const plan = plans[name];
  return createEngine({
    ...applyCalibration(calibrations[name], detectorFactories(plan)),
    tags: new TagTable(plan.tags),
    groups: [],
  });
};
const found = (name: keyof typeof plans, observations: readonly Observation[]): string[] => {
  const engine = engineOf(name);
  const changes = observations.flatMap((observation) => engine.observe(observation));
  return changes.filter(({ change }) => change === 'begin').map(({ finding }) => `${finding.detector} ${finding.channel}`);
};

describe('modes learned from normal operation', () => {
  it('let a pump stop for as long as it likes: that is no anomaly', () => {
    const stops = pump(3_000, 2, (row, run, amp) => (row < 1_000 ? [run, amp] : [0, 0.01 * Math.sin(row)]));
    expect(found('byMode', stops)).toEqual([]);
    // without modes, the longest stop of the calibration is the edge of normal operation
    expect(found('blind', stops)).toContain('discrete RUN');
  });

  it('find within running what is normal in a pump that stands', () => {
    let since = 0;
    const dry = pump(3_000, 3, (row, run, amp) => {
      since = run === 1 ? since + 1 : 0;
      return [run, row > 1_500 && since > 15 ? 0.01 : amp];
    });
    expect(found('byMode', dry)).toContain('range AMP/running');
    expect(found('blind', dry)).toEqual([]);
  });

  it('go on bit for bit from a snapshot in the middle of settling', () => {
    const dry = pump(2_000, 4, (row, run, amp) => [run, row > 1_200 && run === 1 ? 0.5 : amp]);
    const runs = dry.map((one) => (one.kind === 'batch' ? one.batch.value[1] : undefined));
    const cut = runs.findIndex((run, row) => row > 1_200 && run === 1 && runs[row - 1] === 0) + 3;
    const [whole, begun, restored] = [engineOf('byMode'), engineOf('byMode'), engineOf('byMode')];
    for (const observation of dry.slice(0, cut)) {
      whole.observe(observation);
      begun.observe(observation);
    }
    restored.restore(structuredClone(begun.snapshot()));
    const rest = dry.slice(cut);
    const changes = rest.flatMap((observation) => whole.observe(observation));
    expect(changes.length).toBeGreaterThan(0);
    expect(rest.flatMap((observation) => restored.observe(observation))).toEqual(changes);
    expect(restored.snapshot()).toEqual(whole.snapshot());
  });
});
