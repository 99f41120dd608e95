import { expect, test } from 'vitest';
import { BatchBuilder } from '../../core/batch.ts';
import type { Report } from '../../core/detector.ts';
import { type Observation, observeBatch } from '../../core/observation.ts';
import { Random } from '../../core/random.ts';
import { createEngine } from '../../detection/engine/index.ts';
import { calibrate, calibrateNow } from './index.ts';
import { fitTail, tailLevel } from './tail.ts';
import { alertsIn, count, dayMs, type Deviation, factory, optionsOf, periodMs, running, tags } from './testing.ts';
import { applyCalibration } from '../../detection/baseline/apply.ts';

test.each([2.4, 12])('a budget of %d alerts per day is kept on unlearned data', async (budget) => {
  const calibration = await calibrate(optionsOf(budget));
  expect(calibration.promise).toMatchObject({ promised: true, budgetPerDay: budget, missingDays: 0 });
  expect(calibration.promise.achievedPerDay).toBeLessThanOrEqual(budget);
  for (const seed of [2, 3, 4]) expect(alertsIn(calibration, running(4, seed)).length).toBeLessThanOrEqual(budget * 4);
});

test('thresholds stay close to the necessary values, so that a clear deviation of any tag is found', async () => {
  const calibration = await calibrate(optionsOf(2.4));
  const thresholds = Object.values(calibration.detectors['deviation']?.thresholds ?? {});
  expect(thresholds).toHaveLength(count);
  for (const { begin, end } of thresholds) {
    expect(begin).toBeGreaterThan(0);
    expect(begin).toBeLessThan(20);
    expect(end).toBeLessThan(begin);
  }
});

test('a detector with a scale of its own has at least its threshold, however calm its calibration was', async () => {
  const calm = (calibrated?: true | 'chance') => ({
    ...factory(),
    plugin: { ...factory().plugin, ...(calibrated === undefined ? {} : { calibrated }) },
    create: () => {
      const one = factory().create();
      const score = one.score.bind(one);
      return Object.assign(one, {
        score: (observation: Observation, report: Report) =>
          score(observation, (channel, time, surprise) => report(channel, time, surprise / 100)),
      });
    },
  });
  const begins = async (calibrated?: true | 'chance') => {
    const { detectors } = await calibrate({ ...optionsOf(2.4), detectors: [calm(calibrated)] });
    return Object.values(detectors['deviation']?.thresholds ?? {}).map(({ begin }) => begin);
  };
  expect(new Set(await begins('chance'))).toEqual(new Set([1]));
  expect(new Set(await begins(true))).toEqual(new Set([0.5]));
  // a baseline whose thresholds were fitted
  const fitted = await calibrate({ ...optionsOf(2.4), detectors: [calm()] });
  for (const [calibrated, least] of [
    ['chance', 1],
    [true, 0.5],
  ] as const) {
    const used = applyCalibration(fitted, [calm(calibrated)]).thresholds['deviation'] ?? {};
    expect(Object.values(used).map(({ begin }) => begin)).toEqual(tags.tags.map(() => least));
  }
  expect(Math.max(...(await begins()))).toBeLessThan(0.5);
});

test('the threshold of a surprise that is a chance starts at 1, and lies on its tail from three events on', async () => {
  const hourMs = 3_600_000;
  /** New events of one channel, an hour each: no surprise to a copy that has learned them. */
  const withEvents = (count: number, calibrated?: 'chance') => ({
    ...factory(),
    plugin: { ...factory().plugin, ...(calibrated === undefined ? {} : { calibrated }) },
    create: () => {
      const one = factory().create() as Deviation;
      let learned: ReadonlySet<number> | undefined;
      const isNew = (time: number): boolean => !(learned ??= new Set(one.learnedTimes)).has(time);
      return Object.assign(one, {
        score: (observation: Observation, report: Report) => {
          if (observation.kind !== 'batch') return;
          const time = observation.batch.receiveTime[0] as number;
          const nth = time / (10 * hourMs);
          const isEvent = nth < count && time % (10 * hourMs) < hourMs;
          report(0, time, isEvent && isNew(time) ? 1.8 : 0);
        },
      });
    },
  });
  const beginAfter = async (...events: Parameters<typeof withEvents>) => {
    const { detectors } = await calibrate({ ...optionsOf(2.4, 3), detectors: [withEvents(...events)] });
    return detectors['deviation']?.thresholds['T0']?.begin ?? Number.NaN;
  };
  expect(await beginAfter(1, 'chance')).toBe(1);
  expect(await beginAfter(2, 'chance')).toBe(1);
  expect(await beginAfter(5, 'chance')).toBeGreaterThan(1.8);
  expect(await beginAfter(1)).toBeGreaterThan(1);
});

test('each part is judged by detectors that have not learned it, and all data are learned in the end', async () => {
  const made: Deviation[] = [];
  await calibrate({ ...optionsOf(2.4, 1), detectors: [factory(made)], folds: 4 });
  expect(made).toHaveLength(5);
  const rows = dayMs / periodMs;
  const [whole, ...folds] = made.toSorted((a, b) => b.learnedTimes.length - a.learnedTimes.length);
  expect(whole?.learnedTimes).toHaveLength(rows);
  const held = folds.flatMap(({ learnedTimes }) => {
    const learned = new Set(learnedTimes);
    return (whole?.learnedTimes ?? []).filter((time) => !learned.has(time));
  });
  expect(held.toSorted((a, b) => a - b)).toEqual(whole?.learnedTimes);
  for (const { phases } of made) expect(phases).toEqual(['begin', 'end']);
});

