import { deserialize, serialize } from 'node:v8';
import { describe, expect, it, test } from 'vitest';
import type { Detector } from '../../src/core/detector.ts';
import type { Observation } from '../../src/core/observation.ts';
import { Random } from '../../src/core/random.ts';
import type { Tag } from '../../src/core/tag.ts';
import { calibrate, make, type Reported, scored, tagOf, targetOf } from '../../test/support/detectors.ts';
import {
  measured,
  modes,
  ofFilter,
  type Second,
  stays,
  step,
  tags,
  target,
  toldBy,
  vectors,
} from '../../test/support/small-filter.ts';
import { relations } from './index.ts';
import type { GroupBaseline } from './model/baseline.ts';

function learned(): Detector {
  const detector = make(relations, target);
  calibrate(relations, detector, vectors(days(60, 1)));
  return detector;
}

/** Alternating stays of a minute each. */
const days = (count: number, seed: number): Second[] =>
  stays(
    Array.from({ length: count }, () => 60),
    seed,
  );
const [whole, washing, filtering] = [0, 1, 2];
const later = 1e9;
const of = (reports: readonly Reported[], channel: number): Reported[] => reports.filter((one) => one.channel === channel);
const most = (reports: readonly Reported[], channel: number): number =>
  Math.max(...of(reports, channel).map(({ surprise }) => surprise));
const groupsOf = (detector: Detector): Record<string, GroupBaseline> =>
  (detector.snapshot().baseline as unknown as { groups: Record<string, GroupBaseline> }).groups;

test('each mode of a group is a channel of its own, after the group as a whole', () => {
  const { channels } = make(relations, target);
  expect(channels.map(({ key }) => key)).toEqual(['all', 'all/ST/washing', 'all/ST/filtering']);
  expect(channels[filtering]).toMatchObject({ tags: [2, 3, 4], equipment: 'FL1' });
});

test('a group has one channel if its tags have no modes, one measurement in them, or lack the tag of the mode', () => {
  const keysOf = (list: readonly Tag[]): string[] => make(relations, targetOf(list)).channels.map(({ key }) => key);
  expect(keysOf(tags.map((tag) => ({ ...tag, modes: undefined })))).toEqual(['all']);
  expect(keysOf(tags.slice(0, 3))).toEqual(['all']);
  expect(keysOf(tags.filter((tag) => tag !== step))).toEqual(['all']);
  const apart = { ...target, groups: [{ name: 'all', tags: [0, 2, 3, 4], periodMs: 1_000 }] };
  expect(make(relations, apart).channels.map(({ key }) => key)).toEqual(['all']);
});

