import { expect, test } from 'vitest';
import type { Detector } from '../../src/core/detector.ts';
import { observeEvent, type Observation } from '../../src/core/observation.ts';
import { Random } from '../../src/core/random.ts';
import { calibrate, learnedOnce, make, scored, tagOf, targetOf } from '../../test/support/detectors.ts';
import { relations } from './index.ts';

/** Two tags of each of three causes; the second ones are read by another device. */
const names = ['A', 'B', 'C', 'A2', 'B2', 'C2'];
const deviceOf = (name: string): string => (name.length === 1 ? 'PLC-1' : 'PLC-2');
const target = targetOf(names.map((name) => tagOf(name, { device: deviceOf(name), range: undefined })));

function plant(rows: number, seed: number): number[][] {
  const random = new Random(seed);
  let [p, q, r] = [0, 0, 0];
  return Array.from({ length: rows }, () => {
    [p, q, r] = [0.9 * p + random.normal(), 0.9 * q + random.normal(), 0.9 * r + random.normal()];
    return [p, q, r, p + q, q + r, p - r].map((value) => value + 0.05 * random.normal());
  });
}

/** Rows of which each device is read every so many seconds, at its own phase. */
function readings(rows: readonly (readonly number[])[], everyS: Readonly<Record<string, number>>, from = 0): Observation[] {
  const phases: Readonly<Record<string, number>> = { 'PLC-1': 0, 'PLC-2': 3 };
  const ageAt = (row: number, device: string): number => Math.min(row, (row + (phases[device] ?? 0)) % (everyS[device] ?? 1));
  return rows.map((_, row) => {
    const ages = names.map((name) => ageAt(row, deviceOf(name)));
    return {
      kind: 'vector',
      vector: {
        group: 'all',
        time: from + row * 1_000,
        value: Float64Array.from(ages, (age, j) => rows[row - age]?.[j] ?? Number.NaN),
        age: Float64Array.from(ages, (age) => age * 1_000),
        mask: new Uint8Array(names.length),
      },
    };
  });
}

const learned = learnedOnce(
  () => make(relations, target),
  (detector) => calibrate(relations, detector, readings(plant(2_000, 1), {})),
);
const most = (detector: Detector, observations: readonly Observation[]): number =>
  Math.max(...scored(detector, observations).map(({ surprise }) => surprise));
const late = (lateMs: number): Observation =>
  observeEvent({ type: 'punctuality', time: 0, lateMs, allowMs: 2 * lateMs, speed: 1, cause: 'polls begin late' });
const atSpeed = (speed: number, time = 0): Observation =>
  observeEvent({ type: 'punctuality', time, lateMs: 0, allowMs: 3_000 * speed, speed, cause: '' });
const stretched = (device: string, stretch: number): Observation =>
  observeEvent({
    type: 'device-health',
    time: 0,
    device,
    intervalMs: 0,
    requests: 0,
    errors: 0,
    bytes: 0,
    latencyMs: 0,
    latencyMaxMs: 0,
    ageMs: 0,
    budgetUsed: 0,
    stretch,
  });
const slow = { 'PLC-1': 6, 'PLC-2': 6 };

test('rows of tags that are read too seldom do not match, and are not judged while the monitor states its delay', () => {
  expect(most(learned(), readings(plant(300, 2), slow))).toBeGreaterThan(2);
  const detector = learned();
  scored(detector, [late(5_000)]);
  const found = scored(detector, readings(plant(300, 2), slow)).map(({ surprise }) => surprise);
  expect(Math.max(...found)).toBeLessThan(1);
  // until the second reading of a tag any interval is possible, and the longest window holds twenty rows
  expect(Math.max(...found.slice(40))).toBe(0);
});

test('nor in fast plant time, in which no delay has to be stated', () => {
  const detector = learned();
  scored(detector, [atSpeed(60)]);
  expect(most(detector, readings(plant(300, 2), slow, 1e6))).toBeLessThan(1);
  scored(detector, [atSpeed(1)]);
  expect(most(detector, readings(plant(300, 2), slow, 2e6))).toBeGreaterThan(2);
});

