import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Detector } from '../../src/core/detector.ts';
import { type Observation, observeBatch, observeEvent } from '../../src/core/observation.ts';
import { Random } from '../../src/core/random.ts';
import type { WireReadingsEvent } from '../../src/core/wire.ts';
import { batchOf, make, scored, tagOf, targetOf } from '../../test/support/detectors.ts';
import { scoreByTwin } from './agreement.twin.ts';
import { agreement as plugin } from './index.ts';

const tags = [
  tagOf('CW.LT01', { description: 'Clearwell level', decimals: 2 }),
  tagOf('CW.FT01', { description: 'Flow to network', unit: 'm³/h', decimals: 1, range: { low: 0, high: 500 } }),
  tagOf('P1.RUN', { kind: 'discrete', states: { 0: 'stopped', 1: 'running' }, unit: '' }),
  tagOf('NOTE', { kind: 'text' }),
  tagOf('CL.SP', {
    description: 'Chlorine set-point',
    device: 'ua1',
    role: 'setpoint',
    unit: 'mg/L',
    decimals: 2,
    aliases: [{ device: 'PLC-1', address: {} }],
  }),
];
const target = targetOf(tags);
const hmi = '10.0.0.5';
const start = Date.UTC(2026, 4, 5, 6);
const at = (second: number): number => start + Math.round(second * 1_000);

function readings(second: number, values: Readonly<Record<number, number>>, client = hmi, device = 'PLC-1'): Observation {
  const event: WireReadingsEvent = {
    type: 'wire-readings',
    time: at(second),
    tap: 'tap',
    ends: { client, server: '10.0.0.11', port: 502, protocol: 'modbus', device },
    operation: 'FC3',
    readings: Object.entries(values).map(([tag, value]) => ({ tag: Number(tag), value })),
  };
  return observeEvent(event);
}
const poll = (second: number, values: Readonly<Record<number, number>>, device = 'PLC-1'): Observation =>
  observeBatch(
    batchOf(
      Object.entries(values).map(([tag, value]) => ({ tag: Number(tag), time: at(second), value })),
      device,
    ),
  );
const tick = (second: number): Observation => observeEvent({ type: 'tick', time: at(second) });

type Values = Readonly<Record<number, number>>;
interface Course {
  /** Values by second: those that the monitor polls, at the full second, and those that a client reads, 0.4 s later. */
  readonly polled: (second: number) => Values;
  readonly read: (second: number) => Values;
  readonly clients?: Readonly<Record<string, (second: number) => Values>>;
}
const course = (from: number, to: number, { polled, read, clients = {} }: Course): Observation[] =>
  Array.from({ length: to - from }, (_, i) => from + i).flatMap((second) => [
    poll(second, polled(second)),
    tick(second),
    readings(second + 0.4, read(second + 0.4)),
    ...Object.entries(clients).map(([client, of]) => readings(second + 0.5, of(second + 0.5), client)),
  ]);

/** Second of the first finding on each channel. */
function found(detector: Detector, observations: readonly Observation[]): Record<string, number> {
  const first: Record<string, number> = {};
  for (const { channel, time, surprise } of scored(detector, observations)) {
    const key = detector.channels[channel]?.key ?? '';
    if (surprise >= 1) first[key] ??= (time - start) / 1_000;
  }
  return first;
}
const explained = (detector: Detector) => detector.explain(detector.channels.findIndex(({ key }) => key === 'PLC-1'));
const fresh = (config: object = {}): Detector => make(plugin, target, config);

/** A level with noise of a few millimetres, a flow that a pump starts, and the pump. */
function plantAt(second: number): Values {
  const running = second > 40;
  const noise = new Random(Math.round(second * 10)).normal();
  const flow = running ? 300 * (1 - Math.exp(-(second - 40) / 1.5)) : 0;
  return { 0: 3 + 0.004 * noise + 0.0005 * second, 1: flow + 0.3 * noise, 2: running ? 1 : 0 };
}

