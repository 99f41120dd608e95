import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DeviceHealthEvent, type DeviceState, type Observation, observeEvent } from '../../src/core/observation.ts';
import { Quality } from '../../src/core/quality.ts';
import { calibrate, make, scored, tagOf, targetOf } from '../../test/support/detectors.ts';
import { scoreByTwin } from './device-health.twin.ts';
import { deviceHealth } from './index.ts';

const target = targetOf([tagOf('A'), tagOf('B', { device: 'RTU-2' })]);
const stateEvent = (second: number, state: DeviceState, device = 'PLC-1') =>
  ({ type: 'device', time: second * 1_000, device, state, reason: 'test' }) as const;
const state = (second: number, name: DeviceState, device = 'PLC-1'): Observation =>
  observeEvent(stateEvent(second, name, device));
const tick = (second: number): Observation => observeEvent({ type: 'tick', time: second * 1_000 });
const health = (second: number, more: Partial<DeviceHealthEvent> = {}): Observation =>
  observeEvent({
    type: 'device-health',
    time: second * 1_000,
    device: 'PLC-1',
    intervalMs: 10_000,
    requests: 20,
    errors: 0,
    bytes: 1_200,
    latencyMs: 5,
    latencyMaxMs: 20,
    ageMs: 500,
    budgetUsed: 0.1,
    ...more,
  });
const ticks = (from: number, to: number): Observation[] => Array.from({ length: to - from }, (_, i) => tick(from + i));
const fresh = () => make(deviceHealth, target);
const of = (detector: ReturnType<typeof fresh>, observations: readonly Observation[], device = 0): number[] =>
  scored(detector, observations).flatMap(({ channel, surprise }) => (channel === device ? [surprise] : []));

