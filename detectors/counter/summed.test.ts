import { describe, expect, it } from 'vitest';
import type { Detector } from '../../src/core/detector.ts';
import { type Observation, observeBatch, observeEvent } from '../../src/core/observation.ts';
import { Quality } from '../../src/core/quality.ts';
import { Random } from '../../src/core/random.ts';
import type { Tag } from '../../src/core/tag.ts';
import {
  batchOf,
  calibrate,
  learnedOnce,
  make,
  type Sample,
  sameReports,
  scored,
  tagOf,
  targetOf,
} from '../../test/support/detectors.ts';
import { type Streams, twinOfSum } from './counter.twin.ts';
import { counter } from './index.ts';
import { measurementOf } from './pairs.ts';

const energy = tagOf('F1.EP', { kind: 'counter', unit: 'kWh', equipment: 'F1', description: 'Feeder energy', range: undefined });
const power = tagOf('F1.P', {
  unit: 'kW',
  equipment: 'F1',
  description: 'Feeder power',
  decimals: 0,
  range: { low: 0, high: 9e3 },
});
const plant = [energy, power];

/** A feeder whose load wanders between 1 and 5 MW and steps now and then. @param factor of the meter */
function feeder(seconds: number, seed: number, from: number, factor = 1): Streams {
  const random = new Random(seed);
  let [load, counted] = [3_000, 0];
  const rows = Array.from({ length: seconds }, (_, i) => {
    if (random.next() < 0.01) load += 600 * random.normal();
    load = Math.min(5_000, Math.max(1_000, load + 20 * random.normal()));
    counted += (factor * load) / 3_600;
    return { time: from + 1_000 * i, load, counted };
  });
  return {
    counter: rows.map(({ time, counted: value }) => ({ tag: 0, time, value: Math.round(1_000 * value) / 1_000 })),
    measured: rows.map(({ time, load: value }) => ({ tag: 1, time, value: Math.round(value) })),
  };
}

const batchesOf = ({ counter: counts, measured }: Streams): Observation[] => {
  const all = [...counts, ...measured].map((sample) => ({ ...sample }));
  const byTime = [...Map.groupBy(all, ({ time }) => time)].toSorted(([a], [b]) => a - b);
  return byTime.map(([, samples]) => observeBatch(batchOf(samples)));
};
const learnedOf = (streams: Streams, tags: readonly Tag[] = plant): Detector => {
  const detector = make(counter, targetOf(tags));
  calibrate(counter, detector, batchesOf(streams));
  return detector;
};
const create = learnedOnce(
  () => make(counter, targetOf(plant)),
  (detector) => calibrate(counter, detector, batchesOf(feeder(6_000, 1, 0))),
);
const most = (detector: Detector, streams: Streams): number =>
  Math.max(...scored(detector, batchesOf(streams)).map(({ surprise }) => surprise));

/** Unusual streams of a counter and its measurement. */
function nasty(seed: number, from: number): Record<string, Streams> {
  const base = feeder(360, seed, from);
  const poked = (of: keyof Streams, poke: (sample: Sample, i: number) => Sample | undefined): Streams => ({
    ...base,
    [of]: base[of].flatMap((sample, i) => poke(sample, i) ?? []),
  });
  const away = (i: number): boolean => i % 150 > 130 && i % 150 < 140;
  return {
    normal: base,
    slow: feeder(360, seed, from, 0.8),
    'other total': poked('counter', (sample, i) => ({ ...sample, value: i })),
    'no load': {
      counter: base.counter.map((one) => ({ ...one, value: 7 })),
      measured: base.measured.map((one) => ({ ...one, value: 0 })),
    },
    negative: poked('measured', (sample, i) => ({ ...sample, value: i % 100 < 50 ? sample.value : -sample.value })),
    fall: poked('counter', (sample, i) => ({ ...sample, value: i < 180 ? sample.value : sample.value - 100 })),
    'counter away': poked('counter', (sample, i) => (away(i) ? undefined : sample)),
    'measurement away': poked('measured', (sample, i) => (away(i) ? undefined : sample)),
    'measurement never': poked('measured', () => undefined),
    'measurement seldom': poked('measured', (sample, i) => (i % 3 === 0 ? sample : undefined)),
    nan: poked('measured', (sample, i) => ({ ...sample, value: i % 37 === 5 ? Number.NaN : sample.value })),
    bad: poked('measured', (sample, i) => ({ ...sample, quality: i % 23 < 2 ? Quality.BadTimeout : Quality.Good })),
  };
}

