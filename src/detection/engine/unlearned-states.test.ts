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

/** Seconds since the start after which the time before it no longer matters. */
const begun = 7_200;
/** An engine that has seen both pumps stand for two hours. */
function engineAfter(more: Partial<EngineOptions> = {}): Engine {
  const engine = engineOf(more);
  for (const tag of [run1, run2]) engine.observe(sample(tag, 0, 0));
  engine.observe(sample(amp2, begun, 0));
  return engine;
}
const later = (tag: number, second: number, value: number): Observation => sample(tag, begun + second, value);
/** A deviation of pump 1 that lasts longer than the wait for its status. */
const deviation = (second: number): readonly Observation[] => [later(amp1, second, 99), later(amp1, second + 2, 99)];

it('raises nothing of equipment in a state that only its sisters were in, and of groups that contain it', () => {
  expect(beganAt(engineAfter(), later(run1, 0, 1), ...deviation(1))).toEqual([]);
  expect(beganAt(engineAfter(), later(run1, 0, 0), ...deviation(1))).toEqual(['station', 'P1.AMP']);
  expect(beganAt(engineAfter(), later(run2, 0, 1), later(amp2, 1, 99))).toEqual(['P2.AMP', 'station']);
  expect(beganAt(engineAfter(), later(run1, 0, 1), later(amp2, 1, 99))).toEqual(['P2.AMP']);
});

it('makes minor findings instead', () => {
  const engine = engineAfter({ minor: true });
  engine.observe(later(run1, 0, 1));
  for (let second = 1; second < 60; second++) engine.observe(later(amp1, second, 99));
  const minor = engine.minor().filter(({ change }) => change === 'begin');
  expect(minor.map((one) => JSON.stringify(one).includes('P1.AMP'))).toContain(true);
  expect(engine.open()).toEqual([]);
});

it('waits for the status of equipment that may just have entered such a state', () => {
  const others = [{ key: 'P1.AMP', tags: [amp1], area: 'a', equipment: 'P1' }];
  const detector = { ...echo, channels: others };
  const engine = (): Engine => engineAfter({ detectors: [{ name: 'echo', plugin, detector }] });
  expect(beganAt(engine(), later(amp1, 0, 99), later(run1, 1, 1), later(amp1, 2, 99))).toEqual([]);
  expect(beganAt(engine(), later(amp1, 0, 99), later(run1, 1, 0), later(amp1, 1, 99))).toEqual([]);
  expect(beganAt(engine(), later(amp1, 0, 99), later(run1, 1, 0), later(amp1, 2, 99))).toEqual(['P1.AMP']);
});

it('judges a state that no similar equipment was in, such as a trip, and the status itself', () => {
  expect(beganAt(engineAfter(), later(run1, 0, 2), ...deviation(1))).toEqual(['station', 'P1.AMP']);
  expect(beganAt(engineAfter(), later(run1, 0, 1), later(run1, 1, 11))).toEqual(['P1.RUN']);
});

it('judges again two hours after the end of the state, also after a restart', () => {
  const engine = engineAfter();
  engine.observe(later(run1, 0, 1));
  engine.observe(later(run1, 100, 0));
  expect(beganAt(engine, later(amp1, 3_600, 99))).toEqual([]);
  expect(engine.inUnlearnedState).toBe(true);
  const restarted = engineOf();
  restarted.restore(structuredClone(engine.snapshot()));
  for (const one of [engine, restarted]) {
    expect(beganAt(one, later(amp1, 7_290, 0))).toEqual([]);
    expect(beganAt(one, later(amp2, 7_301, 0), ...deviation(7_302))).toEqual(['station', 'P1.AMP']);
    expect(one.inUnlearnedState).toBe(false);
  }
});

it('waits until equipment has been normal for an hour, at most a day, also after a restart', () => {
  const stopped = (): Engine => {
    const engine = engineAfter();
    for (const one of [later(run1, 0, 1), later(run1, 100, 0), later(amp1, 7_000, 99)]) engine.observe(one);
    return engine;
  };
  const last = stopped();
  const restarted = engineOf();
  restarted.restore(structuredClone(last.snapshot()));
  for (const one of [last, restarted]) {
    expect(beganAt(one, ...deviation(7_400))).toEqual(['station']);
    expect(beganAt(one, ...deviation(10_900))).toEqual([]);
    expect(beganAt(one, later(amp2, 14_600, 0), ...deviation(14_601))).toContain('P1.AMP');
  }
  const hours = Array.from({ length: 60 }, (_, i) => later(amp1, 7_300 + 1_800 * i, 99));
  const found = stopped();
  const first = hours.findIndex((one) => beganAt(found, one).includes('P1.AMP'));
  expect(1_800 * (first - 1)).toBe(86_400);
});