describe('device-health', () => {
  it('has one channel for each device, whatever the number of its tags', () => {
    expect(fresh().channels.map(({ key, device }) => [key, device])).toEqual([
      ['PLC-1', 'PLC-1'],
      ['RTU-2', 'RTU-2'],
    ]);
  });

  it('finds a device without answers after its time, and ends the finding at once when it answers', () => {
    const detector = fresh();
    const scores = of(detector, [state(0, 'up'), state(10, 'silent'), ...ticks(11, 25)]);
    expect(scores.slice(0, 2)).toEqual([0, 0]);
    expect(scores.findIndex((score) => score >= 1)).toBe(scores.length - 5);
    expect(detector.explain(0)).toMatchObject({
      sentence: 'PLC-1 has not answered for 14 s. Its tags show their last values. Normal: it answers each request.',
      title: 'PLC-1 does not answer',
    });
    expect(of(detector, [state(26, 'up')])).toEqual([0]);
  });

  it('finds a device that answers with bad values alone, also at a first connection', () => {
    const bad = observeEvent({ ...stateEvent(3, 'silent'), quality: Quality.BadDeviceFailure });
    const detector = fresh();
    expect(of(detector, [state(0, 'connecting'), bad, tick(9), tick(12)]).at(-1)).toBeGreaterThan(1);
    expect(detector.explain(0)).toMatchObject({
      sentence: 'PLC-1 answers, but no value has been good for 12 s: BadDeviceFailure. Normal: its values are good.',
      title: 'PLC-1 has no good value',
    });
    of(detector, [state(13, 'down'), tick(14)]);
    expect(detector.explain(0).title).toBe('PLC-1 does not answer');
  });

  it('counts the time without answers across reconnects, and separately for each device', () => {
    const detector = fresh();
    const flapping = [state(0, 'up'), state(1, 'silent'), state(5, 'down'), state(9, 'connecting'), tick(12)];
    expect(of(detector, flapping).at(-1)).toBeCloseTo(1.1, 9);
    expect(of(detector, [tick(13)], 1)).toEqual([0]);
  });

  it('extends the time limit of a device by the delay of the monitor itself, and finds a device beyond that', () => {
    const late = (second: number, lateMs: number): Observation =>
      observeEvent({
        type: 'punctuality',
        time: second * 1_000,
        lateMs,
        allowMs: 2 * lateMs,
        speed: 1,
        cause: 'polls begin late',
      });
    const detector = fresh();
    const silent = [state(0, 'up'), late(9, 8_000), state(10, 'silent'), ...ticks(11, 30)];
    expect(Math.max(...of(detector, silent))).toBeLessThan(0.5);
    expect(of(detector, ticks(30, 40)).at(-1)).toBeGreaterThan(1);
    expect(detector.explain(0).sentence).toContain('has not answered for 29 s');
  });

  it('gives a device real seconds for an answer, at any speed of plant time', () => {
    const fast = observeEvent({ type: 'punctuality', time: 0, lateMs: 0, allowMs: 29_500, speed: 60, cause: '' });
    const detector = fresh();
    expect(of(detector, [fast, state(0, 'up'), state(10, 'silent'), tick(600)]).at(-1)).toBeLessThan(1);
    const restored = fresh();
    restored.restore(structuredClone(detector.snapshot()));
    expect(of(restored, [tick(641)]).at(-1)).toBeGreaterThan(1);
  });

  it('judges no failed or slow request of a period in which the monitor was late', () => {
    const late = (second: number, lateMs: number): Observation =>
      observeEvent({
        type: 'punctuality',
        time: second * 1_000,
        lateMs,
        allowMs: 2 * lateMs,
        speed: 1,
        cause: 'polls begin late',
      });
    const bad = { requests: 20, errors: 20 };
    const detector = fresh();
    const scores = of(detector, [late(0, 8_000), health(10, bad), health(20, bad), late(25, 0), health(30, bad)]);
    expect(scores).toEqual([0, 0, 0]);
    expect(of(detector, [health(40, bad), health(50, bad), health(60, bad)]).at(-1)).toBeGreaterThan(1);
  });

  it('waits longer for a first connection', () => {
    const detector = fresh();
    expect(of(detector, [state(0, 'connecting'), tick(30), tick(61)])).toEqual([0, 0.5, expect.closeTo(61 / 60, 9)]);
    expect(detector.explain(0).sentence).toBe(
      'PLC-1 has not answered since the start 1 min 1 s ago. Normal: it answers each request.',
    );
  });

  it('finds many failed requests over several reports, but not one bad report', () => {
    const detector = fresh();
    const bad = { requests: 20, errors: 20 };
    const scores = of(detector, [health(10, bad), health(20, bad), health(30, bad)]);
    expect(scores[0]).toBeLessThan(1);
    expect(scores[2]).toBeGreaterThan(1);
    expect(detector.explain(0).title).toBe('PLC-1 fails 70 % of requests');
    expect(of(fresh(), [health(10, { requests: 2, errors: 2 }), health(20, { requests: 2, errors: 2 })])).toEqual([0, 0]);
  });

  it('finds answers far slower than in the calibration, once it has learned some', () => {
    expect(of(fresh(), [health(10, { latencyMs: 9_000 })])).toEqual([0]);
    const detector = fresh();
    calibrate(deviceHealth, detector, [health(0), health(10, { latencyMs: 80 })]);
    expect(of(detector, [health(20, { latencyMs: 500 }), health(30, { latencyMs: 1_600 })])).toEqual([
      expect.closeTo(500 / 800, 9),
      2,
    ]);
    expect(detector.explain(0).sentence).toBe('PLC-1 takes 1.6 s to answer. Normal: at most 80 ms.');
  });

  it('uses a latency that a person has edited', () => {
    const detector = fresh();
    calibrate(deviceHealth, detector, [health(0, { latencyMs: 80 })]);
    expect(detector.facts?.()).toMatchObject([
      { channel: 'PLC-1', unit: 's', figures: { slowest: 0.08 }, editable: ['slowest'] },
    ]);
    detector.amend?.('PLC-1', '', { slowest: 0.4 });
    expect(of(detector, [health(20, { latencyMs: 1_600 })])).toEqual([expect.closeTo(0.4, 9)]);
    expect(() => detector.amend?.('PLC-1', '', { slowest: 0 })).toThrow('slowest cannot be 0');
    expect(() => detector.amend?.('RTU-2', '', { slowest: 1 })).toThrow('has no such baseline entry of RTU-2');
  });

  it('ignores unknown devices', () => {
    expect(of(fresh(), [state(0, 'down', 'GHOST'), tick(60)])).toEqual([0]);
  });

  it('equals its twin, which uses all events', () => {
    const config = deviceHealth.schema.parse({});
    const odd = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 1e308, -7);
    const kind = fc.oneof(
      fc.record({ as: fc.constant('tick' as const) }),
      fc.record({ as: fc.constantFrom<DeviceState>('connecting', 'up', 'silent', 'down') }),
      fc.record({
        as: fc.constant('health' as const),
        requests: fc.oneof(fc.nat(30), odd),
        errors: fc.oneof(fc.nat(30), odd),
        latencyMs: fc.oneof(fc.constantFrom(0, 5, 900), odd),
      }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -30, max: 40 }), kind), { minLength: 1, maxLength: 40, size: 'max' }),
        fc.boolean(),
        (steps, learned) => {
          const detector = fresh();
          if (learned) calibrate(deviceHealth, detector, [health(0), health(10)]);
          let second = 0;
          const observations = steps.map(([wait, step]) => {
            second += wait;
            if (step.as === 'tick') return tick(second);
            return step.as === 'health' ? health(second, step) : state(second, step.as);
          });
          observations.forEach((observation, i) => {
            const score = of(detector, [observation]).at(-1);
            const events = observations.slice(0, i + 1).flatMap((each) => (each.kind === 'event' ? [each.event] : []));
            expect(score).toBeCloseTo(scoreByTwin('PLC-1', events, config, learned ? 5 : 0), 9);
          });
        },
      ),
      { seed: 17, numRuns: 200 },
    );
  });
});
