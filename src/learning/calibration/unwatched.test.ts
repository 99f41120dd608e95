import { expect, test } from 'vitest';
import { BatchBuilder } from '../../core/batch.ts';
import { decodeJson, encodeJson } from '../../core/json.ts';
import { observeBatch } from '../../core/observation.ts';
import { unwatchedSummary } from '../../core/unwatched.ts';
import { createEngine } from '../../detection/engine/index.ts';
import { calibrate, unwatchedChannels } from './index.ts';
import { dayMs, factory, optionsOf, tags } from './testing.ts';
import { applyCalibration } from '../../detection/baseline/apply.ts';
import type { Calibration } from '../../detection/baseline/format.ts';

const names = tags.tags.map(({ name }) => name);
const one = factory();
const detectors = [{ name: one.name, plugin: one.plugin, channels: one.create().channels }];
const learned = await calibrate(optionsOf(2.4, 1));

/** The calibration with another part of its detector. */
function withPart(change: Partial<Calibration['detectors'][string]>): Calibration {
  const part = learned.detectors['deviation'];
  if (part === undefined) throw new Error('nothing was learned');
  return { ...learned, detectors: { deviation: { ...part, ...change } } };
}

const without = (...keys: readonly string[]) =>
  Object.fromEntries(Object.entries(learned.detectors['deviation']?.thresholds ?? {}).filter(([key]) => !keys.includes(key)));

test('a calibration with a threshold for every channel leaves none unwatched', () => {
  const status = unwatchedChannels(detectors, names, learned);
  expect(status).toEqual({ channels: 6, unwatched: [], wider: 0 });
  expect(unwatchedSummary(status)).toBe('All 6 channels are watched.');
});

test('every channel without a threshold is named with its reason and the time from which it can be watched', () => {
  const calibration = withPart({
    thresholds: without('T0', 'T1', 'T2', 'T3'),
    unwatched: {
      T0: { cause: 'short', needsDays: 2.5 },
      T1: { cause: 'stays', stays: 1, needsDays: 3 },
      T2: { cause: 'stays', stays: 4 },
    },
    unlearned: { T3: { by: 'engineer', at: Date.UTC(2026, 0, 2), reason: 'sensor replaced' } },
  });
  const status = unwatchedChannels(detectors, names, calibration);
  expect(status.unwatched.map(({ tags: of, cause, reason }) => [of.join(), cause, reason])).toEqual([
    ['T0', 'short', 'learned from 1 d; needs about 2.5 d'],
    ['T1', 'stays', 'learned from 1 stay in its mode in 1 d; needs about 3 d'],
    ['T2', 'stays', 'learned from 4 stays in its mode, which differ too much'],
    ['T3', 'unlearned', 'unlearned by engineer on 2026-01-02: sensor replaced'],
  ]);
  expect(status.unwatched[0]?.watchedFrom).toBeCloseTo(calibration.to + 1.5 * dayMs, -2);
  expect(status.unwatched[2]?.watchedFrom).toBeUndefined();
  expect(unwatchedSummary(status)).toBe(
    '4 of 6 channels are unwatched: 2 with too few stays in their mode, 1 learned from too little data, 1 unlearned.',
  );
});

test('a mode with too few stays is watched by the channel of all modes together, unless that has no threshold either', () => {
  const ofMode = (key: string) => ({ key, tags: [0], area: 'a', equipment: 'e' });
  const byMode = [
    { ...one, name: 'deviation', channels: [...(detectors[0]?.channels ?? []), ofMode('T0/out'), ofMode('T1/out')] },
  ];
  const few = { cause: 'stays', stays: 1 } as const;
  const status = unwatchedChannels(
    byMode,
    names,
    withPart({ thresholds: without('T1'), unwatched: { T1: { cause: 'short' }, 'T0/out': few, 'T1/out': few } }),
  );
  expect(status.wider).toBe(1);
  expect(status.unwatched.map(({ channel }) => channel)).toEqual(['T1', 'T1/out']);
  expect(unwatchedSummary(status)).toBe(
    '2 of 8 channels are unwatched: 1 learned from too little data, 1 with too few stays in their mode. ' +
      'Watched with the wider limits of all modes: 1 channel of modes with too few stays.',
  );
});

test('a channel that has learned nothing to judge by is unwatched, although its detector has a threshold for each channel', async () => {
  const idle = { ...one, create: () => Object.assign(one.create(), { judges: (channel: number) => channel !== 2 }) };
  const status = unwatchedChannels(detectors, names, await calibrate({ ...optionsOf(2.4, 1), detectors: [idle] }));
  expect(status.unwatched).toMatchObject([{ channel: 'T2', cause: 'nothing' }]);
  expect(unwatchedSummary(status)).toBe('1 of 6 channels is unwatched: 1 with nothing learned to judge by.');
});

test('without a baseline every channel of a statistical detector is unwatched, and no other', () => {
  const stated = { name: 'limits', plugin: { threshold: 'stated' as const }, channels: detectors[0]?.channels ?? [] };
  const status = unwatchedChannels([...detectors, stated], names, undefined);
  expect([status.channels, status.unwatched.length]).toEqual([6, 6]);
  expect(status.unwatched[0]).toMatchObject({ cause: 'no-baseline', reason: 'no baseline yet; run scadawatch calibrate' });
});