describe('a counter that sums up a measurement', () => {
  it('equals its twin on every pair of streams', () => {
    let highest = 0;
    const later = Object.entries(nasty(2, 1e7));
    for (const [first, learned] of Object.entries(nasty(1, 0))) {
      const { baseline } = learnedOf(learned).snapshot();
      for (const [second, watched] of later) {
        const detector = make(counter, targetOf(plant));
        detector.restore({ baseline, running: detector.snapshot().running });
        const reports = scored(detector, batchesOf(watched));
        expect(sameReports(reports, twinOfSum(learned, watched)), `${second} after ${first}`).toBe('');
        if (first === 'normal' && second === 'slow') highest = Math.max(...reports.map(({ surprise }) => surprise));
      }
    }
    expect(highest).toBeGreaterThan(3);
  });

  it('reports nothing in normal operation, and finds a meter that is a tenth slow, or a measurement that is a tenth high', () => {
    const normal = feeder(2_000, 2, 1e8);
    expect(most(create(), normal)).toBeLessThan(1.2);
    const detector = create();
    expect(most(detector, feeder(2_000, 2, 1e8, 0.9))).toBeGreaterThan(2.5);
    const { title, sentence, contributions } = detector.explain(0);
    expect(title).toBe('Feeder energy does not match F1.P');
    expect(sentence).toMatch(
      /^Feeder energy rose by [\d.]+ kWh within 1 min while Feeder power was \d+ kW on average\. Normal for it: [\d.]+ kWh to [\d.]+ kWh\.$/,
    );
    expect(contributions.map(({ tag, share }) => [tag, share])).toEqual([
      ['F1.EP', -0.5],
      ['F1.P', 0.5],
    ]);
    const high = { ...normal, measured: normal.measured.map((one) => ({ ...one, value: 1.1 * one.value })) };
    expect(most(create(), high)).toBeGreaterThan(2.5);
  });

  it('reports nothing when the load is disconnected and comes back', () => {
    const { counter: counts, measured } = feeder(2_000, 3, 1e8);
    const off = (i: number): boolean => i >= 600 && i < 900;
    let total = 0;
    const switched: Streams = {
      counter: counts.map((one, i) => {
        if (i > 0 && !off(i)) total += one.value - (counts[i - 1]?.value ?? 0);
        return { ...one, value: Math.round(1_000 * total) / 1_000 };
      }),
      measured: measured.map((one, i) => (off(i) ? { ...one, value: 0 } : one)),
    };
    const earlier = (samples: readonly Sample[]): Sample[] => samples.map((one) => ({ ...one, time: one.time - 9e7 }));
    const learned = learnedOf({ counter: earlier(switched.counter), measured: earlier(switched.measured) });
    const slow = { ...switched, counter: switched.counter.map((one) => ({ ...one, value: 0.9 * one.value })) };
    const second = make(counter, targetOf(plant));
    second.restore(structuredClone(learned.snapshot()));
    expect(most(learned, switched)).toBeLessThan(1.2);
    expect(most(second, slow)).toBeGreaterThan(2.5);
  });

  it('reports nothing when the load is switched between two polls', () => {
    const slow = [
      { ...energy, scanMs: 10_000 },
      { ...power, scanMs: 2_000 },
    ];
    /** Off for some minutes in each 40 from `switchedFrom` on, at times that are no poll. */
    const polled = (from: number, hours: number, switchedFrom: number): Streams => {
      const loadAt = (second: number): number =>
        second >= switchedFrom && second % 2_340 < 811 ? 0 : 3_000 + 1_000 * Math.sin(second / 2_000);
      const counts: Sample[] = [];
      const measured: Sample[] = [];
      let total = 0;
      for (let tenth = 0; tenth < hours * 36_000; tenth++) {
        const time = from + 100 * tenth;
        if (tenth % 20 === 0) measured.push({ tag: 1, time, value: Math.round(loadAt(tenth / 10)) });
        if (tenth % 100 === 13) counts.push({ tag: 0, time, value: Math.round(1_000 * total) / 1_000 });
        total += loadAt(tenth / 10) / 36_000;
      }
      return { counter: counts, measured };
    };
    const detector = learnedOf(polled(0, 2, Number.POSITIVE_INFINITY), slow);
    const reports = scored(detector, batchesOf(polled(1e8, 4, 5_000)));
    expect(Math.max(...reports.map(({ surprise }) => surprise))).toBeLessThan(1.2);
    expect(detector.facts?.().length).toBe(2);
  });

  it('allows for the tolerance of the time while the monitor is late', () => {
    const detector = create();
    const event = { type: 'punctuality', time: 1e8 - 1, lateMs: 9_000, allowMs: 9_000, speed: 1, cause: '' } as const;
    detector.score(observeEvent(event), () => {});
    expect(most(detector, feeder(2_000, 2, 1e8, 0.9))).toBeLessThan(1.3);
  });

  it('opens a baseline and a running state of a version that did not compare them', () => {
    const { baseline, running } = structuredClone(create().snapshot()) as unknown as {
      baseline: { tags: Record<string, Record<string, unknown>>; sums?: unknown };
      running: { sums?: unknown };
    };
    for (const name of Object.keys(baseline.tags['F1.EP'] ?? {}))
      if (name.startsWith('countPerSum')) delete baseline.tags['F1.EP']?.[name];
    delete baseline.sums;
    delete running.sums;
    const older = make(counter, targetOf(plant));
    older.restore({ baseline: baseline as never, running });
    expect(most(older, feeder(600, 2, 1e8, 0.9))).toBeLessThan(1.2);
    expect(older.facts?.().map(({ name }) => name)).toEqual(['']);
    expect(
      create()
        .facts?.()
        .map(({ name, unit }) => [name, unit]),
    ).toEqual([
      ['', 'kWh/s'],
      ['per kW of F1.P', 'kWh/h'],
    ]);
  });

  it('continues from a snapshot as without one, in scoring and in learning', () => {
    const streams = batchesOf(feeder(800, 4, 1e8, 0.95));
    const whole = create();
    const first = create();
    expect(scored(whole, streams.slice(0, 333)).length).toBe(scored(first, streams.slice(0, 333)).length);
    for (const detector of [whole, first]) for (const one of streams.slice(0, 111)) detector.learn(one);
    const second = make(counter, targetOf(plant));
    const { baseline, running } = first.snapshot();
    second.restore({ baseline: JSON.parse(JSON.stringify(baseline)), running: structuredClone(running) });
    expect(scored(second, streams.slice(333))).toEqual(scored(whole, streams.slice(333)));
    for (const detector of [whole, second]) for (const one of streams.slice(111)) detector.learn(one);
    expect(second.snapshot()).toEqual(whole.snapshot());
  });
});

