import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Detector } from '../../src/core/detector.ts';
import { type Event, type Observation, observeEvent, type PostureEvent } from '../../src/core/observation.ts';
import { make, scored, tagOf, targetOf } from '../../test/support/detectors.ts';
import { posture as plugin } from './index.ts';
import { scoreByTwin } from './posture.twin.ts';

const target = targetOf([tagOf('A'), tagOf('B', { device: 'UA-1' })]);
const fresh = (config: object = {}): Detector => make(plugin, target, config);
const at = (second: number): number => Date.UTC(2026, 4, 5, 6) + second * 1_000;
const tick = (second: number): Observation => observeEvent({ type: 'tick', time: at(second) });
const change = (second: number, more: Partial<PostureEvent> = {}): Observation =>
  observeEvent({
    type: 'posture',
    time: at(second),
    device: 'UA-1',
    subject: 'endpoints',
    before: 'a',
    after: 'b',
    text: 'the server newly offers sessions without security',
    weight: 'alarming',
    ...more,
  });
const identity = (second: number, now: Record<string, string>, previous?: Record<string, string>): Observation =>
  observeEvent({ type: 'identity', time: at(second), device: 'PLC-1', identity: now, previous });
const clock = (second: number, offsetMs: number, device?: string): Observation =>
  observeEvent({ type: 'clock', time: at(second), device, offsetMs });
const alarm = (second: number, condition: string, active: boolean, severity = 700): Observation =>
  observeEvent({
    type: 'device-alarm',
    time: at(second),
    device: 'UA-1',
    source: 'Boiler',
    condition,
    active,
    acknowledged: false,
    severity,
    message: 'pressure high',
  });

/** Highest score of each channel that reached 1. */
function found(detector: Detector, observations: readonly Observation[]): Record<string, number> {
  const best: Record<string, number> = {};
  for (const { channel, surprise } of scored(detector, observations)) {
    const key = detector.channels[channel]?.key ?? '';
    if (surprise >= 1) best[key] = Math.max(best[key] ?? 0, surprise);
  }
  return best;
}
const told = (detector: Detector, key: string) => detector.explain(detector.channels.findIndex((each) => each.key === key));

