import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchBuilder } from '../../core/batch.ts';
import type { FollowedThreshold } from '../../core/monitor.ts';
import { type Observation, observeBatch, observeEvent } from '../../core/observation.ts';
import { Quality } from '../../core/quality.ts';
import { Random } from '../../core/random.ts';
import { calibrateNow } from '../../learning/calibration/index.ts';
import { count, dayMs, factory, optionsOf, tags } from '../../learning/calibration/testing.ts';
import { createEngine, type Engine } from '../engine/index.ts';
import { defaultFollowing, Follower } from './follower.ts';
import { createFollowingEngine, type FollowingEngine } from './index.ts';
import { thresholdsOf } from '../baseline/apply.ts';

const hourMs = 3_600_000;
const periodMs = 300_000;
const { mostPerDay, most } = defaultFollowing;

/** One channel with a threshold of 1 and a given surprise by time. */
function follow(surpriseAt: (time: number) => number, days: number, follower = new Follower(Float64Array.of(1))): Follower {
  for (let time = 0; time < days * dayMs; time += periodMs) {
    follower.pass(time);
    follower.see(0, surpriseAt(time));
  }
  follower.pass(days * dayMs);
  return follower;
}

describe('a threshold', () => {
  it('follows slow changes of normal operation, and back', () => {
    const season = (time: number): number => 0.3 + 0.2 * Math.max(0, Math.sin((2 * Math.PI * time) / (120 * dayMs)));
    const up = follow(season, 34).raised(0);
    expect(up.by).toBeGreaterThan(0.15);
    expect(up.by).toBeLessThanOrEqual(0.2);
    expect(up.since).toBeGreaterThan(3 * dayMs);
    expect(follow(season, 75).raised(0)).toEqual({ by: 0, since: Number.NaN });
  });

  it('never changes faster than the rate, nor by more than the maximum, for any data', () => {
    const step = fc.record({ surprise: fc.float({ min: 0, max: 50, noNaN: true }), hours: fc.integer({ min: 1, max: 60 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const follower = new Follower(Float64Array.of(1));
        let time = 0;
        for (const { surprise, hours } of steps)
          for (const end = time + hours * hourMs; time < end; time += periodMs) {
            follower.pass(time);
            follower.see(0, surprise);
            const { by } = follower.raised(0);
            expect(by).toBeLessThanOrEqual(Math.min(most, mostPerDay * Math.floor(time / dayMs)) + 1e-6);
          }
      }),
      { numRuns: 60 },
    );
  });

  it('is not changed by an operation of some hours each day, nor by single samples', () => {
    expect(follow((time) => (time % dayMs < 5 * hourMs && time > 5 * dayMs ? 0.95 : 0.3), 30).raised(0).by).toBe(0);
  });

  it.each([
    ['something is found', (follower: Follower) => follower.spoil()],
    ['a value of its tags is bad', (follower: Follower) => follower.spoil(0)],
    ['its tags are out of service', (follower: Follower) => follower.hold([0])],
    ['the stream pauses every hour', (follower: Follower, time: number) => time % hourMs === 0 && follower.pass(time + 601_000)],
  ])('is constant while %s', (_, disturb) => {
    const follower = follow(() => 0.3, 5);
    for (let time = 5 * dayMs; time < 40 * dayMs; time += periodMs) {
      follower.pass(time);
      disturb(follower, time);
      follower.see(0, 0.9);
    }
    expect(follower.raised(0).by).toBe(0);
  });

  it('of a channel without a calibration does not follow', () => {
    const follower = follow((time) => time / dayMs, 30, new Follower(Float64Array.of(0)));
    expect(follower.raised(0).by).toBe(0);
    expect(follower.see(0, 5)).toBe(5);
  });

  it('continues bit for bit from a snapshot, and from the record', () => {
    const drift = (time: number): number => 0.3 + (0.01 * time) / dayMs;
    const whole = follow(drift, 20);
    const first = follow(drift, 10);
    const second = new Follower(Float64Array.of(1));
    second.restore(structuredClone(first.snapshot()));
    for (let time = 10 * dayMs; time < 20 * dayMs; time += periodMs) {
      second.pass(time);
      second.see(0, drift(time));
    }
    second.pass(20 * dayMs);
    expect(second.snapshot()).toEqual(whole.snapshot());
    const third = new Follower(Float64Array.of(1));
    third.resume(0, 0.9, 5);
    expect(third.raised(0)).toEqual({ by: most, since: 5 });
  });
});

describe('an engine that follows', () => {
  const { calibration, detectors } = calibrateNow(optionsOf(2.4, 3), () => plant(3, 1));
  const thresholds = thresholdsOf(calibration);
  const limit = thresholds['deviation']?.['T0']?.begin ?? Number.NaN;
  const options = { detectors, thresholds, tags, groups: [] };

  /** Normal noise in every tag but the constant one; `shift` is added to T0, in its standard deviations. */
  function* plant(days: number, seed: number, shift: (day: number) => number = () => 0): Generator<Observation> {
    const random = new Random(seed);
    for (let time = 0; time < days * dayMs; time += periodMs) {
      const builder = new BatchBuilder('plc', count);
      for (let i = 0; i < count; i++) {
        const value = i === count - 1 ? 5 : 10 ** i * random.normal() + (i === 0 ? shift(time / dayMs) : 0);
        builder.add(i, value, Quality.Good, time, time);
      }
      yield observeBatch(builder.publish());
    }
  }

  const begun = (engine: Engine, observations: Iterable<Observation>): number[] => {
    const times: number[] = [];
    for (const observation of observations)
      for (const { change, finding } of engine.observe(observation))
        if (change === 'begin' && finding.channel === 'T0') times.push(finding.beganAt / dayMs);
    return times;
  };
  const engineThatFollows = (): FollowingEngine => createFollowingEngine({ ...options, detectors: calibrated() });
  /** Detectors have running state of their own, so each engine gets its own. */
  const calibrated = () =>
    detectors.map((entry) => {
      const detector = factory().create();
      detector.restore(entry.detector.snapshot());
      return { ...entry, detector };
    });

  it('keeps nothing for channels without a calibration', () => {
    const placesOf = (of: typeof thresholds): number | undefined =>
      createFollowingEngine({ ...options, thresholds: of, detectors: calibrated() }).snapshot().following?.highest.length;
    expect([placesOf(thresholds), placesOf({})]).toEqual([count, 0]);
  });

  it('keeps the budget through a seasonal change that would exceed it', () => {
    const season = (day: number): number => 0.7 * limit * Math.sin((Math.PI * Math.min(day, 120)) / 240);
    const days = 150;
    const standing = begun(createEngine({ ...options, detectors: calibrated() }), plant(days, 7, season));
    const engine = engineThatFollows();
    const following = begun(engine, plant(days, 7, season));
    expect(standing.length / days).toBeGreaterThan(2.4);
    expect(following.length / days).toBeLessThanOrEqual(2.4);
    expect(engine.followed().find(({ channel }) => channel === 'T0')?.by).toBeGreaterThan(0.3);
  });

  it('detects a drift faster than the rate', () => {
    const from = 10;
    // three times the rate: the daily gain of the threshold is a third of that of the value
    const drift = (day: number): number => Math.max(0, day - from) * 3 * mostPerDay * limit;
    const [first = Number.POSITIVE_INFINITY] = begun(engineThatFollows(), plant(60, 9, drift)).filter((day) => day > from);
    expect(first - from).toBeLessThan(1 / (2 * mostPerDay));
  });

  it('is frozen while any finding is open', () => {
    const engine = engineThatFollows();
    // one tag leaves its range permanently after five days: its finding stays open
    let before: readonly FollowedThreshold[] = [];
    for (const observation of plant(40, 11, (day) => Math.max(0, day - 6) * 0.01 * limit)) {
      if (observation.kind !== 'batch') continue;
      const { batch } = observation;
      const builder = new BatchBuilder('plc', count);
      const time = batch.receiveTime[0] as number;
      for (let i = 0; i < count; i++) {
        const broken = i === 1 && time > 5 * dayMs;

        builder.add(i, broken ? 1e6 : (batch.value[i] as number), Quality.Good, time, time);
      }
      engine.observe(observeBatch(builder.publish()));
      if (time === 5 * dayMs) before = engine.followed();
    }
    expect(engine.open().map(({ channel }) => channel)).toContain('T1');
    expect(engine.followed()).toEqual(before);
  });

  it('does not follow tags out of service, until they are in service again', () => {
    const drift = (day: number): number => 0.01 * limit * Math.max(0, day - 4);
    const engine = engineThatFollows();
    engine.observe(observeEvent({ type: 'maintenance', time: 0, tags: [0], text: 'pump is out' }));
    const moved = (): boolean => engine.followed().some(({ channel }) => channel === 'T0');
    for (const observation of plant(25, 15, drift)) engine.observe(observation);
    expect(moved()).toBe(false);
    engine.observe(observeEvent({ type: 'maintenance', time: 25 * dayMs, tags: [], text: 'pump is back' }));
    for (const observation of plant(40, 15, drift))
      if (observation.kind === 'batch' && (observation.batch.receiveTime[0] as number) > 25 * dayMs) engine.observe(observation);
    expect(moved()).toBe(true);
  });

  it('reports the changed thresholds once a day, and continues from a snapshot or from the record', () => {
    const drift = (day: number): number => 0.01 * limit * Math.max(0, day - 4);
    const engine = engineThatFollows();
    const news: number[] = [];
    for (const observation of plant(20, 13, drift)) {
      engine.observe(observation);
      const told = engine.news();
      if (told !== undefined) news.push(told.length);
    }
    expect(news.length).toBeGreaterThan(5);
    expect(news.length).toBeLessThanOrEqual(17);
    const [moved] = engine.followed();
    expect(moved?.by).toBeGreaterThan(0.03);
    const restored = engineThatFollows();
    restored.restore(structuredClone(engine.snapshot()));
    expect(restored.followed()).toEqual(engine.followed());
    expect(createFollowingEngine({ ...options, followed: engine.followed() }).followed()).toEqual(engine.followed());
    const next = observeEvent({ type: 'tick', time: 20 * dayMs });
    expect(restored.observe(next)).toEqual(engine.observe(next));
    expect(restored.snapshot()).toEqual(engine.snapshot());
  });
});