describe('running hours', () => {
  const hours = tagOf('P1.HRS', {
    kind: 'counter',
    unit: 'h',
    decimals: 2,
    equipment: 'P1',
    description: 'Pump 1 running hours',
  });
  const states = { 0: 'stopped', 1: 'running' };
  const contact = tagOf('P1.RUN', { kind: 'discrete', role: 'status', unit: '', equipment: 'P1', description: 'Pump 1', states });
  const pump = [
    { ...hours, range: undefined, scanMs: 60_000 },
    { ...contact, range: undefined, scanMs: 10_000 },
  ];
  /** A pump that runs for one hour in each two. @param isCounted true where the hours count */
  const runs = (length: number, from: number, isCounted: (second: number, on: boolean) => boolean = (_, on) => on): Streams => {
    const [counter, measured]: Sample[][] = [[], []];
    let counted = 0;
    for (let second = 0; second < 3_600 * length; second += 10) {
      const on = second % 7_200 < 3_600;
      if (isCounted(second, on)) counted += 10 / 3_600;
      measured?.push({ tag: 1, time: from + 1_000 * second, value: on ? 1 : 0 });
      if (second % 60 === 0) counter?.push({ tag: 0, time: from + 1_000 * second, value: Math.floor(100 * counted) / 100 });
    }
    return { counter: counter ?? [], measured: measured ?? [] };
  };
  const learned = learnedOnce(
    () => make(counter, targetOf(pump)),
    (detector) => calibrate(counter, detector, batchesOf(runs(24, 0))),
  );

  it('are found if they do not count while the machine runs, or count while it is stopped', () => {
    expect(most(learned(), runs(12, 1e9))).toBeLessThan(1.2);
    const stuck = learned();
    expect(
      most(
        stuck,
        runs(5, 1e9, (second, on) => on && second < 15_000),
      ),
    ).toBeGreaterThan(2);
    expect(
      most(
        learned(),
        runs(4, 1e9, () => true),
      ),
    ).toBeGreaterThan(2);
    expect(stuck.explain(0).title).toBe('Pump 1 running hours does not match P1.RUN');
    expect(stuck.explain(0).sentence).toMatch(
      /^Pump 1 running hours rose by 0\.\d\d h within 1 h while Pump 1 was running for [\dmins ]+\. Normal for it: /,
    );
  });

  it('are not compared by the running state of a version that compared fewer counters', () => {
    const detector = learned();
    scored(detector, batchesOf(runs(2, 1e9)));
    const { baseline, running } = structuredClone(detector.snapshot()) as unknown as {
      baseline: never;
      running: { sums: Record<string, Float64Array> };
    };
    running.sums = Object.fromEntries(Object.keys(running.sums).map((name) => [name, new Float64Array()]));
    const restored = make(counter, targetOf(pump));
    restored.restore({ baseline, running });
    expect(
      most(
        restored,
        runs(5, 2e9, (_, on) => on),
      ),
    ).toBeLessThan(1.2);
  });
});