describe('relations in a mode', () => {
  it('find deviations that the relations over all modes do not find, and name the mode', () => {
    const detector = learned();
    const day = days(8, 2);
    const normal = scored(detector, vectors(day, later));
    // its head loss keeps its usual value during filtering
    const wrong = day.map((second) => ({
      ...second,
      values: second.values.map((value, column) => (column === 3 && second.step === 1 ? 2 : value)),
    }));
    const found = scored(detector, vectors(wrong, 2 * later));
    expect(most(found, filtering)).toBeGreaterThan(3 * most(normal, filtering));
    expect(most(normal, filtering)).toBeLessThan(1.5);
    expect(most(found, whole)).toBeLessThan(1.5);
    expect(most(found, washing)).toBeLessThan(1.5);
    const { sentence, contributions } = detector.explain(filtering);
    expect(contributions[0]?.tag).toBe('HL');
    expect(sentence).toMatch(/^Test HL \(filtering\) is .*\. Normal for the other tags of FL1: /);
  });

  /** The filter alone, and in one mode alone: the gaps between its stays are longer than an alarm lasts. */
  it.each([
    [11, 'filtering', 1],
    [12, 'filtering', 1],
    [13, 'washing', 0],
  ])('equal those of a group with only these tags and rows (seed %i, %s)', (seed, mode, on) => {
    const twin = make(relations, targetOf(measured.map((tag) => ({ ...tag, modes: undefined }))));
    const ownRows = (observations: readonly Observation[], seconds: readonly Second[]): Observation[] =>
      observations.flatMap((observation, second) => {
        const [now, next] = [seconds[second], seconds[second + 1]];
        // a row counts when the next one belongs to the same stay
        if (observation.kind !== 'vector' || now?.step !== on || now.since < 5 || next?.step !== on || next.since < now.since)
          return [];
        const { vector } = observation;
        return [{ kind: 'vector', vector: { ...vector, value: vector.value.slice(2), mask: vector.mask.slice(2) } }];
      });
    const [normal, random] = [days(40, seed), new Random(seed)];
    const detector = make(relations, target);
    calibrate(relations, detector, vectors(normal));
    calibrate(relations, twin, ownRows(vectors(normal), normal));
    const { stays, ...baseline } = groupsOf(detector)[`all/ST/${mode}`] as GroupBaseline;
    expect(stays).toBe(20);
    expect(baseline).toEqual(groupsOf(twin)['all']);
    const next = days(12, seed + 100).map((second) => ({
      ...second,
      values: second.values.map((value, column) => (column > 1 && random.next() < 0.02 ? value + random.normal() : value)),
    }));
    const channel = mode === 'filtering' ? filtering : washing;
    const said = of(scored(detector, vectors(next, later)), channel).filter(({ surprise }) => surprise > 0);
    const expected = scored(twin, ownRows(vectors(next, later), next)).filter(({ surprise }) => surprise > 0);
    expect(said.length).toBeGreaterThan(200);
    expect(said.map(({ time, surprise }) => ({ time, surprise }))).toEqual(
      expected.map(({ time, surprise }) => ({ time, surprise })),
    );
  });

  it('neither judge nor learn a row with mode filtering when the filter is already being washed', () => {
    const detector = learned();
    const late = (seconds: readonly Second[]): Second[] =>
      seconds.map((second, i) =>
        seconds[i + 1]?.since === 0 ? { ...second, values: seconds[i + 1]?.values.with(1, second.step) ?? [] } : second,
      );
    const day = days(8, 3);
    expect(of(scored(detector, vectors(late(day), later)), filtering)).toEqual(
      of(scored(learned(), vectors(day, later)), filtering),
    );
    const other = make(relations, target);
    calibrate(relations, other, vectors(late(days(60, 1))));
    expect(groupsOf(other)['all/ST/filtering']).toEqual(groupsOf(detector)['all/ST/filtering']);
  });

  it('report nothing in a mode that was not learned, or while the mode is unknown', () => {
    const detector = make(relations, target);
    const day = days(60, 1);
    calibrate(
      relations,
      detector,
      vectors(day.map((second, i) => ({ ...second, since: second.step === 0 ? 0 : (day[i]?.since ?? 0) }))),
    );
    expect(detector.stays?.(washing)).toBe(0);
    expect(of(scored(detector, vectors(days(4, 4), later)), washing)).toEqual([]);
    const untold = toldBy(vectors(days(4, 4), 2 * later), () => Number.NaN);
    expect(of(scored(detector, untold), filtering).filter(({ surprise }) => surprise > 0)).toEqual([]);
  });

  it('are the same if a measurement with noise at rest defines the mode', () => {
    const random = new Random(9);
    const noisy = { ...modes, of: { 0: 'washing' }, otherwise: 'filtering', floor: 0.5 };
    const own = measured.map((tag) => ({ ...tag, modes: noisy }));
    const detector = make(relations, targetOf([tagOf('LT'), ofFilter('ST'), ...own]));
    const noise = (_: number, on: number): number => 20 * on + 0.1 * random.normal();
    calibrate(relations, detector, toldBy(vectors(days(60, 1)), noise));
    expect(detector.stays?.(washing)).toBe(30);
    for (const mode of ['washing', 'filtering'])
      expect(groupsOf(detector)[`all/ST/${mode}`]).toEqual(groupsOf(learned())[`all/ST/${mode}`]);
    const next = vectors(days(4, 4), later);
    const [noised, plain] = [scored(detector, toldBy(next, noise)), scored(learned(), next)];
    for (const channel of [washing, filtering]) expect(of(noised, channel)).toEqual(of(plain, channel));
  });

  it('end with the mode', () => {
    const detector = learned();
    const wrong = days(2, 5).map((second) => ({
      ...second,
      values: second.values.map((value, c) => (c === 3 ? value + 1 : value)),
    }));
    const said = scored(detector, vectors([...wrong, ...days(1, 6)], later));
    expect(most(said, filtering)).toBeGreaterThan(2);
    expect(of(said, filtering).at(-1)?.surprise).toBe(0);
  });

  it('have entries with the mode and the number of learned stays', () => {
    const facts = learned().facts?.() ?? [];
    const line = facts.find(({ channel, name }) => channel === 'all/ST/filtering' && name === 'HL');
    expect(line?.figures).toMatchObject({ stays: '30' });
    expect(line?.figures['within']).toBeCloseTo(0.05, 1);
    expect(line?.editable).toEqual(['within']);
    expect(facts.filter(({ channel, figures }) => channel === 'all' && 'stays' in figures)).toEqual([]);
    expect(learned().stays?.(whole)).toBeUndefined();
  });

  it('continue bit for bit from a snapshot in the middle of a stay', () => {
    const detector = learned();
    const observations = vectors(days(6, 7), later);
    scored(detector, observations.slice(0, 200));
    const restored = make(relations, target);
    restored.restore(deserialize(serialize(detector.snapshot())) as ReturnType<Detector['snapshot']>);
    const rest = observations.slice(200);
    expect(scored(restored, rest)).toEqual(scored(detector, rest));
  });
});
