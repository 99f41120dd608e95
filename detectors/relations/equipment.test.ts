import { describe, expect, it } from 'vitest';
import { type Observation, observeEvent } from '../../src/core/observation.ts';
import type { Tag } from '../../src/core/tag.ts';
import { Random } from '../../src/core/random.ts';
import { calibrate, learnedOnce, make, type Reported, scored, tagOf, targetOf } from '../../test/support/detectors.ts';
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
    const position = switched.tags.at(switched.tags.size - 1);
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

    const offFirst = [0, 0, 0, 0];

    it('judge no state of the switches with fewer than three stays', () => {
      const most = (codes: readonly number[]): number =>
        Math.max(...ofPump(learnedOf(codes), switching([1], 240, 3, 1e8, 20)).map(({ surprise }) => surprise));
      expect(most([...offFirst, 1, 0, 1, 0])).toBe(0);
      expect(most([...offFirst, 1, 0, 1, 0, 1, 0])).toBeGreaterThan(0);
    });

    it('find as small a deviation if another state occurred in one part of the calibration only', () => {
      const usual = Array.from({ length: 12 }, () => 1);
      /** @param codes of the switch, in stays with a gap between them; without a run the three values are equal, by six errors too high */
      const foundAfter = (codes: readonly number[]): number => {
        const detector = make(relations, switched);
        const learned = codes.flatMap((code, i) => switching([code], 240, i + 1, 1e6 * i, code === 1 ? 0 : 0.3));
        calibrate(relations, detector, learned);
        return Math.max(...ofPump(detector, switching([1], 240, 99, 2e8, 8)).map(({ surprise }) => surprise));
      };
      const plain = foundAfter([...usual, ...usual]);
      expect(plain).toBeGreaterThan(1.3);
      expect(foundAfter([...usual, 0, ...usual])).toBeGreaterThan(0.8 * plain);
    });

    it('judge no state whose rows were not kept: the relations do not describe it', () => {
      // of twelve stays, the even ones are kept: those in which it runs
      const detector = make(relations, switched, { calibrationRows: 800 });
      const running = inTurn.map((code) => 1 - code);
      calibrate(relations, detector, switching(running, 240, 1, 0, 20));
      const reports = ofPump(detector, switching([1, 0, 1], 240, 2, 1e8, 20));
      expect(Math.max(...reports.map(({ surprise }) => surprise))).toBeLessThan(1);
      expect(reports.some(({ surprise }) => surprise > 0)).toBe(true);
    });

    describe('in a state with fewer stays', () => {
      const hourRows = 3_600_000 / period;
      const agreeing = switching([1], hourRows + 240, 3, 1e8);
      const wrong = switching([1], 240, 4, 1e8 + agreeing.length * period, 20);
      const seldom = learnedOnce(
        () => make(relations, switched),
        (detector) => calibrate(relations, detector, switching([...offFirst, 1, 0, 1, 0], 240, 1)),
      );

      it('find a deviation after an hour that agrees, also after a restart', () => {
        const detector = seldom();
        const begun = ofPump(detector, agreeing);
        expect(begun.findIndex(({ surprise }) => surprise > 0)).toBeGreaterThan(hourRows);
        expect(Math.max(...begun.map(({ surprise }) => surprise))).toBeLessThan(1);
        const second = make(relations, switched);
        second.restore(structuredClone(detector.snapshot()));
        const found = ofPump(detector, wrong);
        expect(Math.max(...found.map(({ surprise }) => surprise))).toBeGreaterThan(1.3);
        expect(ofPump(second, wrong)).toEqual(found);
      });

      it('report nothing if the state differs from the beginning, and after the next switch', () => {
        const reports = ofPump(seldom(), switching([1], hourRows + 480, 3, 1e8, 20));
        expect(new Set(reports.map(({ surprise }) => surprise))).toEqual(new Set([0]));
        const detector = seldom();
        ofPump(detector, agreeing);
        const later = switching([0, 1], 240, 4, 2e8, 20);
        const ofState = ofPump(detector, later).filter(({ time }) => time > 2e8 + 240 * period);
        expect(new Set(ofState.map(({ surprise }) => surprise))).toEqual(new Set([0]));
      });

      it('report nothing by a baseline whose thresholds were set without such rows', () => {
        const { baseline } = structuredClone(seldom().snapshot()) as unknown as {
          baseline: { groups: Record<string, { agreementMs?: number }> };
        };
        delete baseline.groups['all/P']?.agreementMs;
        const older = make(relations, switched);
        older.restore({ baseline: baseline, running: undefined });
        expect(new Set(ofPump(older, [...agreeing, ...wrong]).map(({ surprise }) => surprise))).toEqual(new Set([0]));
      });
    });

    describe('that is a position', () => {
      const positions = inTurn.map((code) => 10 + code);
      const inNew = (tag: Tag, code = 12): number => {
        const of = targetOf([...flows, ...pump, tag]);
        const detector = make(relations, of);
        calibrate(relations, detector, switching(positions, 240, 1));
        ofPump(detector, switching([11], 240, 2, 1e8));
        return Math.max(...ofPump(detector, switching([code], 240, 3, 1e8 + 240 * period, 20)).map(({ surprise }) => surprise));
      };

      it('judge a new one to which it moved by one', () => {
        expect(inNew(position)).toBeGreaterThan(1.3);
      });

      it('do not judge a new state with a name, or a jump', () => {
        expect(inNew({ ...position, states: { 10: 'low', 11: 'middle', 12: 'high' } })).toBe(0);
        expect(inNew(position, 13)).toBe(0);
      });
    });

    it('find a drift by its size, however surprising the steps of a load are that one sensor follows late', () => {
      /** The speed steps now and then, and the power follows within twenty rows. @param drift added to the current, a row @param state of the switch */
      const stepping = (
        count: number,
        seed: number,
        from: number,
        drift: number,
        state: (row: number) => number,
      ): Observation[] => {
        const random = new Random(seed);
        let late = 0;
        return rows(count, seed, from).map((one, i): Observation => {
          if (one.kind !== 'vector') return one;
          const speed = 3 * (Math.floor(i / 150) % 2);
          late += (speed - late) / 8;
          const of = (factor: number, by: number): number => factor * by + 0.05 * random.normal();
          const values = [
            ...one.vector.value.subarray(0, flows.length),
            of(1, speed),
            of(2, speed) + drift * i,
            of(3, late),
            state(i),
          ];
          const value = Float64Array.from(values);
          return { kind: 'vector', vector: { ...one.vector, value, age: new Float64Array(24), mask: new Uint8Array(24) } };
        });
      };
      const create = learnedOnce(
        () => make(relations, switched),
        (detector) =>
          calibrate(
            relations,
            detector,
            stepping(3_000, 1, 0, 0, (row) => Math.floor(row / 500) % 2),
          ),
      );
      const highest = (seed: number, drift: number): number =>
        Math.max(
          ...ofPump(
            create(),
            stepping(1_000, seed, 1e8, drift, () => 1),
          ).map(({ surprise }) => surprise),
        );
      const normal = highest(2, 0);
      expect(normal).toBeGreaterThan(0);
      expect(normal).toBeLessThan(1.3);
      const small = highest(3, 0.004);
      expect(small).toBeGreaterThan(4 * normal);
      // means of surprises grow by a third
      expect(highest(3, 0.02)).toBeGreaterThan(4 * small);
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