describe('measurementOf', () => {
  const indexOf = (...tags: readonly Tag[]): number | undefined => measurementOf(energy, targetOf([energy, ...tags]).tags);

  it('is the only power of the meter’s equipment, or the only flow of a total', () => {
    expect(indexOf(power)).toBe(1);
    expect(indexOf({ ...power, unit: 'A' }, { ...power, name: 'F1.MW', unit: 'MW' })).toBe(2);
    const total = tagOf('FQ', { kind: 'counter', unit: 'm³', equipment: 'W1' });
    const flow = tagOf('FT', { unit: 'L/s', equipment: 'W1' });
    expect(measurementOf(total, targetOf([total, flow]).tags)).toBe(1);
  });

  it('is the only contact of a machine that reports that it runs, by its name or its state', () => {
    const hours = tagOf('P1.HRS', { kind: 'counter', unit: 'h', equipment: 'P1' });
    const contact = tagOf('P1.RUN', { kind: 'discrete', role: 'status', unit: '', equipment: 'P1' });
    const byState = { ...contact, name: 'P1.ST', states: { 0: 'off', 1: 'on' } };
    for (const one of [contact, byState]) expect(measurementOf(hours, targetOf([hours, one]).tags)).toBe(1);
    const others = [
      { ...contact, name: 'P1.FLT' },
      { ...contact, role: 'command' as const },
      { ...contact, equipment: 'P2' },
    ];
    for (const one of others) expect(measurementOf(hours, targetOf([hours, one]).tags)).toBeUndefined();
    expect(measurementOf({ ...hours, unit: 'm³' }, targetOf([hours, contact]).tags)).toBeUndefined();
  });

  it('is undefined for other units, other equipment, set-points, and several measurements', () => {
    expect(indexOf({ ...power, unit: 'kvar' })).toBeUndefined();
    expect(indexOf({ ...power, equipment: 'F2' })).toBeUndefined();
    expect(indexOf({ ...power, role: 'setpoint' })).toBeUndefined();
    expect(indexOf(power, { ...power, name: 'F1.P2' })).toBeUndefined();
    expect(measurementOf({ ...energy, equipment: '' }, targetOf([{ ...power, equipment: '' }]).tags)).toBeUndefined();
  });
});