test('a budget that the data cannot promise is reported with the missing days', async () => {
  const { promise } = await calibrate(optionsOf(2.4, 1));
  expect(promise).toMatchObject({ promised: false });
  expect(promise.missingDays).toBeCloseTo(0.25, 2);
  expect(promise.text).toContain('cannot be promised yet: 1 d of normal operation, with 2.4 expected alerts');
});

test('sources may be asynchronous; progress is reported to the end; a signal stops it', async () => {
  const told: number[] = [];
  const source = async function* (): AsyncGenerator<Observation> {
    yield* running(0.5, 1);
  };
  await calibrate({ ...optionsOf(2.4), source, onProgress: (done) => told.push(done) });
  expect(told.at(-1)).toBe(1);
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  await expect(calibrate({ ...optionsOf(2.4), source, signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
});

test('progress continues while the relations of a group are fitted', async () => {
  const vectors = { ...factory(), name: 'fitted', plugin: { ...factory().plugin, input: 'vector' as const } };
  const told: (readonly [number, string])[] = [];
  const groups = [{ name: 'all', tags: [0], periodMs: 1_000 }];
  await calibrate({
    ...optionsOf(2.4),
    groups,
    detectors: [factory(), vectors],
    folds: 3,
    onProgress: (done, text) => told.push([done, text]),
  });
  const [learning, scoring] = ['learning', 'setting thresholds'].map((step) => told.filter(([, text]) => text === step));
  // without each holdout part, and of all of it
  expect(learning).toHaveLength((scoring?.length ?? 0) + 4);
  const done = learning?.map(([share]) => share);
  expect(done).toEqual([...new Set(done)].toSorted((a, b) => a - b));
  expect(done?.at(-1)).toBeCloseTo(scoring?.[0]?.[0] ?? 0, 9);
});

test('both ways to calibrate give the same, and it survives JSON', async () => {
  const options = optionsOf(12, 1);
  const slow = await calibrate(options);
  const { calibration } = calibrateNow(options, () => running(1, 1));
  expect(calibration).toEqual(slow);
  expect(JSON.parse(JSON.stringify(calibration))).toEqual(calibration);
});

test('a finding states its rarity in normal operation, within the limits of the calibration', async () => {
  const calibration = await calibrate(optionsOf(12, 3));
  const engine = createEngine({ ...applyCalibration(calibration, [factory()]), tags, groups: [] });
  const builder = new BatchBuilder('plc', 1);
  builder.add(0, 1e6, 0, 1, 1);
  const [begin] = engine.observe(observeBatch(builder.publish()));
  expect(begin?.finding.certainty).toMatchObject({ kind: 'calibrated', learnedDays: 3, beyond: true });
});

test('no data to learn from is an error', async () => {
  await expect(calibrate({ ...optionsOf(2.4), source: () => [] })).rejects.toThrow('no normal operation');
});

test('a statistical detector that a baseline does not contain is left out; one with stated rules is refused', async () => {
  const calibration = await calibrate(optionsOf(12, 1));
  const other = { ...factory(), name: 'other' };
  const { detectors } = applyCalibration(calibration, [factory(), other]);
  expect(detectors.map(({ name }) => name)).toEqual([factory().name]);
  expect(() => applyCalibration(calibration, [{ ...other, plugin: { ...other.plugin, threshold: 'stated' } }])).toThrow(
    'the baseline does not contain the detector other',
  );
});

test('the tail of an exponential distribution is recovered', () => {
  const random = new Random(5);
  const maxima = Float32Array.from({ length: 1_500 }, () => -Math.log(1 - random.next()));
  const tail = fitTail(maxima);
  // expected once in 15 000 blocks: ln 15 000 = 9.6, plus a margin
  const level = tailLevel(tail, 0.1);
  expect(level).toBeGreaterThan(8.5);
  expect(level).toBeLessThan(13);
});

test('a tail with equal largest maxima is fitted by the decrease of their number per step', () => {
  // 200 stretches reach 0.6 and 20 of them 0.8: each step of 0.2 is ten times as rare
  const maxima = Float32Array.from({ length: 200 }, (_, i) => (i % 10 === 0 ? 0.8 : 0.6));
  const tail = fitTail(maxima);
  expect(tailLevel(tail, tail.count / 1_000)).toBeCloseTo(0.8 + 3 * 0.2, 5);
});

test('a value that lasted is one event and gives no information on the rarity of the next step', () => {
  const maxima = Float32Array.from({ length: 200 }, (_, i) => (i >= 80 && i < 120 ? 1.5 : 0.1));
  const tail = fitTail(maxima);
  expect(tailLevel(tail, tail.count / 1e6)).toBe(1.5);
});

test('the tail of surprises in steps is recovered', () => {
  const random = new Random(6);
  // number of repeats of a value if each sample repeats with probability 0.1; the longest of 250 samples, in fifths
  const repeats = (): number => {
    let most = 0;
    let run = 0;
    for (let i = 0; i < 250; i++) {
      run = random.next() < 0.1 ? run + 1 : 0;
      most = Math.max(most, run);
    }
    return most / 5;
  };
  const tail = fitTail(Float32Array.from({ length: 200 }, repeats));
  const level = tailLevel(tail, 0.001);
  // one in 1 000 × 200 × 250 samples: ln(0.9 × 5e7) / ln 10 = 7.7 repeats, plus a margin
  expect(level * 5).toBeGreaterThan(7);
  expect(level * 5).toBeLessThan(13);
});