it('judges equipment itself two hours after a start: it may just have been in such a state', () => {
  const stood = (second: number): readonly Observation[] => [
    sample(run1, 0, 0),
    sample(amp1, second, 99),
    sample(amp1, second + 2, 99),
  ];
  expect(beganAt(engineOf(), ...stood(7_100))).toEqual(['station']);
  expect(beganAt(engineOf(), ...stood(7_200))).toEqual(['station', 'P1.AMP']);
  const before = engineOf();
  before.observe(sample(run1, 0, 0));
  const restarted = engineOf();
  restarted.restore(structuredClone(before.snapshot()));
  expect(beganAt(restarted, ...stood(7_100))).toEqual(['station']);
});

it('continues from a snapshot of an earlier version, which has the states alone', () => {
  const engine = engineAfter();
  const restarted = engineOf();
  restarted.restore({ ...structuredClone(engine.snapshot()), unlearned: new Map([[run1, Number.POSITIVE_INFINITY]]) });
  expect(beganAt(restarted, ...deviation(1))).toEqual([]);
  const plain = engineOf();
  plain.restore({ ...structuredClone(engine.snapshot()), unlearned: new Map() });
  expect(beganAt(plain, ...deviation(1))).toEqual(['station', 'P1.AMP']);
});

it('does not concern a detector that learns similar machines together', () => {
  const engine = engineAfter({ detectors: [{ name: 'echo', plugin: { ...plugin, byFamily: true }, detector: echo }] });
  expect(beganAt(engine, later(run1, 0, 1), later(amp1, 1, 99))).toEqual(['P1.AMP', 'station']);
});

it('knows no such state under a baseline of an earlier version', () => {
  const engine = engineOf({ states: undefined });
  expect(beganAt(engine, sample(run1, 0, 1), sample(amp1, 1, 99))).toEqual(['P1.AMP', 'station']);
});

it('names the states that only similar equipment was in', () => {
  expect(unlearnedStates(tags, states)).toEqual([{ tag: run1, states: new Set([1]) }]);
});

/** A duty and a standby pump of one equipment: only the first ran in the calibration. */
const dosing = new TagTable([
  tagOf('CL.P1.RUN', { ...status, equipment: 'CL' }),
  tagOf('CL.AT', { equipment: 'CL' }),
  tagOf('CL.P2.RUN', { ...status, equipment: 'CL' }),
  tagOf('CL.OP', { equipment: 'CL' }),
]);

it('raises nothing for two hours after a change-over to the standby pump of one equipment', () => {
  const ofDosing = channels.map((channel) => ({ ...channel, equipment: channel.equipment === '' ? '' : 'CL' }));
  const more: Partial<EngineOptions> = {
    detectors: [{ name: 'echo', plugin: { ...plugin, byFamily: true }, detector: { ...echo, channels: ofDosing } }],
    tags: dosing,
    states: { 'CL.P1.RUN': [1], 'CL.P2.RUN': [0] },
  };
  const engine = (): Engine => {
    const one = engineOf(more);
    one.observe(sample(run1, 0, 1));
    one.observe(sample(run2, 0, 0));
    one.observe(later(amp2, 0, 0));
    return one;
  };
  const changed = [later(run1, 0, 0), later(run2, 0, 1)];
  expect(beganAt(engine(), ...deviation(1))).toEqual(['station', 'P1.AMP']);
  expect(beganAt(engine(), ...changed, ...deviation(1))).toEqual([]);
  expect(beganAt(engine(), later(run1, 0, 0), ...deviation(1))).toEqual(['station', 'P1.AMP']);
  const long = engine();
  expect(beganAt(long, ...changed, later(amp1, 7_200, 0), ...deviation(7_201))).toEqual(['station', 'P1.AMP']);
  const restarted = engineOf(more);
  restarted.restore(structuredClone(long.snapshot()));
  const seen = [later(run1, 7_300, 0), later(run2, 7_300, 1)];
  expect(beganAt(restarted, ...seen, later(amp2, 7_301, 99), later(amp2, 7_303, 99))).toEqual(['P2.AMP']);
  expect(beganAt(engine(), ...changed, later(run2, 8_000, 0), later(run1, 8_000, 1), ...deviation(8_001))).toEqual([]);
});
