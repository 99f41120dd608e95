import { describe, expect, it } from 'vitest';
import { type Observation, observeEvent } from '../../src/core/observation.ts';
import { Random } from '../../src/core/random.ts';
import { calibrate, make, type Reported, scored, tagOf, targetOf } from '../../test/support/detectors.ts';
import { relations } from './index.ts';

/** Twenty flows that follow each other, and a pump whose speed, current and power do. */
const flows = Array.from({ length: 20 }, (_, i) => tagOf(`F${i}`, { equipment: `E${i}`, area: 'a' }));
const pump = ['SPD', 'AMP', 'KW'].map((signal) => tagOf(`P.${signal}`, { equipment: 'P', area: 'a' }));
const target = targetOf([...flows, ...pump]);

/** @param wrong offset of the pump's current, in standard deviations of its error */
function rows(count: number, seed: number, from: number, wrong = 0): Observation[] {
  const random = new Random(seed);
  let common = 0;
  let speed = 0;
  return Array.from({ length: count }, (_, i) => {
    common = 0.9 * common + random.normal();
    speed = 0.9 * speed + random.normal();
    const values = flows.map(() => common + 0.3 * random.normal());
    const of = (factor: number): number => factor * speed + 0.05 * random.normal();
    const value = Float64Array.from([...values, of(1), of(2) + 0.05 * wrong, of(3)]);
    const mask = new Uint8Array(value.length);
    return { kind: 'vector', vector: { group: 'all', time: from + 1_000 * i, value, age: new Float64Array(value.length), mask } };
  });
}

const most = (reports: readonly Reported[], channel: number): number =>
  Math.max(...reports.filter((one) => one.channel === channel).map(({ surprise }) => surprise));

describe('relations of one equipment', () => {
  it('are a channel beside the group, for equipment with three tags and two measurements', () => {
    expect(make(relations, target).channels.map(({ key, equipment }) => [key, equipment])).toEqual([
      ['all', ''],
      ['all/P', 'P'],
    ]);
    const status = pump.map((tag, i) => (i === 0 ? tag : { ...tag, role: 'status' as const }));
    expect(make(relations, targetOf([...flows, ...status])).channels.length).toBe(1);
    expect(make(relations, targetOf(pump)).channels.length).toBe(1);
  });

  it('find a deviation that means over the group hardly show', () => {
    const detector = make(relations, target);
    calibrate(relations, detector, rows(3_000, 1, 0));
    expect(most(scored(detector, rows(600, 2, 1e7)), 1)).toBeLessThan(1.5);
    const found = scored(detector, rows(600, 3, 2e7, 6));
    expect(most(found, 1)).toBeGreaterThan(1.5 * most(found, 0));
    expect(detector.explain(1).sentence).toContain('P.AMP');
  });

  it('need a calibration of a day and a half', () => {
    const judgesAfter = (days: number): boolean[] => {
      const detector = make(relations, target);
      const phase = (name: 'begin' | 'end') =>
        observeEvent({ type: 'calibration', time: 0, phase: name, pass: 0, spanMs: days * 86_400_000 });
      for (const one of [phase('begin'), ...rows(600, 1, 0), phase('end')]) detector.learn(one);
      return detector.channels.map((_, channel) => detector.judges?.(channel) === true);
    };
    expect(judgesAfter(1)).toEqual([true, false]);
    expect(judgesAfter(2)).toEqual([true, true]);
  });

  it('use a discrete tag that was on and off, and none with other values or without a change', () => {
    const tagsWith = (...codes: readonly number[]): readonly string[] => {
      const coded = targetOf([
        ...flows,
        ...pump,
        tagOf('P.REQ', { equipment: 'P', area: 'a', kind: 'discrete', role: 'command' }),
      ]);
      const detector = make(relations, coded);
      const learned = rows(3_000, 1, 0).map((one, i): Observation => {
        if (one.kind !== 'vector') return one;
        const value = Float64Array.of(...one.vector.value, codes[Math.floor(i / 7) % codes.length] ?? 0);
        return { kind: 'vector', vector: { ...one.vector, value, mask: new Uint8Array(value.length) } };
      });
      calibrate(relations, detector, learned);
      const { groups } = detector.snapshot().baseline as unknown as {
        groups: Record<string, { tags: string[]; constants: object }>;
      };
      return [...(groups['all/P']?.tags ?? []), ...Object.keys(groups['all/P']?.constants ?? {})];
    };
    expect(tagsWith(0, 1)).toEqual(['P.SPD', 'P.AMP', 'P.KW', 'P.REQ']);
    for (const codes of [[0, 1, 4], [0, 4], [0]]) expect(tagsWith(...codes)).toEqual(['P.SPD', 'P.AMP', 'P.KW']);
  });

  it('are unlearned after a baseline of a version without them', () => {
    const detector = make(relations, target);
    calibrate(relations, detector, rows(3_000, 1, 0));
    const { baseline } = detector.snapshot() as unknown as { baseline: { version: number; groups: Record<string, unknown> } };
    const { all } = baseline.groups;
    const older = make(relations, target);
    older.restore({ baseline: { version: 1, groups: { all } } as never, running: undefined });
    expect(new Set(scored(older, rows(100, 2, 1e7)).map(({ channel }) => channel))).toEqual(new Set([0]));
  });
});
