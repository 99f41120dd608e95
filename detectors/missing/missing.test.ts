import { describe, expect, it } from 'vitest';
import type { Detector } from '../../src/core/detector.ts';
import { type Observation, observeEvent } from '../../src/core/observation.ts';
import { Quality } from '../../src/core/quality.ts';
import { Random } from '../../src/core/random.ts';
import {
  batchOf,
  calibrate,
  make,
  observed,
  type Sample,
  sameReports,
  scored,
  tagOf,
  targetOf,
} from '../../test/support/detectors.ts';
import { missing } from './index.ts';
import { type Arrival, twin } from './missing.twin.ts';

const tags = ['LT01', 'FT01', 'PT01'].map((name) => tagOf(name, { description: `Value ${name}` }));
const all = [0, 1, 2];

/** Arrivals each second. Some tags, and sometimes all, are missing for a while. */
function arrivals(count: number, seed: number, from = 0, outages = 0.01): Arrival[] {
  const random = new Random(seed);
  const until = [0, 0, 0, 0];
  return Array.from({ length: count }, (_, i) => from + i * 1_000).flatMap((time) => {
    until.forEach((_, k) => {
      if (random.next() < outages) until[k] = time + 1_000 * Math.floor(2 + 12 * random.next());
    });
    return all.filter((tag) => time >= (until[tag] ?? 0) && time >= (until[3] ?? 0)).map((tag) => ({ tag, time }));
  });
}

const samplesOf = (list: readonly Arrival[]): Sample[] => list.map(({ tag, time }) => ({ tag, time, value: 1 }));
const valuesOf = (list: readonly Arrival[]): Observation[] => samplesOf(list).map((sample) => observed(sample));
/** A report of the device without requests, which only announces the poll factor. */
const paceOf = (time: number) => {
  const none = { intervalMs: 0, requests: 0, errors: 0, bytes: 0, latencyMs: 1, latencyMaxMs: 1, ageMs: 0, budgetUsed: 0 };
  return { type: 'device-health' as const, time, device: 'PLC-1', ...none };
};
const tick = (time: number): Observation => observeEvent({ type: 'tick', time });

/** Unusual samples of three tags. */
function nasty(seed: number): Record<string, Sample[]> {
  const random = new Random(seed);
  const running = (outages = 0.01): Sample[] =>
    samplesOf(arrivals(150, seed, 0, outages)).map((sample) => ({ ...sample, value: random.normal() }));
  const poked = (poke: (sample: Sample, second: number) => Sample | undefined): Sample[] =>
    running().flatMap((sample) => poke(sample, sample.time / 1_000) ?? []);
  const isOn = (sample: Sample, second: number): boolean => sample.tag === 1 && second % 40 > 25;
  return {
    random: running(0.05),
    constant: samplesOf(arrivals(150, seed, 0, 0)),
    nan: poked((sample, i) => (isOn(sample, i) ? { ...sample, value: Number.NaN } : sample)),
    infinite: poked((sample, i) => (isOn(sample, i) ? { ...sample, value: Number.NEGATIVE_INFINITY } : sample)),
    huge: poked((sample, i) => (isOn(sample, i) ? { ...sample, value: 1e308 } : sample)),
    bad: poked((sample, i) => (isOn(sample, i) ? { ...sample, quality: Quality.BadTimeout } : sample)),
    uncertain: poked((sample, i) =>
      isOn(sample, i) ? { ...sample, quality: Quality.UncertainNoCommunicationLastUsableValue } : sample,
    ),
    exceeded: poked((sample, i) =>
      isOn(sample, i) ? { ...sample, quality: Quality.UncertainEngineeringUnitsExceeded } : sample,
    ),
    step: poked((sample, i) => (i > 70 && i % 2 === 1 ? undefined : { ...sample, value: i > 70 ? 20 : 0 })),
    gap: poked((sample, i) => ({ ...sample, time: sample.time + (i < 70 ? 0 : 60_000) })),
    duplicates: poked((sample) => ({ ...sample, time: 2_000 * Math.floor(sample.time / 2_000) })),
    backwards: poked((sample, i) => (i % 50 === 49 ? { ...sample, time: sample.time - 30_000 } : sample)),
    behind: poked((sample) => (sample.tag === 2 ? { ...sample, time: sample.time - 20_000 } : sample)),
    setBack: poked((sample, i) => (i < 90 ? sample : { ...sample, time: sample.time - 30_000 })),
    appears: poked((sample, i) => (sample.tag === 0 && i < 60 ? undefined : sample)),
    vanishes: poked((sample, i) => (sample.tag === 2 && i > 100 ? undefined : sample)),
    seldom: poked((sample, i) => (sample.tag === 2 && i % 40 > 0 ? undefined : sample)),
  };
}

