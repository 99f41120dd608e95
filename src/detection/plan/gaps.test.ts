import { expect, it } from 'vitest';
import { aTag } from '../../../dashboard/server/testing/fake-values.ts';
import { detectors as plugins } from '../../../detectors/index.ts';
import { gapsBySetting } from './gaps.ts';
import type { DetectionPlan } from './plan.ts';

const plan: DetectionPlan = {
  tags: [aTag('A'), aTag('B'), aTag('RUN', { kind: 'discrete' })],
  groups: [{ name: 'all', tags: [0, 1], periodMs: 1_000 }],
  devices: ['plc'],
  detectors: plugins.map(({ type }) => ({ type, config: {} })),
  budgetPerDay: 2.4,
};

it('states nothing while every detector runs on all tags', () => {
  expect(gapsBySetting(plan)).toEqual([]);
});

it('names disabled detectors, tags that are left out, and equipment with modes', () => {
  const detectors = plan.detectors
    .filter(({ type }) => type !== 'frozen')
    .map(({ type, config }) => ({ type, config: type === 'replay' ? { tags: ['A'] } : config }));
  const modes = { tag: 0, values: {}, resting: [], settleMs: 0 } as unknown as NonNullable<
    DetectionPlan['tags'][number]['modes']
  >;
  const tags = [...plan.tags.slice(0, 2), aTag('C', { equipment: 'F1', modes })];
  const found = gapsBySetting({ ...plan, tags, detectors });
  expect(found).toHaveLength(4);
  expect(found[0]).toMatch(/^Detector frozen is disabled\. Not watched: a value that normally changes/);
  expect(found[1]).toBe('Detector replay watches only the 1 tags of its setting.');
  expect(found[2]).toBe('No group judges these tags together with others: C.');
  expect(found[3]).toContain('F1');
});

it('names records of past events', () => {
  const tags = [...plan.tags, aTag('LASTI', { role: 'record' })];
  expect(gapsBySetting({ ...plan, tags })).toEqual(['Records of past events are stored and not judged: LASTI.']);
});
