import { BatchBuilder } from '../core/batch.ts';
import { canaryLimit, canaryName } from '../core/canary.ts';
import type { Detector } from '../core/detector.ts';
import type { FindingChange } from '../core/finding.ts';
import { type CanaryEvent, observeBatch } from '../core/observation.ts';
import { Quality } from '../core/quality.ts';
import { type Tag, TagTable } from '../core/tag.ts';
import { createEngine } from './engine/index.ts';

const tag: Tag = {
  name: canaryName,
  description: canaryName,
  short: canaryName,
  area: '',
  equipment: '',
  device: canaryName,
  kind: 'analog',
  role: 'measurement',
  unit: '',
  decimals: 0,
  scanMs: 60_000,
  address: undefined,
};

/** Compares the synthetic sample with its limit. */
const limitDetector: Detector = {
  channels: [{ key: canaryName, tags: [0], area: '', equipment: '', device: canaryName }],
  learn: () => {},
  score: (observation, report) => {
    if (observation.kind !== 'batch') return;
    const { sourceTime, value } = observation.batch;
    report(0, sourceTime[0] ?? Number.NaN, (value[0] ?? Number.NaN) / canaryLimit);
  },
  explain: () => ({
    title: 'Canary',
    sentence: 'This is a test of the path of alerts. Nothing has happened in the plant.',
    contributions: [],
    normalIf: '',
    techniques: [],
  }),
  snapshot: () => ({ baseline: null, running: null }),
  restore: () => {},
};

/**
 * Judges the sample of a canary by an engine of its own, so that neither the site's engine nor its baseline is affected.
 * @returns a finding that begins and ends at once
 */
export function judgeCanary({ sampledAt, value }: CanaryEvent): readonly FindingChange[] {
  const plugin = { input: 'sample', threshold: 'stated' } as const;
  const engine = createEngine({
    detectors: [{ name: canaryName, plugin, detector: limitDetector }],
    tags: new TagTable([tag]),
    groups: [],
    thresholds: {},
  });
  const batch = new BatchBuilder(canaryName, 1, false);
  batch.add(0, value, Quality.Good, sampledAt, sampledAt);
  return engine.observe(observeBatch(batch.publish())).flatMap(({ change, finding: begun }): FindingChange[] => {
    // one name for all of them, so that refused ones do not accumulate
    const finding = { ...begun, id: canaryName };
    return change === 'begin'
      ? [
          { change, finding },
          { change: 'end', finding: { ...finding, endedAt: sampledAt } },
        ]
      : [];
  });
}
