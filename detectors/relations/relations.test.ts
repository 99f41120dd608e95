import { describe, expect, it, test } from 'vitest';
import type { Detector } from '../../src/core/detector.ts';
import { observeEvent, type Observation } from '../../src/core/observation.ts';
import { Random } from '../../src/core/random.ts';
import {
  calibrate,
  learnedOnce,
  make,
  nastyStreams,
  sameReports,
  scored,
  tagOf,
  targetOf,
} from '../../test/support/detectors.ts';
import { relations } from './index.ts';
import type { GroupBaseline } from './model/baseline.ts';
import { twin, type TwinRow } from './relations.twin.ts';
import { fitTail, TailTables } from './model/surprise.ts';

const names = ['A', 'B', 'C', 'D', 'E', 'F'];
const target = targetOf(names.map((name) => tagOf(name, { range: undefined })));

/** Six tags that follow three hidden causes, and a constant. @param memory share of a cause that remains after a row */
function plant(rows: number, seed: number, memory = 0.9): Float64Array[] {
  const random = new Random(seed);
  const hidden = [0, 0];
  return Array.from({ length: rows }, () => {
    hidden.forEach((value, i) => (hidden[i] = memory * value + random.normal()));
    const [p = 0, q = 0] = hidden;
    const noisy = (value: number): number => value + 0.05 * random.normal();
    return Float64Array.of(noisy(p), noisy(q), noisy(p + q), noisy(p - q), noisy(2 * p), 7);
  });
}

const vector = (value: Float64Array, time: number): Observation => ({
  kind: 'vector',
  vector: {
    group: 'all',
    time,
    value,
    age: new Float64Array(value.length),
    mask: Uint8Array.from(value, (one) => (Number.isNaN(one) ? 1 : 0)),
  },
});

const vectors = (rows: readonly Float64Array[], from = 0): Observation[] => rows.map((row, i) => vector(row, from + i * 1_000));

const usual = learnedOnce(
  () => make(relations, target),
  (detector) => calibrate(relations, detector, vectors(plant(2_000, 1))),
);
function learned(rows?: readonly Float64Array[]): Detector {
  if (rows === undefined) return usual();
  const detector = make(relations, target);
  calibrate(relations, detector, vectors(rows));
  return detector;
}

const baselineOf = (detector: Detector): GroupBaseline =>
  (detector.snapshot().baseline as unknown as { groups: Record<string, GroupBaseline> }).groups['all'] as GroupBaseline;

test('normal operation stays under 1, a tag that leaves its relations exceeds it widely although its own value is normal', () => {
  const detector = learned();
  const normal = plant(1_000, 2);
  const surprises = scored(detector, vectors(normal)).map(({ surprise }) => surprise);
  expect(surprises.filter((surprise) => surprise > 1).length).toBeLessThanOrEqual(10);
  const attacked = plant(40, 3).map((row) => row.with(2, 0.3));
  const found = scored(detector, vectors(attacked, 1e9)).map(({ surprise }) => surprise);
  expect(Math.max(...found)).toBeGreaterThan(2);
  const explanation = detector.explain(0);
  expect(explanation.contributions[0]?.tag).toBe('C');
  expect(explanation.contributions.reduce((sum, { share }) => sum + Math.abs(share), 0)).toBeCloseTo(1, 9);
  expect(explanation.sentence).toContain('Test C is 0.300 m. Normal for the other tags of all: ');
});

test('no deviation has a larger surprise than stated, and one of all tags nearly has it', () => {
  const detector = learned();
  const random = new Random(4);
  const wild = Array.from({ length: 40 }, () => Float64Array.from(names, (_, tag) => (tag === 5 ? 7 : 1e6 * random.normal())));
  const highest = Math.max(...scored(detector, vectors(wild)).map(({ surprise }) => surprise));
  const largest = detector.largestSurprise?.(0) ?? 0;
  expect(highest).toBeLessThanOrEqual(largest);
  expect(highest).toBeGreaterThan(0.98 * largest);
});

