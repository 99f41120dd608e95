import { describe, expect, it } from 'vitest';
import type { Detector, DetectorTarget } from '../core/detector.ts';
import type { Explanation } from '../core/finding.ts';
import { Quality } from '../core/quality.ts';
import type { Tag, TagModes } from '../core/tag.ts';
import { batchOf, calibrate, type Sample, scored, tagOf, targetOf } from '../../test/support/detectors.ts';
import { observeBatch, type Observation } from '../core/observation.ts';
import { Columns } from './columns.ts';
import { raise } from './grade.ts';
import type { Samples } from './samples.ts';
import { type Memory, TagDetector } from './tag-detector.ts';
import { called } from './words.ts';

const modes: TagModes = { tag: 'RUN', of: { 0: 'stopped', 1: 'running' }, settleMs: 5_000 };
const tags: readonly Tag[] = [
  tagOf('RUN', { kind: 'discrete', role: 'status' }),
  tagOf('AMP', { description: 'Current', modes }),
  tagOf('SP', { role: 'setpoint', modes }),
];

class Last implements Memory {
  readonly state: Columns;
  readonly value: Float64Array;

  constructor(channels: number) {
    this.state = new Columns(channels);
    this.value = this.state.add('value', 1, Number.NaN);
  }

  advance({ length, channel, value }: Samples): void {
    for (let i = 0; i < length; i++) this.value[channel[i] as number] = value[i] as number;
  }
}

/** Surprise is the value in units of the largest that was learned. */
class Largest extends TagDetector<Last> {
  readonly #largest = this.baseline.add('largest');

  constructor(target: DetectorTarget) {
    super(
      'largest',
      target,
      ({ kind }) => kind === 'analog',
      2,
      (list) => new Last(list.length),
    );
  }

