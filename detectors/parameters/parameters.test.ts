import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Detector } from '../../src/core/detector.ts';
import { type Observation, observeEvent } from '../../src/core/observation.ts';
import type { ReferenceEvent, ReferenceValue } from '../../src/core/reference.ts';
import type { WireWriteEvent } from '../../src/core/wire.ts';
import { make, observed, scored, tagOf, targetOf } from '../../test/support/detectors.ts';
import { parameters as plugin } from './index.ts';
import { differsAfter, type Step } from './parameters.twin.ts';

const tags = [
  tagOf('P1.GAIN', { description: 'Pump 1 gain', role: 'parameter', unit: '', decimals: 1 }),
  tagOf('CL.SP', { description: 'Chlorine set-point', role: 'setpoint', unit: 'mg/L', decimals: 2 }),
  tagOf('AL.EN', {
    description: 'High level alarm',
    kind: 'discrete',
    role: 'parameter',
    unit: '',
    states: { 0: 'disabled', 1: 'enabled' },
  }),
  tagOf('LT01'),
];
const [gain, setpoint, enable, level] = [0, 1, 2, 3];
const at = (second: number): number => Date.UTC(2026, 10, 30, 17, 31) + second * 1_000;
const poll = (second: number, tag: number, value: number): Observation => observed({ tag, time: at(second), value });
const approved = (second: number, values: readonly ReferenceValue[], more: Partial<ReferenceEvent> = {}): Observation =>
  observeEvent({
    type: 'reference',
    time: at(second),
    version: 3,
    approvedAt: Date.UTC(2026, 10, 29),
    role: 'engineer',
    values,
    ...more,
  });
const write = (second: number, tag: number, more: Partial<WireWriteEvent> = {}): Observation =>
  observeEvent({
    type: 'wire-write',
    time: at(second),
    tap: 'tap',
    ends: { client: '10.0.0.66', server: '10.0.0.11', port: 502, protocol: 'modbus', device: 'PLC-1' },
    operation: 'FC6',
    target: 'holding 12',
    tag,
    after: 2.5,
    accepted: true,
    ...more,
  });
const values = [
  { tag: 'P1.GAIN', value: 1.2 },
  { tag: 'CL.SP', value: 1, low: 0.8, high: 1.2 },
  { tag: 'AL.EN', value: 1 },
];
const fresh = (): Detector => make(plugin, targetOf(tags));
/** Keys of the channels that are anomalous after the observations. */
function differing(detector: Detector, observations: readonly Observation[]): string[] {
  const last = new Map(scored(detector, observations).map(({ channel, surprise }) => [channel, surprise]));
  return [...last].flatMap(([channel, surprise]) => (surprise >= 1 ? [detector.channels[channel]?.key ?? ''] : []));
}
const sentence = (detector: Detector, channel: number): string => detector.explain(channel).sentence;