test('states are explained by their names', () => {
  const states = { 0: 'stopped', 1: 'running' };
  const pump = tagOf('P1', { description: 'Pump 1', kind: 'discrete', role: 'status', unit: '', states });
  const tags = [...['FT01', 'FT02', 'PT01', 'PT02', 'IT01'].map((name) => tagOf(name)), pump];
  const random = new Random(8);
  const rows = Array.from({ length: 2_000 }, (_, row) => {
    const runs = Math.floor(row / 50) % 2;
    return Float64Array.of(...[2, 3, 1, 4, 5].map((gain) => gain * runs + 0.05 * random.normal()), runs);
  });
  const detector = make(relations, targetOf(tags));
  calibrate(relations, detector, vectors(rows));
  scored(detector, vectors(rows.slice(0, 40), 1e9));
  // the tag is stopped, and its status is running
  scored(
    detector,
    vectors(
      rows.slice(40, 44).map((row) => row.with(5, 1)),
      1e9 + 40_000,
    ),
  );
  const { sentence, normalIf } = detector.explain(0);
  expect(sentence).toMatch(/^Pump 1 is running\. Normal for the other tags of all: stopped\./);
  expect(normalIf).toBe('Pump 1 were stopped, or the others moved with it');
});

test('the sign of a contribution gives the direction: a value below the implied one has a negative share', () => {
  const detector = learned();
  const rows = plant(30, 4);
  const last = rows.at(-1) as Float64Array;
  last[1] = (last[1] as number) - 8;
  scored(detector, vectors(rows));
  const first = detector.explain(0).contributions[0];
  expect(first).toMatchObject({ tag: 'B', unit: 'm' });
  expect(first?.share).toBeLessThan(0);
  expect(first?.measured).toBeLessThan(first?.expected ?? 0);
});

/** Unusual rows, with their times: each tag is unusual in turn. */
function nasty(): Record<string, TwinRow[]> {
  const normal = plant(400, 6, 0.7).map((row) => [...row]);
  const at = (rows: readonly number[][], timeOf = (i: number): number => 1_000 * i): TwinRow[] =>
    rows.map((value, i) => ({ time: timeOf(i), value }));
  const attacked = normal.map((row, i) => (i % 100 > 80 ? row.with(2, 0.3).with(1, 9) : row));
  const streams = Object.entries(nastyStreams(12)).map(([name, samples]): [string, TwinRow[]] => [
    name,
    samples.slice(0, normal.length).map(({ time, value, quality = 0 }, i) => {
      const usable = quality === 0 && Number.isFinite(value) ? value : Number.NaN;
      return { time, value: (normal[i] as number[]).with(Math.floor(i / 50) % names.length, usable) };
    }),
  ]);
  return {
    ...Object.fromEntries(streams),
    normal: at(normal),
    // gaps within an alarm: of ten seconds, then of twenty-five
    pauses: at(attacked, (i) => 1_000 * i + 10_000 * Math.floor((i + 10) / 200) + 25_000 * Math.floor((i + 110) / 200)),
    lost: at(normal.map((row, i) => (i % 60 < 8 ? row.map((value, j) => (j % 3 === i % 3 ? value : Number.NaN)) : row))),
    nothing: at(normal.map((row, i) => (i % 100 < 50 ? row : row.map(() => Number.NaN)))),
    attacked: at(attacked),
    replayed: at(normal.map((row, i) => (i > 200 ? [...row.slice(0, 2), ...(normal[i - 150] as number[]).slice(2)] : row))),
  };
}

const rowsOf = (rows: readonly TwinRow[], from = 0): Observation[] =>
  rows.map(({ time, value }) => vector(Float64Array.from(value), from + time));

describe('relations and their twin', () => {
  const streams = Object.entries(nasty());

  it.each(['normal', 'nan', 'huge', 'gap', 'lost'])(
    'give the same surprises for every stream after learning the %s stream',
    (first) => {
      const detector = make(relations, target);
      calibrate(relations, detector, rowsOf(nasty()[first] as TwinRow[]));
      const { baseline } = detector.snapshot();
      const own = JSON.parse(JSON.stringify(baselineOf(detector))) as GroupBaseline;
      for (const [second, rows] of streams) {
        const fresh = make(relations, target);
        fresh.restore({ baseline: JSON.parse(JSON.stringify(baseline)), running: undefined });
        const expected = twin(own, names, rows, 1_000).map((surprise, i) => ({ time: 1e9 + (rows[i]?.time ?? 0), surprise }));
        expect(sameReports(scored(fresh, rowsOf(rows, 1e9)), expected), `${second} after ${first}`).toBe('');
      }
    },
  );

  it.each(streams)('learn a baseline from the %s stream that can be stored and read again', (_, rows) => {
    const detector = make(relations, target);
    calibrate(relations, detector, rowsOf(rows));
    const baseline = JSON.parse(JSON.stringify(detector.snapshot().baseline));
    expect(() => make(relations, target).restore({ baseline, running: undefined })).not.toThrow();
  });

  it('have all kinds of residuals, and alarms that begin and end', () => {
    const detector = make(relations, target);
    calibrate(relations, detector, rowsOf(nasty()['normal'] as TwinRow[]));
    expect(baselineOf(detector).tracks.map(({ kind }) => kind)).toEqual(['lag', 'leaky', 'observer']);
    const found = scored(detector, rowsOf(nasty()['attacked'] as TwinRow[], 1e9)).map(({ surprise }) => surprise);
    expect(found.filter((surprise, i) => surprise < 1 && (found[i - 1] ?? 0) >= 1).length).toBeGreaterThan(2);
  });
});