test('infinite thresholds of a stored baseline of an earlier version are read as unwatched', () => {
  const thresholds = {
    ...learned.detectors['deviation']?.thresholds,
    T0: { begin: Number.POSITIVE_INFINITY, end: Number.POSITIVE_INFINITY },
    T1: { begin: Number.NaN, end: Number.NaN },
    T2: { begin: null as unknown as number, end: null as unknown as number },
  };
  const stored = decodeJson(encodeJson(withPart({ thresholds }))) as Calibration;
  const status = unwatchedChannels(detectors, names, stored);
  expect(status.unwatched.map(({ channel, cause }) => [channel, cause])).toEqual(
    ['T0', 'T1', 'T2'].map((key) => [key, 'no-threshold']),
  );
  const { thresholds: applied, detectors: fresh } = applyCalibration(stored, [factory()]);
  expect(Object.keys(applied['deviation'] ?? {})).toEqual(['T3', 'T4', 'T5']);
  const engine = createEngine({ thresholds: applied, detectors: fresh, tags, groups: [] });
  const builder = new BatchBuilder('plc', 6);
  for (let tag = 0; tag < 6; tag++) builder.add(tag, 1e9, 0, 1, 1);
  expect(engine.observe(observeBatch(builder.publish())).map(({ finding }) => finding.channel)).toEqual(['T3', 'T4']);
});

test('names the states in which equipment makes minor findings only', () => {
  const limited = [{ tag: 'P1.RUN', states: ['running'] }];
  expect(unwatchedSummary({ channels: 2, unwatched: [], wider: 0, limited })).toBe(
    'All 2 channels are watched. Minor findings only while in a state that was not learned, and for two hours or more after it: P1.RUN (running).',
  );
});

test('a channel of contacts that did not move is watched if each of them is watched alone', async () => {
  const together = { key: 'T1+T2', tags: [1, 2], area: 'a', equipment: 'e' };
  const pair = { name: 'pair', plugin: one.plugin, channels: [together] };
  const of = (change: Partial<Calibration['detectors'][string]>): Calibration => ({
    ...withPart(change),
    detectors: {
      ...withPart(change).detectors,
      pair: { baseline: {}, thresholds: {}, unwatched: { 'T1+T2': { cause: 'unmoved' } } },
    },
  });
  const watched = unwatchedChannels([...detectors, pair], names, of({}));
  expect(watched).toMatchObject({ channels: 7, unwatched: [], unmoved: 1 });
  expect(unwatchedSummary(watched)).toBe(
    'All 7 channels are watched. 1 channel compares states of contacts that did not move while learned: ' +
      'each of these contacts is watched alone, and its next move to a new state is an alert.',
  );
  const blind = unwatchedChannels(
    [...detectors, pair],
    names,
    of({ thresholds: without('T2'), unwatched: { T2: { cause: 'short' } } }),
  );
  expect(blind.unwatched.map(({ channel, cause }) => [channel, cause])).toEqual([
    ['T2', 'short'],
    ['T1+T2', 'nothing'],
  ]);
  expect(blind.unmoved).toBeUndefined();
});

test('a channel with nothing to compare is counted by its detector if each of its tags is watched alone', () => {
  const of = (key: string, tag: number) => ({ key, tags: [tag], area: 'a', equipment: 'e' });
  const profile = { name: 'profile', plugin: one.plugin, channels: [of('T1', 1), of('T1/run', 1), of('T2', 2)] };
  const learnedWith = (change: Partial<Calibration['detectors'][string]>): Calibration => ({
    ...withPart(change),
    detectors: {
      ...withPart(change).detectors,
      profile: {
        baseline: {},
        thresholds: {},
        unwatched: { T1: { cause: 'absent' }, 'T1/run': { cause: 'stays', stays: 0 }, T2: { cause: 'absent' } },
      },
    },
  });
  const watched = unwatchedChannels([...detectors, profile], names, learnedWith({}));
  expect(watched).toMatchObject({ channels: 9, unwatched: [], absent: { profile: 3 } });
  expect(unwatchedSummary(watched)).toBe(
    'All 9 channels are watched. 3 channels have nothing to compare, such as a daily cycle or noise: profile 3. ' +
      'Each of their tags is watched alone.',
  );
  const blind = unwatchedChannels(
    [...detectors, profile],
    names,
    learnedWith({ thresholds: without('T2'), unwatched: { T2: { cause: 'short' } } }),
  );
  expect(blind.unwatched.map(({ detector, channel, cause }) => [detector, channel, cause])).toEqual([
    ['deviation', 'T2', 'short'],
    ['profile', 'T2', 'nothing'],
  ]);
  expect(blind.absent).toEqual({ profile: 2 });
});

test('a calibration distinguishes the reasons to judge nothing', async () => {
  const idle = {
    ...one,
    create: () =>
      Object.assign(one.create(), {
        judges: (channel: number) => channel > 2,
        unmoved: (channel: number) => channel === 1,
        absent: (channel: number) => channel === 2,
      }),
  };
  const { detectors: learnt } = await calibrate({ ...optionsOf(2.4, 1), detectors: [idle] });
  expect(learnt['deviation']?.unwatched).toEqual({
    T0: { cause: 'nothing' },
    T1: { cause: 'unmoved' },
    T2: { cause: 'absent' },
  });
});