function learnedOf(list: readonly Arrival[]): Detector {
  const detector = make(missing, targetOf(tags), { minSamples: 5 });
  calibrate(missing, detector, valuesOf(list));
  return detector;
}

const last = (detector: Detector, observations: readonly Observation[]): number =>
  scored(detector, observations).at(-1)?.surprise ?? Number.NaN;

describe('missing', () => {
  it('equals its twin at any moment of operation with outages of tags and of the whole device', () => {
    for (let seed = 0; seed < 60; seed++) {
      const learned = arrivals(200, seed);
      const running = arrivals(150, 100 + seed, 1e6, 0.02);
      const expected = twin(samplesOf(learned), all, 5);
      for (const time of [1_020_000, 1_075_000, 1_149_500]) {
        const seen = running.filter((arrival) => arrival.time <= time);
        const surprise = last(learnedOf(learned), [...valuesOf(seen), tick(time)]);
        expect(surprise, `seed ${seed} at ${time}`).toBeCloseTo(expected(samplesOf(seen), time), 9);
      }
    }
  });

  it('equals its twin on every pair of nasty streams', () => {
    let highest = 0;
    const judged = Object.entries(nasty(4)).map(
      ([name, list]) => [name, list.map((sample) => ({ ...sample, time: sample.time + 1e6 }))] as const,
    );
    for (const [first, learned] of Object.entries(nasty(3))) {
      const expected = twin(learned, all, 5);
      for (const [second, samples] of judged) {
        const detector = make(missing, targetOf(tags), { minSamples: 5 });
        calibrate(
          missing,
          detector,
          learned.map((sample) => observed(sample)),
        );
        const ends = samples.flatMap(({ time }, i) => (i % 9 === 8 ? [{ count: i + 1, time: time + 500 }] : []));
        const observations = samples.flatMap((sample, i) => [
          observed(sample),
          ...ends.filter(({ count }) => count === i + 1).map(({ time }) => tick(time)),
        ]);
        const wanted = ends.map(({ count, time }) => ({ time, surprise: expected(samples.slice(0, count), time) }));
        const reports = scored(detector, observations);
        expect(sameReports(reports, wanted), `${second} after ${first}`).toBe('');
        highest = Math.max(highest, ...reports.map(({ surprise }) => surprise));
      }
    }
    expect(highest).toBeGreaterThan(2);
  });

  it('finds tags that stop while their device continues, in one finding', () => {
    const detector = learnedOf(arrivals(200, 1, 0, 0));
    const going = arrivals(100, 1, 1e6, 0).filter(({ tag, time }) => tag === 0 || time < 1_040_000);
    expect(last(detector, [...valuesOf(going), tick(1_100_000)])).toBeGreaterThan(3);
    const { sentence, title, contributions } = detector.explain(0);
    expect(title).toBe('PLC-1 sends no value of 2 of 3 tags');
    expect(sentence).toBe(
      'PLC-1 answers but has sent no value of Value FT01, Value PT01 for 1 min 1 s. Normal: a value within 3 s.',
    );
    expect(contributions.map(({ tag }) => tag)).toEqual(['FT01', 'PT01']);
  });

  it('does not report a tag that is late by less than three scans, at any threshold', () => {
    const going = arrivals(100, 1, 1e6, 0).filter(({ tag, time }) => tag === 0 || time <= 1_040_000);
    const upTo = (time: number): number =>
      last(learnedOf(arrivals(200, 1, 0, 0)), [...valuesOf(going.filter((one) => one.time <= time)), tick(time)]);
    expect(upTo(1_043_000)).toBe(0);
    expect(upTo(1_043_001)).toBeGreaterThan(1);
  });

  it('extends the limit of each tag by the delay of the monitor itself, and finds a tag that is missing beyond it', () => {
    const late = (time: number, lateMs: number, allowMs: number): Observation =>
      observeEvent({ type: 'punctuality', time, lateMs, allowMs, speed: 1, cause: 'polls begin late' });
    const before = valuesOf(arrivals(40, 1, 1e6, 0));
    const one = (time: number): Observation => observed({ tag: 0, time, value: 1 });
    // polls are late by 8 s: the device has sent values of one tag, the others are not requested yet
    const detector = learnedOf(arrivals(200, 1, 0, 0));
    const slow = [late(1_039_000, 8_000, 16_000), ...[40, 41, 42, 43, 44, 45, 46, 47].map((second) => one(1e6 + second * 1_000))];
    expect(last(learnedOf(arrivals(200, 1, 0, 0)), [...before, ...slow.slice(1), tick(1_047_000)])).toBeGreaterThan(1);
    expect(last(detector, [...before, ...slow, tick(1_047_000)])).toBe(0);
    const dead = [48, 50, 52, 54, 56, 58, 60, 62, 64, 66].map((second) => one(1e6 + second * 1_000));
    expect(last(detector, [...dead, tick(1_066_000)])).toBeGreaterThan(1);
    expect(detector.explain(0).sentence).toBe(
      'PLC-1 answers but has sent no value of Value FT01, Value PT01 for 27 s. Normal: a value within 3 s.',
    );
  });

  it('waits longer if the collector polls a slow device less often', () => {
    const pace = (time: number, stretch: number): Observation => observeEvent({ ...paceOf(time), stretch });
    const before = valuesOf(arrivals(40, 1, 1e6, 0));
    const at = (second: number, of = 0): Observation => observed({ tag: of, time: 1e6 + second * 1_000, value: 1 });
    // each tag is read every 4 s instead of each second, one after the other
    const slow = [...before, ...[40, 41, 42, 43, 44].map((second) => at(second)), tick(1_044_000)];
    expect(last(learnedOf(arrivals(200, 1, 0, 0)), slow)).toBeGreaterThan(1);
    const detector = learnedOf(arrivals(200, 1, 0, 0));
    expect(last(detector, [pace(1_039_000, 4), ...slow])).toBe(0);
    // polls planned at the slower pace are still waited for
    expect(last(detector, [pace(1_044_500, 1), at(45), at(47), tick(1_047_000)])).toBe(0);
    const snapshot = detector.snapshot();
    const restored = learnedOf(arrivals(200, 1, 0, 0));
    restored.restore(structuredClone(snapshot));
    for (const one of [detector, restored]) {
      expect(last(one, [at(49), at(51), at(53), tick(1_053_000)])).toBeGreaterThan(1);
      expect(one.explain(0).sentence).toContain('for 14 s. Normal: a value within 12 s');
    }
    const earlier: object = { ...(snapshot.running as object), pace: undefined };
    restored.restore({ ...snapshot, running: earlier });
    expect(last(restored, [at(49), at(51), at(53), tick(1_053_000)])).toBeGreaterThan(2);
  });

  it('treats bad quality as no value', () => {
    const detector = learnedOf(arrivals(200, 1, 0, 0));
    const bad = Array.from({ length: 60 }, (_, i) =>
      batchOf(all.map((tag) => ({ tag, time: 1e6 + i * 1_000, value: 1, quality: tag === 2 ? Quality.BadSensorFailure : 0 }))),
    );
    expect(last(detector, [...bad.map((batch): Observation => ({ kind: 'batch', batch })), tick(1_060_000)])).toBeGreaterThan(2);
    expect(detector.explain(0).title).toBe('PLC-1 sends no value of PT01');
  });

  it('reports values of another type as not numeric', () => {
    const detector = learnedOf(arrivals(200, 1, 0, 0));
    const texts = Array.from({ length: 60 }, (_, i) =>
      batchOf(all.map((tag) => ({ tag, time: 1e6 + i * 1_000, value: 1, quality: tag === 1 ? Quality.BadTypeMismatch : 0 }))),
    );
    scored(detector, [...texts.map((batch): Observation => ({ kind: 'batch', batch })), tick(1_060_000)]);
    expect(detector.explain(0).sentence).toBe(
      'PLC-1 answers but has sent no value of Value FT01 for 1 min (the value is not a number: BadTypeMismatch). Normal: a value within 6 s.',
    );
  });

  it('does not report a device that is away and returns', () => {
    const detector = learnedOf(arrivals(200, 1, 0, 0));
    const before = valuesOf(arrivals(50, 1, 1e6, 0));
    expect(last(detector, [...before, tick(1_400_000)])).toBe(0);
    expect(last(detector, [...valuesOf([{ tag: 0, time: 1_500_000 }]), tick(1_500_500)])).toBeLessThan(1);
  });

  it('does not expect a value that never existed', () => {
    const detector = learnedOf(arrivals(200, 1, 0, 0).filter(({ tag }) => tag < 2));
    const running = arrivals(100, 1, 1e6, 0).filter(({ tag, time }) => tag < 2 || time < 1_010_000);
    expect(last(detector, [...valuesOf(running), tick(1_099_500)])).toBeLessThan(1);
  });
});
