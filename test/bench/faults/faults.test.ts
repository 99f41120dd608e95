import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { type Tag, TagTable } from '../../../src/core/tag.ts';
import { damped, hourlySpike, noisier, ofNoise } from './changes.ts';
import type { Change, Victim } from './fault.ts';
import { faults } from './list.ts';
import { victimOf, victimsOf } from './victims.ts';

const scanMs = 10_000;
const hourMs = 3_600_000;
const hours = 6;
const onset = hourMs;

const tagOf = (name: string, more: Partial<Tag>): Tag =>
  ({ name, device: 'd', kind: 'discrete', role: 'status', scanMs, ...more }) as Tag;
const victim = (tag: Tag, valueOf: (index: number) => number, turn = 0.25): Victim =>
  victimOf(
    tag,
    Array.from({ length: (hours * hourMs) / scanMs }, (_, i) => ({ time: i * scanMs, value: valueOf(i) })),
    turn,
  );

const random = new Random(3);
const noisy = victim(tagOf('FT', { kind: 'analog', role: 'measurement', range: { low: 0, high: 100 } }), (i) =>
  Number((50 + (i > 1_000 ? 5 : 0) + random.normal()).toFixed(2)),
);

/** From the onset on. */
const shown = (of: Victim, change: Change): (number | undefined)[] =>
  of.samples.flatMap(({ time }, index) => (time >= onset ? [change(of, index, time - onset)] : []));
const noiseOf = (values: readonly (number | undefined)[]): number =>
  victim(noisy.tag, (i) => values[i % values.length] ?? Number.NaN).noise;

describe('faults of single tags', () => {
  it('know the noise of a measurement in spite of its steps, and its resolution', () => {
    expect(noisy.noise).toBeGreaterThan(0.9);
    expect(noisy.noise).toBeLessThan(1.1);
    expect(noisy.step).toBeCloseTo(0.01, 9);
  });

  it('multiply and damp the noise as they say', () => {
    const deviation = (values: readonly number[]): number => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    };
    const settled = (change: Change): number => deviation((shown(noisy, change) as number[]).slice(1_000));
    const own = settled((of, index) => of.samples[index]?.value);
    const doubled = noiseOf(shown(noisy, noisier(2))) / noisy.noise;
    expect(doubled).toBeGreaterThan(1.9);
    expect(doubled).toBeLessThan(2.1);
    for (const [share, least, most] of [
      [0.5, 0.46, 0.54],
      [0.1, 0.08, 0.12],
    ] as const) {
      expect(settled(damped(share)) / own).toBeGreaterThan(least);
      expect(settled(damped(share)) / own).toBeLessThan(most);
    }
    expect(shown(noisy, damped(0.1))[0]).toBeCloseTo(noisy.samples[onset / scanMs]?.value ?? 0, 9);
  });

  it('spoil one sample an hour, when the turn of the tag has come', () => {
    const spoilt = shown(noisy, hourlySpike(ofNoise(10))).flatMap((value, i) => {
      const off = (value ?? 0) - (noisy.samples[i + onset / scanMs]?.value ?? 0);
      return Math.abs(off) < 0.02 ? [] : [{ i, off: Math.abs(off) / noisy.noise }];
    });
    expect(spoilt.map(({ i }) => i * scanMs)).toEqual([0.25, 1.25, 2.25, 3.25, 4.25].map((hour) => hour * hourMs));
    for (const { off } of spoilt) expect(off).toBeCloseTo(10, 1);
  });

  it('fall on those that can have them, and show in each of them', () => {
    const twoStates = { states: { 0: 'stopped', 1: 'running' } };
    const late = 4 * 360;
    const of = [
      noisy,
      victim(tagOf('P1.CMD', { role: 'command', ...twoStates }), (i) => (i < late ? 0 : 1)),
      victim(tagOf('P1.RUN', twoStates), (i) => (i < late ? 0 : 1)),
      victim(tagOf('P2.RUN', twoStates), () => 1),
      victim(tagOf('MODE', { states: { 0: 'stop', 1: 'run', 2: 'program' } }), () => 1),
      victim(tagOf('WORD', {}), (i) => (i < 2 * 360 ? 5 : 9)),
      victim(tagOf('HRS', { kind: 'counter' }), (i) => i),
    ];
    const tags = new TagTable(of.map(({ tag }) => tag));
    const names = Object.fromEntries(
      faults.map((fault) => [fault.victims, [...victimsOf(fault, tags, of, onset)].map((index) => tags.at(index).name)]),
    );
    expect(names).toEqual({
      measurements: ['FT'],
      'one measurement of each device': ['FT'],
      counters: ['HRS'],
      'commanded pumps': ['P1.RUN'],
      contacts: ['P1.RUN', 'P2.RUN'],
      'changing statuses': ['P1.RUN', 'WORD'],
      'status words': ['MODE', 'WORD'],
    });
    for (const fault of faults)
      for (const index of victimsOf(fault, tags, of, onset)) {
        const one = of[index] as Victim;
        const genuine = one.samples.filter(({ time }) => time >= onset).map(({ value }) => value);
        expect(shown(one, fault.change), `${fault.name}: ${one.tag.name}`).not.toEqual(genuine);
      }
    const codes = faults.find(({ victims }) => victims === 'status words')?.change as Change;
    expect([of[4], of[5]].map((one) => shown(one as Victim, codes)[0])).toEqual([3, 10]);
  });
});
