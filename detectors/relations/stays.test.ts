import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Detector } from '../../src/core/detector.ts';
import { type Observation, observeEvent } from '../../src/core/observation.ts';
import { calibrate, make, type Reported, scored } from '../../test/support/detectors.ts';
import { stays, target, toldBy, vectors } from '../../test/support/small-filter.ts';
import { relations } from './index.ts';

const [washing, filtering] = [1, 2];
const inTurn = (count: number, lengthS: number): number[] => Array.from({ length: count }, () => lengthS);
const groupsOf = (detector: Detector) => (detector.snapshot().baseline as { groups: Record<string, unknown> }).groups;

function learned(observations: readonly Observation[] = vectors(stays(inTurn(60, 60), 1)), detector?: Detector): Detector {
  const learning = detector ?? make(relations, target);
  calibrate(relations, learning, observations);
  return learning;
}

const later = 1e9;
/** Rows of one mode, from a time on. */
const said = (reports: readonly Reported[], channel: number, from = 0): Reported[] =>
  reports.filter((one) => one.channel === channel && one.time >= from);

it('a stay continues if the mode was unknown for a moment', () => {
  const told = toldBy(vectors(stays(inTurn(60, 60), 1)), (second, on) => (second % 10 === 0 ? Number.NaN : on));
  expect([washing, filtering].map((channel) => learned(told).stays?.(channel))).toEqual([30, 30]);
});

it('a new stay begins after another mode of any length, and after an hour without data', () => {
  expect(
    learned(
      vectors(
        stays(
          Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? 2 : 60)),
          1,
        ),
        0,
        0,
      ),
    ).stays?.(filtering),
  ).toBe(30);
  const hours = Array.from({ length: 4 }, (_, hour) => vectors(stays([0, 60], hour), hour * 3_600_000));
  expect(learned(hours.flat()).stays?.(filtering)).toBe(4);
});

it('the last row of a stay has no mode: the tag of the next mode may have been read after it', () => {
  const seconds = stays(inTurn(60, 20), 1);
  const odd = seconds.map((second, i) =>
    seconds[i + 1]?.since === 0 ? { ...second, values: [3, second.step, 70, 0, 9] } : second,
  );
  const detector = learned(vectors(odd, 0, 0));
  for (const key of ['all/ST/washing', 'all/ST/filtering'])
    expect(groupsOf(detector)[key]).toEqual(groupsOf(learned(vectors(seconds, 0, 0)))[key]);
});

it('a row is judged with the next one, unless that is too late or earlier', () => {
  const [first, second] = [vectors(stays([0, 30], 2), later), vectors(stays([0, 30], 3), later + 34_000, 0)];
  const inTime = said(scored(learned(), [...first, ...second]), filtering);
  expect(inTime.filter(({ time, surprise }) => time === later + 29_000 && surprise > 0)).toEqual([]);
  expect(inTime.filter(({ time }) => time === later + 34_000)).toMatchObject([{ surprise: 0 }, { surprise: 0 }]);
  const back = said(scored(learned(), [...first, ...vectors(stays([0, 30], 3), later, 0)]), filtering);
  expect(back.filter(({ time, surprise }) => time === later + 29_000 && surprise > 0)).toEqual([]);
});

it('each stay restarts, for any length of the other mode', () => {
  const seconds = stays([8, 60, 8, 60], 2).map((second, i) =>
    i >= 55 && i < 68 ? { ...second, values: second.values.map((value, column) => (column === 3 ? value + 1 : value)) } : second,
  );
  const all = vectors(seconds, later, 0);
  const detector = learned();
  const before = scored(detector, all.slice(0, 68));
  expect(Math.max(...said(before, filtering).map(({ surprise }) => surprise))).toBeGreaterThan(2);
  const [after, fresh] = [detector, learned()].map((one) => said(scored(one, all.slice(68)), filtering));
  expect(after?.map(({ time }) => time)).toEqual(fresh?.map(({ time }) => time));
  // the recent level has moved a little
  after?.forEach(({ surprise }, i) => expect(surprise).toBeCloseTo(fresh?.[i]?.surprise ?? Number.NaN, 3));
});

it('a calibration does not use the previous one, and a detector without a running state does not use its past', () => {
  const observations = vectors(stays(inTurn(60, 60), 1));
  const [one, other] = [observations.slice(0, 1_770), observations.slice(1_770)];
  expect(groupsOf(learned(other, learned(one)))).toEqual(groupsOf(learned(other)));
  const detector = learned();
  const next = vectors(stays([0, 60], 2), later, 0);
  scored(detector, next.slice(0, 30));
  detector.restore({ baseline: detector.snapshot().baseline, running: undefined });
  expect(scored(detector, next.slice(30))).toEqual(scored(learned(), next.slice(30)));
});

it('a mode learns only from its own rows, for any length of the calibration', () => {
  const calibrated = (spanMs: number | undefined): Detector => {
    const detector = make(relations, target);
    const observations = vectors(stays([0, 36], 1), 0, 0);
    for (const phase of ['begin', 'end'] as const) {
      detector.learn(observeEvent({ type: 'calibration', time: 0, phase, pass: 0, spanMs }));
      if (phase === 'begin') for (const observation of observations) detector.learn(observation);
    }
    return detector;
  };
  const [long, own] = [groupsOf(calibrated(3_600_000)), groupsOf(calibrated(undefined))];
  expect(long['all/ST/filtering']).toEqual(own['all/ST/filtering']);
  expect(long['all']).not.toEqual(own['all']);
});

it('stays may have any length: a learned baseline can be stored and judges, or nothing is learned', () => {
  const short = fc.array(fc.oneof(fc.constantFrom(1, 2, 3), fc.integer({ min: 1, max: 30 })), { minLength: 2, maxLength: 60 });
  let known = 0;
  fc.assert(
    fc.property(short, fc.nat(100), (lengths, seed) => {
      const observations = vectors(stays(lengths, seed), 0, 0);
      const restored = make(relations, target);
      restored.restore(learned(observations).snapshot());
      for (const { surprise } of scored(restored, observations)) expect(surprise).toBeGreaterThanOrEqual(0);
      known += Object.keys(groupsOf(restored)).length;
    }),
    { seed: 12, numRuns: 100 },
  );
  expect(known).toBeGreaterThan(150);
});

it.each([4, 6, 40])('relations are learned from stays of %d s, for any number of lags', (length) => {
  const detector = learned(
    vectors(
      stays(
        Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? length : 20)),
        1,
      ),
      0,
      0,
    ),
  );
  const line = detector.facts?.().find(({ channel, name }) => channel === 'all/ST/washing' && name === 'HL');
  // by itself it varies twenty times as much
  expect(line?.figures['within']).toBeLessThan(0.1);
});