  protected absorb({ length, channel, value }: Samples): void {
    for (let i = 0; i < length; i++) raise(this.#largest, channel[i] as number, value[i] as number);
  }

  protected judge({ length, channel, value }: Samples, surprise: Float64Array): void {
    for (let i = 0; i < length; i++) surprise[i] = (value[i] as number) / (this.#largest[channel[i] as number] as number);
  }

  explain(channel: number): Explanation {
    const name = called(this.tags[channel] as Tag);
    return { sentence: `${name} is high.`, title: name, contributions: [], normalIf: 'it were lower', techniques: [] };
  }
}

const plugin = {
  type: 'largest',
  summary: 'A test.',
  input: 'sample',
  passes: 1,
  threshold: 'statistical',
} as never;

/** Seconds of a pump: the value of its contact, its current and its set-point. */
function seconds(from: number, rows: readonly (readonly [run: number, amp: number])[], quality = 0): Observation[] {
  return rows.map(([run, amp], i) => {
    const time = 1_000 * (from + i);
    const samples: Sample[] = [
      { tag: 1, time, value: amp },
      { tag: 2, time, value: 1 },
      { tag: 0, time, value: run, quality },
    ];
    return observeBatch(batchOf(samples));
  });
}
const many = (count: number, run: number, amp: number) => Array.from({ length: count }, () => [run, amp] as const);

function learned(): Detector {
  const detector = new Largest(targetOf(tags));
  calibrate(plugin, detector, seconds(0, [...many(20, 0, 0.5), ...many(20, 1, 50), ...many(20, 0, 0.5)]));
  return detector;
}

const reportsOf = (detector: Detector, observations: readonly Observation[]) =>
  scored(detector, observations).map(({ channel, time, surprise }) => [detector.channels[channel]?.key, time / 1_000, surprise]);

describe('modes', () => {
  it('are channels of their own, with their own baselines', () => {
    const detector = learned();
    expect(detector.channels.map(({ key }) => key)).toEqual(['AMP/stopped', 'AMP/running', 'AMP', 'SP']);
    const reports = reportsOf(detector, seconds(100, [...many(7, 0, 5), ...many(7, 1, 50)]));
    const judged = reports.filter(([key, , surprise]) => String(key).includes('/') && surprise !== 0);
    // settled after five seconds in each; the last sample in a mode is held until its mode is confirmed
    expect(judged).toEqual([
      ['AMP/stopped', 105, 10],
      ['AMP/running', 112, 1],
    ]);
  });

  it('are watched together too, from the first sample on, with the limits of all modes', () => {
    const together = reportsOf(learned(), seconds(100, many(4, 7, 99))).filter(([key]) => key === 'AMP');
    expect(together).toEqual([100, 101, 102].map((time) => ['AMP', time, 99 / 50]));
  });

  it('do not assign the beginning of one to the end of another when its contact is read late', () => {
    const early = seconds(100, [...many(9, 0, 0.5), [0, 50], ...many(9, 1, 50), [1, 0.5], ...many(9, 0, 0.5)]);
    const judged = reportsOf(learned(), early).filter(([key]) => key !== 'SP');
    expect(Math.max(...judged.map(([, , surprise]) => Number(surprise)))).toBe(1);
  });

  it('have their names in texts', () => {
    expect(learned().explain(1).sentence).toBe('Current (running) is high.');
  });

  it('end a deviation in another mode', () => {
    const reports = reportsOf(learned(), seconds(100, [...many(7, 0, 5), ...many(7, 1, 50)]));
    const after = reports.filter(([key, time]) => key === 'AMP/stopped' && Number(time) > 106);
    expect(after).toHaveLength(7);
    expect(after.every(([, , surprise]) => surprise === 0)).toBe(true);
  });

  it('are not judged while unknown: before the first, at an unknown value, of bad quality', () => {
    expect(
      reportsOf(learned(), seconds(100, many(10, 7, 99))).filter(([key, , s]) => String(key).includes('/') && s !== 0),
    ).toEqual([]);
    const bad = seconds(100, many(10, 1, 99), Quality.BadDeviceFailure);
    expect(reportsOf(learned(), bad).filter(([key, , s]) => String(key).includes('/') && s !== 0)).toEqual([]);
  });

  it('report the number of stays that they learned from, however often these were read', () => {
    expect([0, 1, 2].map((channel) => learned().stays?.(channel))).toEqual([2, 1, undefined]);
    const detector = new Largest(targetOf(tags));
    const twice = { ...(plugin as object), passes: 2 } as never;
    calibrate(twice, detector, seconds(0, [...many(20, 0, 0.5), ...many(20, 1, 50), ...many(20, 0, 0.5)]));
    expect([0, 1].map((channel) => detector.stays(channel))).toEqual([2, 1]);
  });

  it('report a different surprise for a calm mode and for one in which the equipment is not', () => {
    const reports = reportsOf(learned(), seconds(100, [...many(9, 0, 0), ...many(9, 1, 50)]));
    const calm = reports.filter(([key]) => key === 'AMP/stopped').map(([, time, surprise]) => [time, Number(surprise) > 0]);
    expect(calm.filter(([, inMode]) => inMode).map(([time]) => time)).toEqual([105, 106, 107]);
  });

  it('may be defined by a measurement that is at rest or not', () => {
    const flow: TagModes = { tag: 'RUN', of: { 0: 'stopped' }, otherwise: 'running', settleMs: 5_000 };
    const detector = new Largest(targetOf([tagOf('RUN'), tagOf('AMP', { modes: flow }), tagOf('SP', { role: 'setpoint' })]));
    calibrate(plugin, detector, seconds(0, [...many(20, 0, 0.5), ...many(20, 31.7, 50), ...many(20, 0, 0.5)]));
    const rows = [...many(7, 0, 5), ...many(7, 12.3, 50), ...many(7, Number.NaN, 50)];
    const reports = reportsOf(detector, seconds(100, rows));
    const judged = reports.filter(([key, , surprise]) => String(key).startsWith('AMP/') && Number(surprise) > 1e-6);
    expect(judged).toEqual([
      ['AMP/stopped', 105, 10],
      ['AMP/running', 112, 1],
    ]);
  });

  it('may be defined by a measurement with noise at rest', () => {
    const flow: TagModes = { tag: 'RUN', of: { 0: 'stopped' }, otherwise: 'running', floor: 4, settleMs: 5_000 };
    const detector = new Largest(targetOf([tagOf('RUN'), tagOf('AMP', { modes: flow }), tagOf('SP', { role: 'setpoint' })]));
    calibrate(plugin, detector, seconds(0, [...many(20, 0.3, 0.5), ...many(20, 31.7, 50), ...many(20, -0.2, 0.5)]));
    const reports = reportsOf(detector, seconds(100, [...many(3, 4, 5), ...many(4, -7, 5), ...many(7, 4.1, 50)]));
    const judged = reports.filter(([key, , surprise]) => String(key).startsWith('AMP/') && Number(surprise) > 1e-6);
    expect(judged).toEqual([
      ['AMP/stopped', 105, 10],
      ['AMP/running', 112, 1],
    ]);
  });

  it('continue bit for bit from a snapshot, also in the middle of settling', () => {
    const all = seconds(100, [...many(7, 0, 5), ...many(9, 1, 60)]);
    const [whole, begun, restored] = [learned(), learned(), new Largest(targetOf(tags))];
    scored(begun, all.slice(0, 9));
    restored.restore(structuredClone(begun.snapshot()));
    scored(whole, all.slice(0, 9));
    expect(scored(restored, all.slice(9))).toEqual(scored(whole, all.slice(9)));
    expect(restored.snapshot()).toEqual(whole.snapshot());
  });
});
