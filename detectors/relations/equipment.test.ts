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

  describe('with a switch', () => {
    const period = 1_000;
    const switched = targetOf([
      ...flows,
      ...pump,
      tagOf('P.RUN', { equipment: 'P', area: 'a', kind: 'discrete', role: 'status' }),
    ]);
    /** Rows while the switch has each code for some rows. At rest the pump takes nothing. @param wrong added to the current */
    const switching = (codes: readonly number[], rowsEach: number, seed: number, from = 0, wrong = 0): Observation[] =>
      rows(codes.length * rowsEach, seed, from, wrong).map((one, i): Observation => {
        if (one.kind !== 'vector') return one;
        const code = codes[Math.floor(i / rowsEach)] ?? 0;
        const value = Float64Array.of(...one.vector.value, code);
        if (code === 0) value.fill(wrong, flows.length, value.length - 1);
        return {
          kind: 'vector',
          vector: { ...one.vector, time: from + period * i, value, age: new Float64Array(24), mask: new Uint8Array(24) },
        };
      });
    const learnedOf = (codes: readonly number[], rowsEach = 240) => {
      const detector = make(relations, switched);
      calibrate(relations, detector, switching(codes, rowsEach, 1));
      return detector;
    };
    const ofPump = (detector: ReturnType<typeof make>, observations: readonly Observation[]): Reported[] =>
      scored(detector, observations).filter(({ channel }) => channel === 1);
    const inTurn = Array.from({ length: 12 }, (_, i) => i % 2);

    it('use one that was on and off, and none with other values or without a change', () => {
      const tagsWith = (...codes: readonly number[]): readonly string[] => {
        const { groups } = learnedOf(inTurn.map((_, i) => codes[i % codes.length] ?? 0)).snapshot().baseline as unknown as {
          groups: Record<string, { tags: string[]; constants: object }>;
        };
        return [...(groups['all/P']?.tags ?? []), ...Object.keys(groups['all/P']?.constants ?? {})];
      };
      expect(tagsWith(0, 1)).toEqual(['P.SPD', 'P.AMP', 'P.KW', 'P.RUN']);
      for (const codes of [[0, 1, 4], [1, 4], [1]]) expect(tagsWith(...codes)).toEqual(['P.SPD', 'P.AMP', 'P.KW']);
    });

    it('find a lasting deviation between two switches, and report nothing for two minutes after one', () => {
      const detector = learnedOf(inTurn);
      const highest = (reports: readonly Reported[]): number => Math.max(...reports.map(({ surprise }) => surprise));
      const normal = highest(ofPump(detector, switching([1], 240, 2, 1e8)));
      expect(normal).toBeLessThan(1);
      const found = ofPump(detector, switching([0, 1, 0, 1], 240, 3, 2e8, 20));
      expect(highest(found)).toBeGreaterThan(3 * normal);
      for (const { time, surprise } of found) if (((time - 2e8) / period) % 240 < 120) expect(surprise).toBe(0);
    });

    it('judge no state of the switches with fewer than three stays', () => {
      const most = (codes: readonly number[]): number =>
        Math.max(...ofPump(learnedOf(codes), switching([1], 240, 3, 1e8, 20)).map(({ surprise }) => surprise));
      const off = Array.from({ length: 4 }, () => 0);
      expect(most([...off, 1, 0, 1, 0])).toBe(0);
      expect(most([...off, 1, 0, 1, 0, 1, 0])).toBeGreaterThan(0);
    });

    it('continue after a restart as without one, and judge each row by a baseline of an earlier version', () => {
      const stream = switching([0, 1, 0, 1], 240, 3, 2e8, 20);
      const whole = ofPump(learnedOf(inTurn), stream);
      const first = learnedOf(inTurn);
      const begun = ofPump(first, stream.slice(0, 400));
      const second = make(relations, switched);
      second.restore(structuredClone(first.snapshot()));
      expect([...begun, ...ofPump(second, stream.slice(400))]).toEqual(whole);
      const { baseline } = structuredClone(first.snapshot()) as unknown as {
        baseline: { groups: Record<string, { staysByState?: object }> };
      };
      delete baseline.groups['all/P']?.staysByState;
      const older = make(relations, switched);
      older.restore({ baseline: baseline as never, running: undefined });
      expect(ofPump(older, switching([0, 1], 10, 3, 2e8)).some(({ surprise }) => surprise > 0)).toBe(true);
    });
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