describe('parameters', () => {
  it('judges nothing without a reference set, and no measurement with one', () => {
    expect(fresh().channels.map(({ key }) => key)).toEqual(['P1.GAIN', 'CL.SP', 'AL.EN']);
    expect(differing(fresh(), [poll(0, gain, 1.2), poll(1, gain, 99), poll(1, level, 99)])).toEqual([]);
    expect(differing(fresh(), [approved(0, [{ tag: 'LT01', value: 1 }]), poll(1, level, 99), poll(1, gain, 99)])).toEqual([]);
  });

  it('finds another value, and names the value, the writer, the reference and its approval', () => {
    const detector = fresh();
    expect(differing(detector, [approved(0, values), poll(1, gain, 1.2), write(54, gain), poll(55, gain, 2.5)])).toEqual([
      'P1.GAIN',
    ]);
    expect(detector.explain(0)).toMatchObject({
      title: 'Pump 1 gain is not its reference value',
      sentence:
        'Pump 1 gain is 2.5 since 17:31:55 UTC, written by 10.0.0.66. Reference value 1.2 (version 3, approved 2026-11-29 by an engineer).',
      contributions: [{ tag: 'P1.GAIN', measured: 2.5, expected: 1.2 }],
      normalIf: 'it were 1.2',
      techniques: ['T0836', 'T1692.001'],
    });
  });

  it('names no writer of a refused write, of another tag, or of one long before', () => {
    for (const unrelated of [write(200, gain, { accepted: false }), write(200, enable), write(-900, gain)]) {
      const detector = fresh();
      differing(detector, [approved(-950, values), unrelated, poll(200, gain, 2.5)]);
      expect(sentence(detector, 0)).not.toContain('written by');
    }
  });

  it('lets operators move a set-point within its allowed span', () => {
    const detector = fresh();
    expect(differing(detector, [approved(0, values), poll(1, setpoint, 0.8), poll(2, setpoint, 1.2)])).toEqual([]);
    expect(differing(detector, [poll(3, setpoint, 0.3)])).toEqual(['CL.SP']);
    expect(sentence(detector, 1)).toContain('Reference value 1.00 mg/L, allowed 0.80 mg/L to 1.20 mg/L');
    expect(detector.explain(1).normalIf).toBe('it were between 0.80 mg/L and 1.20 mg/L');
  });

  it('compares states exactly, and names the technique of a disabled alarm', () => {
    const detector = fresh();
    expect(differing(detector, [approved(0, values), poll(1, enable, 0)])).toEqual(['AL.EN']);
    expect(sentence(detector, 2)).toContain('High level alarm is disabled since 17:31:01 UTC. Reference value enabled');
    expect(detector.explain(2).techniques).toContain('T0838');
  });

  it('ends when the value is the reference again, and when a new reference set has it, without waiting for a poll', () => {
    const detector = fresh();
    expect(differing(detector, [approved(0, values), poll(1, gain, 2.5), poll(2, gain, 1.2)])).toEqual([]);
    expect(differing(detector, [poll(3, gain, 2.5)])).toEqual(['P1.GAIN']);
    expect(scored(detector, [approved(4, [{ tag: 'P1.GAIN', value: 2.5 }])])).toEqual([{ channel: 0, time: at(4), surprise: 0 }]);
    expect(differing(detector, [poll(5, gain, 1.2)])).toEqual(['P1.GAIN']);
    expect(differing(detector, [approved(6, [])])).toEqual([]);
  });

  it('keeps the reference set and the writer over a restart, and begins of differences over a gap', () => {
    const before = fresh();
    differing(before, [approved(0, values), write(1, gain), poll(2, gain, 2.5)]);
    const after = fresh();
    after.restore(structuredClone(before.snapshot()));
    expect(differing(after, [poll(4_000, gain, 2.5)])).toEqual(['P1.GAIN']);
    expect(sentence(after, 0)).toContain('is 2.5 since 17:31:02 UTC, written by 10.0.0.66');
  });

  it('equals its twin on any course', () => {
    const value = fc.constantFrom(0.8, 0.7996, 0.7994, 1, 1.0004, 1.0006, 1.2, 1.2004, 2);
    const set = fc.constantFrom(
      [],
      [{ tag: 'A', value: 1 }],
      [{ tag: 'A', value: 1, low: 0.8, high: 1.2 }],
      [{ tag: 'B', value: 2 }],
    );
    const step = fc.oneof(
      value.map((one) => ({ value: one })),
      set.map((all) => ({ all })),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (course) => {
        const steps = course.map(
          (one, i): Step =>
            'value' in one ? one : { type: 'reference', time: at(i), version: 1, approvedAt: 0, role: 'admin', values: one.all },
        );
        const detector = make(plugin, targetOf([tagOf('A', { role: 'parameter' })]));
        let score = 0;
        const actual = steps.map((one, i) => {
          const observation = 'value' in one ? observed({ time: at(i), value: one.value }) : observeEvent(one);
          score = scored(detector, [observation]).at(-1)?.surprise ?? score;
          return score >= 1;
        });
        expect(actual).toEqual(differsAfter('A', steps));
      }),
    );
  });
});
