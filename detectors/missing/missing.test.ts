import { describe, expect, it } from 'vitest';
import type { Detector } from '../../src/core/detector.ts';
import { type Observation, observeEvent } from '../../src/core/observation.ts';
import { Quality } from '../../src/core/quality.ts';
import { Random } from '../../src/core/random.ts';
import { batchOf, calibrate, make, observed, scored, tagOf, targetOf } from '../../test/support/detectors.ts';
import { missing } from './index.ts';
import { type Arrival, twin } from './missing.twin.ts';

const tags = ['LT01', 'FT01', 'PT01'].map((name) => tagOf(name, { description: `Value ${name}` }));
const all = [0, 1, 2];

/** Arrivals each second, of which some tags, and sometimes all, are left out for a while. */
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

const valuesOf = (list: readonly Arrival[]): Observation[] => list.map(({ tag, time }) => observed({ tag, time, value: 1 }));
const tick = (time: number): Observation => observeEvent({ type: 'tick', time });

function learnedOf(list: readonly Arrival[]): Detector {
  const detector = make(missing, targetOf(tags), { minSamples: 5 });
  calibrate(missing, detector, valuesOf(list));
  return detector;
}

const last = (detector: Detector, observations: readonly Observation[]): number =>
  scored(detector, observations).at(-1)?.surprise ?? Number.NaN;

describe('missing', () => {
  it('equals its twin at any moment of running with outages of tags and of the whole device', () => {
    for (let seed = 0; seed < 60; seed++) {
      const learned = arrivals(200, seed);
      const running = arrivals(150, 100 + seed, 1e6, 0.02);
      for (const time of [1_020_000, 1_075_000, 1_149_500]) {
        const seen = running.filter((arrival) => arrival.time <= time);
        const surprise = last(learnedOf(learned), [...valuesOf(seen), tick(time)]);
        expect(surprise, `seed ${seed} at ${time}`).toBeCloseTo(twin(learned, seen, time, all), 9);
      }
    }
  });

  it('finds tags that stop while their device goes on, in one finding', () => {
    const detector = learnedOf(arrivals(200, 1, 0, 0));
    const going = arrivals(100, 1, 1e6, 0).filter(({ tag, time }) => tag === 0 || time < 1_040_000);
    expect(last(detector, [...valuesOf(going), tick(1_100_000)])).toBeGreaterThan(3);
    const { sentence, title, contributions } = detector.explain(0);
    expect(title).toBe('PLC-1 gives no value of 2 of 3 tags');
    expect(sentence).toBe(
      'PLC-1 answers, but has given no value of Value FT01, Value PT01 for 61 s; normally there is one within 3 s.',
    );
    expect(contributions.map(({ tag }) => tag)).toEqual(['FT01', 'PT01']);
  });

  it('takes bad quality for no value', () => {
    const detector = learnedOf(arrivals(200, 1, 0, 0));
    const bad = Array.from({ length: 60 }, (_, i) =>
      batchOf(all.map((tag) => ({ tag, time: 1e6 + i * 1_000, value: 1, quality: tag === 2 ? Quality.BadSensorFailure : 0 }))),
    );
    expect(last(detector, [...bad.map((batch): Observation => ({ kind: 'batch', batch })), tick(1_060_000)])).toBeGreaterThan(2);
    expect(detector.explain(0).title).toBe('PLC-1 gives no value of PT01');
  });

  it('says that what comes instead of numbers is none', () => {
    const detector = learnedOf(arrivals(200, 1, 0, 0));
    const texts = Array.from({ length: 60 }, (_, i) =>
      batchOf(all.map((tag) => ({ tag, time: 1e6 + i * 1_000, value: 1, quality: tag === 1 ? Quality.BadTypeMismatch : 0 }))),
    );
    scored(detector, [...texts.map((batch): Observation => ({ kind: 'batch', batch })), tick(1_060_000)]);
    expect(detector.explain(0).sentence).toBe(
      'PLC-1 answers, but has given no value of Value FT01 for 60 s (what comes is no number: BadTypeMismatch); normally there is one within 6 s.',
    );
  });

  it('is silent about a device that is away and comes back', () => {
    const detector = learnedOf(arrivals(200, 1, 0, 0));
    const before = valuesOf(arrivals(50, 1, 1e6, 0));
    expect(last(detector, [...before, tick(1_400_000)])).toBe(0);
    expect(last(detector, [...valuesOf([{ tag: 0, time: 1_500_000 }]), tick(1_500_500)])).toBeLessThan(1);
  });

  it('does not expect what was never there', () => {
    const detector = learnedOf(arrivals(200, 1, 0, 0).filter(({ tag }) => tag < 2));
    const running = arrivals(100, 1, 1e6, 0).filter(({ tag, time }) => tag < 2 || time < 1_010_000);
    expect(last(detector, [...valuesOf(running), tick(1_099_500)])).toBeLessThan(1);
  });
});