test('no row is judged after a start or a change of speed in fast plant time, for the stated tolerance', () => {
  const detector = learned();
  const falsified = plant(60, 8).map((row) => row.with(4, 2));
  const foundAt = (from: number): boolean => most(detector, readings(falsified, {}, from)) > 2;
  scored(detector, [atSpeed(20)]);
  expect(foundAt(0)).toBe(false);
  expect(foundAt(60_000)).toBe(true);
  scored(detector, [atSpeed(40, 200_000), atSpeed(40, 300_000)]);
  expect(foundAt(200_000)).toBe(false);
  expect(foundAt(320_000)).toBe(true);
});

test('tags that are read on time are judged meanwhile, and all are after the delay', () => {
  const detector = learned();
  scored(detector, [stretched('PLC-2', 6)]);
  const normal = readings(plant(300, 2), { 'PLC-2': 6 });
  expect(most(learned(), normal)).toBeGreaterThan(2);
  expect(most(detector, normal)).toBeLessThan(1.5);
  scored(detector, [stretched('PLC-2', 1)]);
  scored(detector, readings(plant(20, 3), {}, 1e6));
  expect(most(detector, readings(plant(300, 4), {}, 2e6))).toBeLessThan(1.5);
  const falsified = plant(40, 5).map((row) => row.with(4, 2));
  expect(most(detector, readings(falsified, {}, 3e6))).toBeGreaterThan(2);
});

test('a delay that leaves the readings on time masks nothing', () => {
  const [detector, other] = [learned(), learned()];
  const rows = readings(plant(200, 6), {});
  for (const one of [detector, other]) scored(one, rows.slice(0, 20));
  scored(detector, [late(5_000)]);
  expect(scored(detector, rows.slice(20))).toEqual(scored(other, rows.slice(20)));
});

/** Tags that are predicted by their own past alone. */
function inert(rows: number, seed: number, from: number): number[][] {
  const random = new Random(seed);
  const row = names.map(() => from);
  return Array.from({ length: rows }, () => names.map((_, j) => (row[j] = 0.995 * (row[j] as number) + random.normal())));
}

const learnedInert = learnedOnce(
  () => make(relations, target),
  (detector) => calibrate(relations, detector, readings(inert(4_000, 1, 0), {})),
);

test('tags that are on time again have no past: the values of masked rows are guesses', () => {
  const detector = learnedInert();
  scored(detector, [late(5_000)]);
  const rows = inert(60, 2, 20);
  scored(detector, readings(rows.slice(0, 20), slow));
  const found = scored(detector, readings(rows.slice(20), {}, 20_000)).map(({ surprise }) => surprise);
  expect(Math.max(...found)).toBeLessThan(1);
});

test('nor do tags before their first value, which comes rows after a start', () => {
  const firstRowOf = [0, 2, 2, 5, 5, 6];
  const begun = readings(inert(60, 2, 20), {}, 1e8).map((one, row): Observation => {
    if (one.kind !== 'vector') return one;
    const mask = Uint8Array.from(firstRowOf, (first) => (row < first ? 1 : 0));
    const value = one.vector.value.map((is, j) => (mask[j] === 1 ? Number.NaN : is));
    return { kind: 'vector', vector: { ...one.vector, value, mask } };
  });
  const detector = learnedInert();
  const early = scored(detector, begun.slice(0, 5));
  const restored = make(relations, target);
  restored.restore(structuredClone(detector.snapshot()));
  const later = scored(detector, begun.slice(5));
  expect(Math.max(...[...early, ...later].map(({ surprise }) => surprise))).toBeLessThan(1);
  expect(scored(restored, begun.slice(5))).toEqual(later);
});

test('a restored detector continues without a difference', () => {
  const detector = learned();
  scored(detector, [late(5_000), stretched('PLC-2', 3)]);
  const rows = readings(plant(200, 7), { 'PLC-1': 1, 'PLC-2': 4 });
  scored(detector, rows.slice(0, 101));
  const restored = make(relations, target);
  restored.restore(structuredClone(detector.snapshot()));
  expect(scored(restored, rows.slice(101))).toEqual(scored(detector, rows.slice(101)));
});