describe('posture', () => {
  it('finds other firmware and another device, and names the change', () => {
    const detector = fresh();
    const before = { vendor: 'Acme', revision: '1.0', serial: '17' };
    expect(found(detector, [identity(0, before), identity(1, before, before)])).toEqual({});
    expect(found(detector, [identity(2, { ...before, revision: '2.0' }, before)])).toEqual({ 'PLC-1/identity': 2 });
    expect(told(detector, 'PLC-1/identity')).toMatchObject({
      sentence: 'The identity of PLC-1 changed: revision from 1.0 to 2.0 (at 06:00:02 UTC).',
      techniques: ['T1693.001', 'T1693.002'],
    });
    const other = fresh();
    found(other, [identity(0, { ...before, serial: '99' }, before)]);
    expect(told(other, 'PLC-1/identity').techniques).toEqual(['T0830', 'T0849']);
  });

  it('finds changes that collectors report as a warning or as alarming, and ignores notes', () => {
    expect(found(fresh(), [change(0, { weight: 'note' })])).toEqual({});
    expect(found(fresh(), [change(0, { weight: 'warning' })])).toEqual({ 'UA-1/change': 1 });
    const detector = fresh();
    expect(found(detector, [change(0), change(5, { weight: 'warning', text: 'less' })])).toEqual({ 'UA-1/change': 2 });
    expect(told(detector, 'UA-1/change').sentence).toBe(
      'UA-1: the server newly offers sessions without security (since 06:00:00 UTC, 2 reports).',
    );
    const own = { subject: 'own-certificate', weight: 'warning', text: 'our certificate ends in 13 days' } as const;
    expect(found(fresh(), [change(0, own)])).toEqual({ 'UA-1/certificate': 1 });
  });

  it('ends a finding after its time, and a lasting one when it is reported as over', () => {
    const detector = fresh({ holdMs: 60_000 });
    expect(found(detector, [change(0), tick(60)])).toEqual({ 'UA-1/change': 2 });
    expect(found(detector, [tick(61), tick(62)])).toEqual({});
    expect(found(detector, [clock(70, 12_000, 'PLC-1'), tick(5_000)])).toEqual({ 'PLC-1/clock': 2.4 });
    expect(told(detector, 'PLC-1/clock').sentence).toMatch(/^The clock of PLC-1 is 12 s ahead of the clock of the monitor/);
    expect(found(detector, [clock(5_001, 0, 'PLC-1'), tick(5_002)])).toEqual({});
  });

  it("finds a step of the monitor's own clock", () => {
    const detector = fresh();
    expect(found(detector, [clock(0, 1_500)])).toEqual({});
    expect(found(detector, [clock(1, -4_000)])).toEqual({ 'monitor/clock': 2 });
    expect(told(detector, 'monitor/clock').sentence).toContain('was set back by 4 s');
  });

  it('finds a device that restarts again within ten minutes, but not a single restart', () => {
    const restart = (second: number): Observation => change(second, { subject: 'start-time', weight: 'warning' });
    expect(found(fresh(), [restart(0), restart(700), restart(1_400)])).toEqual({});
    const detector = fresh();
    expect(found(detector, [restart(0), restart(300)])).toEqual({ 'UA-1/restart': 1 });
    expect(told(detector, 'UA-1/restart').sentence).toContain('UA-1 restarted 2 times within 10 min');
  });

  it("shows a device's own alarms only if configured, while they are active", () => {
    expect(found(fresh(), [alarm(0, 'high', true)])).toEqual({});
    const detector = fresh({ mirror: true, severity: 500 });
    expect(found(detector, [alarm(0, 'low', true, 400)])).toEqual({});
    expect(found(detector, [alarm(1, 'high', true), alarm(2, 'higher', true, 1_000)])).toEqual({ 'UA-1/mirrored': 2 });
    expect(told(detector, 'UA-1/mirrored').sentence).toContain(
      'UA-1 reports its own alarm Boiler higher: pressure high, and 1 more',
    );
    expect(found(detector, [alarm(3, 'higher', false), tick(9_000)])).toEqual({ 'UA-1/mirrored': 1.4 });
    expect(found(detector, [alarm(9_001, 'high', false), tick(9_002)])).toEqual({});
  });

  it('ignores unknown devices', () => {
    expect(found(fresh(), [change(0, { device: 'GHOST' }), clock(1, 1e9, 'GHOST')])).toEqual({});
  });

  it('equals its twin, which uses all events', () => {
    const weights = fc.constantFrom<PostureEvent['weight']>('note', 'warning', 'alarming');
    const step = fc.oneof(
      fc.record({ as: fc.constant('tick' as const) }),
      fc.record({ as: fc.constant('change' as const), weight: weights }),
      fc.record({ as: fc.constant('restart' as const) }),
      fc.record({
        as: fc.constant('clock' as const),
        offsetMs: fc.constantFrom(0, 4_000, -9_000, 60_000, Number.NaN, Number.POSITIVE_INFINITY),
      }),
      fc.record({
        as: fc.constant('alarm' as const),
        condition: fc.constantFrom('a', 'b'),
        active: fc.boolean(),
        severity: fc.constantFrom(300, 600, 900, Number.NaN, Number.POSITIVE_INFINITY),
      }),
    );
    const keys = ['UA-1/change', 'UA-1/restart', 'UA-1/clock', 'UA-1/mirrored'] as const;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -100, max: 400 }), step), { minLength: 1, maxLength: 40, size: 'max' }),
        (steps) => {
          const detector = fresh({ mirror: true });
          let second = 0;
          const events: Event[] = [];
          for (const [wait, now] of steps) {
            second += wait;
            const observation =
              now.as === 'tick'
                ? tick(second)
                : now.as === 'change'
                  ? change(second, { weight: now.weight })
                  : now.as === 'restart'
                    ? change(second, { subject: 'start-time', weight: 'warning' })
                    : now.as === 'clock'
                      ? clock(second, now.offsetMs, 'UA-1')
                      : alarm(second, now.condition, now.active, now.severity);
            if (observation.kind === 'event') events.push(observation.event);
            scored(detector, [observation]);
            const stands = scored(detector, [tick(second)]);
            for (const key of keys) {
              const channel = detector.channels.findIndex((each) => each.key === key);
              const score = stands.find((each) => each.channel === channel)?.surprise;
              expect([key, score]).toEqual([key, scoreByTwin(key, events)]);
            }
          }
        },
      ),
      { seed: 23, numRuns: 200 },
    );
  });
});