describe('agreement', () => {
  it('is silent while another client receives what the monitor polls, also during a pump start and a late reading', () => {
    expect(found(fresh(), course(0, 120, { polled: plantAt, read: plantAt }))).toEqual({});
    expect(found(fresh(), course(0, 120, { polled: plantAt, read: (second) => plantAt(second - 0.9) }))).toEqual({});
    const torn = (second: number): Values => (Math.floor(second) % 10 < 2 ? { 0: 0, 1: 65_535, 2: 7 } : plantAt(second));
    expect(found(fresh(), course(0, 120, { polled: plantAt, read: torn }))).toEqual({});
  });

  it('finds false values of a client within three polls, and names client, values and tags', () => {
    const detector = fresh();
    const lie = (second: number): Values => (second < 20 ? plantAt(second) : { ...plantAt(second), 0: 2.71, 1: 120, 2: 1 });
    expect(found(detector, course(0, 24, { polled: plantAt, read: lie }))).toEqual({ 'PLC-1': 23 });
    const { title, sentence, contributions, techniques, clients } = explained(detector);
    expect(title).toBe('PLC-1 sends 10.0.0.5 other values');
    expect(sentence).toBe(
      'PLC-1 sends 10.0.0.5 120.0 m³/h for Flow to network, but the monitor reads 0.3 m³/h, since 06:00:20 UTC; also CW.LT01 and P1.RUN.',
    );
    expect(contributions.map(({ tag }) => tag)).toEqual(['CW.FT01', 'CW.LT01', 'P1.RUN']);
    expect(contributions[1]).toMatchObject({ measured: expect.closeTo(3.01, 1), expected: 2.71 });
    expect(techniques).toEqual(['T1692.002', 'T0830']);
    // the client is not the one who acts
    expect(clients).toBeUndefined();
  });

  it('ends when the values are the same again', () => {
    const lie = (second: number): Values => (second >= 20 && second < 40 ? { 0: 2 } : plantAt(second));
    const detector = fresh();
    expect(found(detector, course(0, 40, { polled: plantAt, read: lie }))).toEqual({ 'PLC-1': 23 });
    scored(detector, course(40, 42, { polled: plantAt, read: plantAt }));
    expect(found(detector, course(42, 80, { polled: plantAt, read: plantAt }))).toEqual({});
  });

  it('finds a value that no longer changes, and false values in the connection of the monitor', () => {
    const stuck = plantAt(20);
    const flat = course(20, 120, { polled: plantAt, read: () => stuck });
    expect(found(fresh(), [...course(0, 20, { polled: plantAt, read: plantAt }), ...flat])).toEqual({ 'PLC-1': 44 });
    const detector = fresh();
    const lie = (second: number): Values => (second < 20 ? plantAt(second) : { ...plantAt(second), 0: 2.71 });
    expect(found(detector, course(0, 30, { polled: lie, read: plantAt }))).toEqual({ 'PLC-1': 23 });
    expect(explained(detector).sentence).toMatch(
      /^PLC-1 sends 10\.0\.0\.5 3\.\d\d m for Clearwell level, but the monitor reads 2\.71 m/,
    );
  });

  it('names the channel that is alone among several', () => {
    const lie = (second: number): Values => (second < 20 ? plantAt(second) : { ...plantAt(second), 0: 2.71 });
    const client = fresh();
    found(client, course(0, 30, { polled: plantAt, read: lie, clients: { '10.0.0.6': plantAt } }));
    expect(explained(client)).toMatchObject({
      title: 'PLC-1 sends 10.0.0.5 other values',
      sentence: expect.stringMatching(/^PLC-1 sends 10\.0\.0\.5 2\.71 m for .*, but the monitor and 10\.0\.0\.6 read 3\.\d\d m/),
    });
    const monitor = fresh();
    found(monitor, course(0, 30, { polled: lie, read: plantAt, clients: { '10.0.0.6': plantAt } }));
    expect(explained(monitor)).toMatchObject({
      title: 'PLC-1 sends the monitor other values',
      sentence: expect.stringMatching(/^The monitor reads 2\.71 m for .*, but PLC-1 sends 10\.0\.0\.5 and 10\.0\.0\.6 3\.\d\d m/),
    });
  });

  it('compares registers of a controller with the same tag of the server above it', () => {
    const detector = fresh();
    const all = Array.from({ length: 12 }, (_, second) => [
      poll(second, { 4: 1 }, 'ua1'),
      readings(second + 0.4, { 4: second < 6 ? 1 : 0.3 }, '10.0.0.30'),
    ]).flat();
    expect(found(detector, all)).toEqual({ 'PLC-1': 9 });
    expect(explained(detector).sentence).toBe(
      'PLC-1 sends 10.0.0.30 0.30 mg/L for Chlorine set-point, but the monitor (by ua1) reads 1.00 mg/L, since 06:00:06 UTC.',
    );
  });

  it('does not judge while a device is lost or not polled, and after a restart only with new samples', () => {
    const restart = (second: number): Values => (second < 20 ? plantAt(second) : { 0: 0, 1: 0, 2: 0 });
    const down = observeEvent({ type: 'device', time: at(20), device: 'PLC-1', state: 'silent', reason: 'no answers' });
    const up = observeEvent({ type: 'device', time: at(40), device: 'PLC-1', state: 'up', reason: 'answers' });
    const alone = Array.from({ length: 20 }, (_, i) => readings(20 + i, restart(20 + i)));
    const calm = course(0, 20, { polled: plantAt, read: plantAt });
    expect(found(fresh(), [...calm, down, ...alone, up, ...course(40, 80, { polled: restart, read: restart })])).toEqual({});
    expect(found(fresh(), [...calm, ...alone, ...course(40, 80, { polled: restart, read: restart })])).toEqual({});
  });

  it('follows a stretched poll', () => {
    const slow = Array.from({ length: 20 }, (_, i) => 5 * i).flatMap((second) => [
      poll(second, plantAt(second)),
      ...[0.4, 1.4, 2.4, 3.4].map((more) => readings(second + more, second < 60 ? plantAt(second + more) : { 0: 1 })),
    ]);
    const health = { type: 'device-health', device: 'PLC-1', intervalMs: 0, requests: 0, errors: 0, bytes: 0 } as const;
    const stretch = observeEvent({ ...health, time: at(0), latencyMs: 1, latencyMaxMs: 1, ageMs: 0, budgetUsed: 0, stretch: 5 });
    expect(found(fresh(), [stretch, ...slow])).toEqual({ 'PLC-1': 65 });
    expect(found(fresh(), slow)).toEqual({});
  });

  it('widens its window while the monitor is late or plant time runs fast', () => {
    // the client receives each value two seconds before the monitor
    const ahead = (second: number): Values => ({ 2: Math.floor(second / 4) % 2 });
    const behind = (second: number): Values => ahead(second - 2);
    const all = course(0, 60, { polled: behind, read: ahead });
    const late = { type: 'punctuality', time: at(0), allowMs: 0, cause: 'polls begin late' } as const;
    expect(found(fresh({ comparisons: 1 }), all)).not.toEqual({});
    expect(found(fresh({ comparisons: 1 }), [observeEvent({ ...late, lateMs: 2_500, speed: 1 }), ...all])).toEqual({});
    expect(found(fresh({ comparisons: 1 }), [observeEvent({ ...late, lateMs: 0, speed: 10 }), ...all])).toEqual({});
    expect(found(fresh({ comparisons: 1, delayMs: 2_500 }), all)).toEqual({});
  });

  it('forgets a client that reads no longer', () => {
    const detector = fresh();
    found(detector, course(0, 10, { polled: plantAt, read: () => ({ 0: 1 }) }));
    const alone = Array.from({ length: 400 }, (_, i) => [poll(10 + i, plantAt(10 + i)), tick(10 + i)]).flat();
    const last = scored(detector, alone).filter(({ surprise }) => surprise >= 1);
    expect(((last.at(-1)?.time ?? 0) - start) / 1_000).toBeCloseTo(190, -1);
  });

  it('gives the score of a plain computation over all observations', () => {
    const step = fc.record({
      kind: fc.constantFrom('poll', 'poll', 'poll', 'read', 'read', 'lost'),
      waitMs: fc.integer({ min: 50, max: 1_500 }),
      move: fc.integer({ min: -3, max: 3 }),
    });
    for (const tag of [tagOf('A', { decimals: 0 }), tagOf('D', { kind: 'discrete' })]) {
      fc.assert(
        fc.property(fc.array(step, { minLength: 10, maxLength: 60 }), fc.integer({ min: 0, max: 60 }), (steps, lieFrom) => {
          const detector = make(plugin, targetOf([tag]));
          let [second, value] = [0, 10];
          const all = steps.map(({ kind, waitMs, move }, i): Observation => {
            second += waitMs / 1_000;
            value += tag.kind === 'discrete' ? 0 : move;
            if (kind === 'poll') return poll(second, { 0: value });
            if (kind === 'read') return readings(second, { 0: i >= lieFrom ? value + 40 : value });
            const state = move === 3 ? 'down' : 'up';
            return observeEvent({ type: 'device', time: at(second), device: 'PLC-1', state, reason: '' });
          });
          scored(detector, all);
          const [{ surprise } = { surprise: 0 }] = scored(detector, [tick(second)]);
          expect(surprise < 1 ? 0 : surprise).toBeCloseTo(scoreByTwin(tag, all), 9);
        }),
        { seed: 19, numRuns: 300 },
      );
    }
  });
});