describe('an edited baseline', () => {
  const lineOf = (detector: Detector, name: string) =>
    detector.facts?.().find((fact) => fact.channel === 'all' && fact.name === name);
  const attacked = vectors(
    plant(40, 3).map((row) => row.with(2, 0.3)),
    1e9,
  );

  it('widens the standard error of a tag: the prediction of the others uses it less', () => {
    const detector = learned();
    const before = Number(lineOf(detector, 'C')?.figures['within']);
    expect(Math.max(...scored(detector, attacked).map(({ surprise }) => surprise))).toBeGreaterThan(2);
    const { band, contributions } = detector.explain(0);
    expect((band?.high ?? 0) - (band?.low ?? 0)).toBeCloseTo(6 * before, 9);
    const amended = learned();
    amended.amend?.('all', 'C', { within: 100 * before });
    expect(lineOf(amended, 'C')?.figures['within']).toBeCloseTo(100 * before, 9);
    expect(Math.max(...scored(amended, attacked).map(({ surprise }) => surprise))).toBeLessThan(1);
    const told = amended.explain(0).contributions.find(({ tag }) => tag === 'C');
    expect(told?.expected ?? contributions[0]?.expected).toBeCloseTo(contributions[0]?.expected ?? Number.NaN, 0);
    // the deviation of B is smaller than that of C, but C may have it
    const both = plant(40, 3).map((row) => row.with(2, 0.3).with(1, 4));
    scored(amended, vectors(both, 2e9));
    const other = amended.explain(0);
    expect([other.contributions[0]?.tag, other.band?.tag]).toEqual(['B', 'B']);
    const restored = learned();
    for (const within of [100 * before, before]) restored.amend?.('all', 'C', { within });
    const surprises = (of: Detector): number[] => scored(of, vectors(both, 9e9)).map(({ surprise }) => surprise);
    expect(surprises(restored)).toEqual(surprises(learned()));
  });

  it('has the weight that all learned data give it (twin)', () => {
    for (const [name, by] of [
      ['C', 4],
      ['C', 0.5],
      ['E', 1.5],
    ] as const) {
      const amended = learned(nasty()['normal']?.map(({ value }) => Float64Array.from(value)));
      amended.amend?.('all', name, { within: by * Number(lineOf(amended, name)?.figures['within']) });
      amended.amend?.('all', 'A', { within: 2 * Number(lineOf(amended, 'A')?.figures['within']) });
      const baseline = JSON.stringify(amended.snapshot().baseline);
      for (const [stream, rows] of Object.entries(nasty())) {
        const restored = make(relations, target);
        restored.restore({ baseline: JSON.parse(baseline), running: undefined });
        const expected = twin(baselineOf(amended), names, rows, 1_000).map((surprise, i) => ({
          time: rows[i]?.time ?? 0,
          surprise,
        }));
        expect(sameReports(scored(restored, rowsOf(rows)), expected), `${name} on ${stream}`).toBe('');
      }
    }
  });

  it('rejects invalid values without a change', () => {
    const detector = learned();
    const before = JSON.stringify(detector.snapshot().baseline);
    expect(() => detector.amend?.('all', 'C', { within: 0 })).toThrow('within cannot be 0');
    expect(() => detector.amend?.('all', 'X', { within: 1 })).toThrow('relations has no baseline entry of X in all');
    expect(JSON.stringify(detector.snapshot().baseline)).toBe(before);
  });
});

