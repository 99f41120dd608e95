import { expect, it } from 'vitest';
import { tagOf } from '../../../test/support/detectors.ts';
import { BatchBuilder } from '../../core/batch.ts';
import type { Channel, Detector, Report } from '../../core/detector.ts';
import { type Observation, observeBatch } from '../../core/observation.ts';
import { Quality } from '../../core/quality.ts';
import { TagTable } from '../../core/tag.ts';
import { createEngine, type EngineOptions, type LearnedStates, unlearnedStates } from './index.ts';

const status = { kind: 'discrete', role: 'status', unit: '', range: undefined } as const;
const tags = new TagTable(
  ['P1', 'P2'].flatMap((equipment) => [
    tagOf(`${equipment}.RUN`, { ...status, equipment }),
    tagOf(`${equipment}.AMP`, { unit: 'A', equipment }),
  ]),
);
const [run1, amp1, run2, amp2] = [0, 1, 2, 3] as const;
/** Pump 1 stood still in the calibration, pump 2 did not. Nobody tripped. */
const states: LearnedStates = { 'P1.RUN': [0], 'P2.RUN': [0, 1] };
const channels: readonly Channel[] = [
  { key: 'P1.AMP', tags: [amp1], area: 'a', equipment: 'P1' },
  { key: 'P2.AMP', tags: [amp2], area: 'a', equipment: 'P2' },
  { key: 'station', tags: [amp1, amp2], area: 'a', equipment: '' },
  { key: 'P1.RUN', tags: [run1], area: 'a', equipment: 'P1' },
];

/** Reports the value of each tag as the surprise of all channels that contain it. */
const echo: Detector = {
  channels,
  learn: () => {},
  score: (observation: Observation, report: Report) => {
    if (observation.kind !== 'batch') return;
    const { tag, value, sourceTime, length } = observation.batch;
    for (let row = 0; row < length; row++)
      channels.forEach((channel, i) => {
        if (channel.tags.includes(tag[row] as number)) report(i, sourceTime[row] as number, value[row] as number);
      });
  },
  explain: (channel) => ({
    sentence: '',
    title: channels[channel]?.key ?? '',
    contributions: [],
    normalIf: '',
    techniques: [],
  }),
  snapshot: () => ({ baseline: null, running: null }),
  restore: () => {},
};
const limit = { begin: 10, end: 5 };
const plugin = { input: 'sample', threshold: 'statistical' } as const;
const engineOf = (more: Partial<EngineOptions> = {}) =>
  createEngine({
    detectors: [{ name: 'echo', plugin, detector: echo }],
    tags,
    groups: [],
    thresholds: { echo: Object.fromEntries(channels.map(({ key }) => [key, limit])) },
    states,
    ...more,
  });
const sample = (tag: number, second: number, value: number): Observation => {
  const builder = new BatchBuilder('plc', 1);
  builder.add(tag, value, Quality.Good, second * 1_000, second * 1_000);
  return observeBatch(builder.publish());
};
type Engine = ReturnType<typeof engineOf>;
const beganAt = (engine: Engine, ...observations: readonly Observation[]): string[] =>
  observations.flatMap((one) =>
    engine.observe(one).flatMap(({ change, finding }) => (change === 'begin' ? [finding.channel] : [])),
  );

it('raises nothing of equipment in a state that only its sisters were in, and of groups that contain it', () => {
  expect(beganAt(engineOf(), sample(run1, 0, 1), sample(amp1, 1, 99))).toEqual([]);
  expect(beganAt(engineOf(), sample(run1, 0, 0), sample(amp1, 1, 99))).toEqual(['P1.AMP', 'station']);
  expect(beganAt(engineOf(), sample(run2, 0, 1), sample(amp2, 1, 99))).toEqual(['P2.AMP', 'station']);
  expect(beganAt(engineOf(), sample(run1, 0, 1), sample(amp2, 1, 99))).toEqual(['P2.AMP']);
});

it('makes minor findings instead', () => {
  const engine = engineOf({ minor: true });
  engine.observe(sample(run1, 0, 1));
  for (let second = 1; second < 60; second++) engine.observe(sample(amp1, second, 99));
  const minor = engine.minor().filter(({ change }) => change === 'begin');
  expect(minor.map((one) => JSON.stringify(one).includes('P1.AMP'))).toContain(true);
  expect(engine.open()).toEqual([]);
});

it('judges a state that no similar equipment was in, such as a trip, and the status itself', () => {
  expect(beganAt(engineOf(), sample(run1, 0, 2), sample(amp1, 1, 99))).toEqual(['P1.AMP', 'station']);
  expect(beganAt(engineOf(), sample(run1, 0, 1), sample(run1, 1, 11))).toEqual(['P1.RUN']);
});

it('judges again two hours after the end of the state, also after a restart', () => {
  const engine = engineOf();
  engine.observe(sample(run1, 0, 1));
  engine.observe(sample(run1, 100, 0));
  expect(beganAt(engine, sample(amp1, 7_200, 99))).toEqual([]);
  expect(engine.inUnlearnedState).toBe(true);
  const restarted = engineOf();
  restarted.restore(structuredClone(engine.snapshot()));
  for (const one of [engine, restarted]) {
    expect(beganAt(one, sample(amp1, 7_290, 99))).toEqual([]);
    expect(beganAt(one, sample(amp2, 7_301, 0), sample(amp1, 7_302, 99))).toEqual(['P1.AMP', 'station']);
    expect(one.inUnlearnedState).toBe(false);
  }
});

it('does not concern a detector that learns similar machines together', () => {
  const engine = engineOf({ detectors: [{ name: 'echo', plugin: { ...plugin, byFamily: true }, detector: echo }] });
  expect(beganAt(engine, sample(run1, 0, 1), sample(amp1, 1, 99))).toEqual(['P1.AMP', 'station']);
});

it('knows no such state under a baseline of an earlier version', () => {
  const engine = engineOf({ states: undefined });
  expect(beganAt(engine, sample(run1, 0, 1), sample(amp1, 1, 99))).toEqual(['P1.AMP', 'station']);
});

it('names the states that only similar equipment was in', () => {
  expect(unlearnedStates(tags, states)).toEqual([{ tag: run1, states: new Set([1]) }]);
});