describe('agreement of two connections of the monitor', () => {
  const level = { description: 'Clearwell level', decimals: 2, scanMs: 2_000 };
  const [served, polled] = [0, 1];
  const both = targetOf([
    tagOf('CW.LT01', { ...level, device: 'ua1', aliases: [{ device: 'PLC-1', address: {} }], sameAs: ['CW.LT01.PLC'] }),
    tagOf('CW.LT01.PLC', { ...level, scanMs: 500 }),
  ]);
  const levelAt = (second: number): number => 3 + 0.01 * second + 0.004 * new Random(Math.round(10 * second)).normal();
  /** The register is polled every half second, the server sends its value every two seconds. */
  const stream = (
    from: number,
    to: number,
    {
      ofServer = levelAt,
      ofRegister = levelAt,
      ofHmi,
    }: Partial<Record<'ofServer' | 'ofRegister' | 'ofHmi', (second: number) => number>>,
  ): Observation[] =>
    Array.from({ length: 2 * (to - from) }, (_, i) => from + i / 2).flatMap((second) => [
      poll(second, { [polled]: ofRegister(second) }),
      ...(second % 2 === 1 ? [poll(second + 0.2, { [served]: ofServer(second + 0.2) }, 'ua1')] : []),
      ...(ofHmi !== undefined && second % 2 === 0 ? [readings(second + 0.3, { [served]: ofHmi(second + 0.3) })] : []),
    ]);
  const from20 =
    (value: number) =>
    (second: number): number =>
      second < 20 ? levelAt(second) : value;
  const create = () => make(plugin, both);

  it('is silent while both have the same value, also with a torn one', () => {
    expect(found(create(), stream(0, 120, {}))).toEqual({});
    const torn = (second: number): number => (second % 20 < 1.5 ? 0 : levelAt(second));
    expect(found(create(), stream(0, 120, { ofServer: torn }))).toEqual({});
    expect(found(create(), stream(0, 120, { ofRegister: (second) => (second % 20 === 7 ? 0 : levelAt(second)) }))).toEqual({});
  });

  it('finds false values of either within three polls, and says that one of them is false', () => {
    for (const lie of [{ ofServer: from20(2.71) }, { ofRegister: from20(2.71) }]) {
      const detector = create();
      const { 'PLC-1': second } = found(detector, stream(0, 30, lie));
      expect(second).toBeLessThanOrEqual(20 + 3 * 2 + 1.2);
      expect(explained(detector)).toMatchObject({
        title: 'PLC-1 and ua1 send different values',
        normalIf: 'PLC-1 and ua1 sent the same values',
        contributions: [{ tag: 'CW.LT01' }],
      });
    }
    const detector = create();
    found(detector, stream(0, 30, { ofServer: from20(2.71) }));
    expect(explained(detector).sentence).toMatch(
      /^PLC-1 sends the monitor 3\.\d\d m for Clearwell level, but the monitor \(by ua1\) reads 2\.71 m, since 06:00:2\d UTC\.$/,
    );
  });

  it('names the false one of three connections', () => {
    const sentenceOf = (lie: Parameters<typeof stream>[2]): string => {
      const detector = create();
      found(detector, stream(0, 30, { ofHmi: levelAt, ...lie }));
      const { title, sentence } = explained(detector);
      return `${title}: ${sentence}`;
    };
    expect(sentenceOf({ ofServer: from20(2.71) })).toMatch(
      /^ua1 sends the monitor other values: The monitor \(by ua1\) reads 2\.71 m .* PLC-1 sends 10\.0\.0\.5 and the monitor 3\./,
    );
    expect(sentenceOf({ ofRegister: from20(2.71) })).toMatch(
      /^PLC-1 sends the monitor other values: PLC-1 sends the monitor 2\.71 m .* but the monitor \(by ua1\) and 10\.0\.0\.5 read 3\./,
    );
    expect(sentenceOf({ ofHmi: from20(2.71) })).toMatch(
      /^PLC-1 sends 10\.0\.0\.5 other values: PLC-1 sends 10\.0\.0\.5 2\.71 m .* but the monitor reads 3\./,
    );
  });

  it('continues from a snapshot of an earlier version', () => {
    const all = stream(0, 32, { ofServer: from20(2.71) });
    const [first, second] = [create(), create()];
    scored(first, all.slice(0, 51));
    const { baseline, running } = structuredClone(first.snapshot()) as unknown as {
      baseline: never;
      running: { polls: { samples: unknown }; own?: unknown };
    };
    const { own: _, ...earlier } = { ...running, polls: running.polls.samples };
    second.restore({ baseline, running: earlier });
    expect(found(second, all.slice(51))['PLC-1']).toBeGreaterThan(26);
  });

  it('continues after a restart as without one, and compares no values of different units', () => {
    const all = stream(0, 30, { ofServer: from20(2.71) });
    const [whole, first, second] = [create(), create(), create()];
    const begun = scored(first, all.slice(0, 51));
    second.restore(structuredClone(first.snapshot()));
    expect([...begun, ...scored(second, all.slice(51))]).toEqual(scored(whole, all));
    const other = targetOf(both.tags.tags.map((tag) => (tag.device === 'ua1' ? tag : { ...tag, unit: 'cm' })));
    expect(found(make(plugin, other), all)).toEqual({});
  });
});