test('missing values cost little: predictions from the other tags replace them', () => {
  const detector = learned();
  const rows = plant(600, 7).map((row, i) => (i % 5 === 0 ? row.with(i % 3, Number.NaN) : row));
  const found = scored(detector, vectors(rows)).map(({ surprise }) => surprise);
  expect(found.every((surprise) => Number.isFinite(surprise))).toBe(true);
  expect(found.filter((surprise) => surprise > 1).length).toBeLessThanOrEqual(12);
});

test('an alarm that is over leaves nothing in the windows', () => {
  const detector = learned();
  const rows = [...plant(30, 8), ...plant(10, 9).map((row) => row.with(2, 40)), ...plant(40, 10)];
  const found = scored(detector, vectors(rows)).map(({ surprise }) => surprise);
  expect(Math.max(...found.slice(30, 40))).toBeGreaterThan(1);
  expect(Math.max(...found.slice(65))).toBeLessThan(1);
});

test('a gap longer than the windows separates an alarm from the next rows', () => {
  const detector = learned();
  const attacked = [...plant(30, 8), ...plant(10, 9).map((row) => row.with(2, 40))];
  expect(scored(detector, vectors(attacked)).at(-1)?.surprise).toBeGreaterThan(1);
  const after = scored(detector, vectors(plant(40, 10), 1e6)).map(({ surprise }) => surprise);
  expect(Math.max(...after)).toBeLessThan(1);
});

test('unusual input does not affect later rows', () => {
  const rows = plant(400, 11);
  for (const odd of [1e300, -1e300, 0, Number.NaN]) {
    const detector = learned();
    const poked = rows.map((row, i) => (i === 100 ? row.map(() => odd) : row));
    const found = scored(detector, vectors(poked)).map(({ surprise }) => surprise);
    expect(found.slice(200).every((surprise) => surprise < 1.5)).toBe(true);
  }
});

test('snapshot and restore continue bit for bit, through JSON for the baseline', () => {
  const rows = plant(200, 12);
  const whole = learned();
  const expected = scored(whole, vectors(rows));
  const first = learned();
  const before = scored(first, vectors(rows.slice(0, 90)));
  const second = make(relations, target);
  const { baseline, running } = first.snapshot();
  second.restore({ baseline: JSON.parse(JSON.stringify(baseline)), running: structuredClone(running) });
  expect([...before, ...scored(second, vectors(rows.slice(90), 90_000))]).toEqual(expected);
  expect(second.snapshot()).toEqual(whole.snapshot());
});

test('too few rows teach nothing, and nothing is reported', () => {
  const detector = make(relations, target);
  calibrate(relations, detector, vectors(plant(10, 13)));
  expect(scored(detector, vectors(plant(10, 14)))).toEqual([]);
  expect(() => detector.explain(0)).toThrow(/has no baseline/);
});

test('a fold may use as many lags as the whole calibration', () => {
  const detector = make(relations, target);
  const observations = vectors(plant(70, 15));
  detector.learn(observeEvent({ type: 'calibration', time: 0, phase: 'begin', pass: 0, spanMs: 100_000 }));
  for (const observation of observations) detector.learn(observation);
  detector.learn(observeEvent({ type: 'calibration', time: 0, phase: 'end', pass: 0, spanMs: 100_000 }));
  expect(baselineOf(detector).lags).toBeLessThanOrEqual(4);
  expect(baselineOf(detector).precision.length).toBe(5 * 5 * (baselineOf(detector).lags + 1));
});

test('a tail table is the empirical survival, then a power law', () => {
  const random = new Random(16);
  const values = Float64Array.from({ length: 5_000 }, () => Math.abs(random.normal()));
  const table = new TailTables([fitTail(values.toSorted())]);
  const sorted = values.toSorted();
  for (const p of [0.1, 0.5, 0.9, 0.97]) {
    const at = sorted[Math.floor(p * values.length)] as number;
    expect(table.of(0, at)).toBeCloseTo(-Math.log(1 - p), 1);
  }
  let last = 0;
  for (let magnitude = 0; magnitude < 20; magnitude += 0.01) {
    const surprise = table.of(0, magnitude);
    expect(surprise).toBeGreaterThanOrEqual(last);
    last = surprise;
  }
  expect(table.of(0, 1e9)).toBe(15);
});
