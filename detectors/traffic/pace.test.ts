import { describe, expect, it } from 'vitest';
import type { Detector, DetectorSnapshot, Json } from '../../src/core/detector.ts';
import { type Observation, observeEvent } from '../../src/core/observation.ts';
import { calibrate, make, paceOf, scored } from '../../test/support/detectors.ts';
import { at, ends, hmi, normalTraffic, stranger, target, tick, traffic } from '../../test/support/wire.ts';
import { traffic as plugin } from './index.ts';

const hour = 3_600;

function learned(normal: readonly Observation[] = normalTraffic(2 * hour), config: object = {}): Detector {
  const detector = make(plugin, target, config);
  calibrate(plugin, detector, normal);
  return detector;
}

const timeOf = (one: Observation): number => (one.kind === 'event' ? one.event.time : 0);
const isOf = (device: string) => (one: Observation) =>
  one.kind === 'event' && 'ends' in one.event && one.event.ends.device === device;

/** Normal traffic from 2 h on, with a tick each second. */
function running(seconds: number, from = 2 * hour, change: (one: Observation) => Observation[] = (one) => [one]): Observation[] {
  const ticks = Array.from({ length: seconds }, (_, i) => tick(from + i + 0.9));
  return [...normalTraffic(seconds, from).flatMap(change), ...ticks].toSorted((a, b) => timeOf(a) - timeOf(b));
}

const without = (device: string) => (one: Observation) => (isOf(device)(one) ? [] : [one]);
const times =
  (factor: number) =>
  (one: Observation): Observation[] =>
    one.kind === 'event' && one.event.type === 'wire-traffic'
      ? [observeEvent({ ...one.event, packets: one.event.packets * factor, bytes: one.event.bytes * factor })]
      : [one];

/** Channels of pace with a finding. */
function found(detector: Detector, observations: readonly Observation[]): string[] {
  const keys = scored(detector, observations).flatMap(({ channel, surprise }) =>
    surprise >= 1 ? [detector.channels[channel]?.key ?? ''] : [],
  );
  return [...new Set(keys)].filter((key) => key.endsWith('/pace'));
}

const told = (detector: Detector, key: string) => detector.explain(detector.channels.findIndex((each) => each.key === key));

describe('a silent conversation', () => {
  it('is found while its tap receives other traffic, and ends after the traffic has returned', () => {
    const detector = learned();
    expect(found(detector, running(130))).toEqual([]);
    expect(found(detector, running(50, 2 * hour + 130, without('plc1')))).toEqual([]);
    expect(found(detector, running(70, 2 * hour + 180, without('plc1')))).toEqual(['plc1/pace']);
    expect(told(detector, 'plc1/pace')).toMatchObject({
      title: 'No traffic from 10.0.0.5 to plc1',
      sentence: expect.stringMatching(
        /^10\.0\.0\.5 exchanged no packets with plc1 \(10\.0\.0\.11 port 502\) for 2 min 1 s \(at .* UTC\)\. Normal in 2 h of traffic: pauses of at most 4\.8 s\.$/,
      ),
      techniques: ['T1691.002', 'T1691.001', 'T0881'],
      seen: [],
      clients: [hmi],
    });
    found(detector, running(70, 2 * hour + 250));
    expect(found(detector, running(10, 2 * hour + 320))).toEqual([]);
  });

  it('is found too if it was not seen in this run, from the first tick on', () => {
    const detector = learned();
    expect(found(detector, running(59, 2 * hour, without('plc1')))).toEqual([]);
    expect(found(detector, running(20, 2 * hour + 59, without('plc1')))).toEqual(['plc1/pace']);
  });

  it('may be silent for three times its longest pause', () => {
    const detector = learned([
      ...normalTraffic(hour),
      ...normalTraffic(100, hour).flatMap(without('plc1')),
      ...normalTraffic(hour, hour + 100),
    ]);
    expect(found(detector, running(310, 3 * hour, without('plc1')))).toEqual([]);
    expect(found(detector, running(20, 3 * hour + 310, without('plc1')))).toEqual(['plc1/pace']);
  });

  it('is no finding while its tap receives nothing, or while the monitor is off', () => {
    const blind = learned();
    expect(found(blind, [...running(100), ...Array.from({ length: 200 }, (_, i) => tick(2 * hour + 100 + i))])).toEqual([]);
    // other traffic returns first
    const back = Array.from({ length: 5 }, (_, i) => [
      traffic(2 * hour + 300 + i, ends(hmi, 'rtu2'), 'FC3'),
      tick(2 * hour + 300.5 + i),
    ]);
    expect(found(blind, back.flat())).toEqual([]);
    const off = learned();
    const before = running(100);
    expect(found(off, [...before, ...running(30, 3 * hour, without('plc1'))])).toEqual([]);
    expect(found(off, running(60, 3 * hour + 30, without('plc1')))).toEqual(['plc1/pace']);
    const two = learned();
    const other = (second: number) => traffic(second, ends('10.0.0.8', '10.0.0.9'), '', { tap: 'tap2' });
    const seconds = Array.from({ length: 200 }, (_, i) => 2 * hour + 100 + i);
    expect(found(two, [...running(100), ...seconds.flatMap((second) => [other(second), tick(second)])])).toEqual([]);
  });

  it('may last longer in a faster lab, and while the monitor is late', () => {
    const quiet = (detector: Detector) => found(detector, running(100, 2 * hour, without('plc1')));
    const fast = learned();
    scored(fast, [paceOf(2)]);
    expect(quiet(fast)).toEqual([]);
    const late = learned();
    scored(late, [observeEvent({ type: 'punctuality', time: 0, lateMs: 30_000, allowMs: 50_000, speed: 1, cause: '' })]);
    expect(quiet(late)).toEqual([]);
    expect(quiet(learned())).toEqual(['plc1/pace']);
  });
});

describe('the packets and bytes of a minute', () => {
  const double = running(180, 2 * hour, times(2.5));

  it('are found beyond twice the most of normal traffic, in complete minutes', () => {
    const detector = learned();
    expect(found(detector, running(120, 2 * hour, times(2.5)))).toEqual([]);
    expect(found(detector, running(10, 2 * hour + 120, times(2.5)))).toEqual(['plc1/pace', 'rtu2/pace']);
    expect(told(detector, 'plc1/pace')).toMatchObject({
      title: 'More traffic from 10.0.0.5 to plc1',
      sentence: expect.stringMatching(
        /exchanged 120 packets \(9 kB\) with plc1 \(10\.0\.0\.11 port 502\) within 1 min \(at .* UTC\)\. Normal in 2 h of traffic: at most 50 packets \(3\.75 kB\)\.$/,
      ),
      techniques: ['T0814', 'T0802'],
    });
    expect(found(learned(), running(300, 2 * hour, times(1.9)))).toEqual([]);
    const bytes = (one: Observation): Observation[] =>
      one.kind === 'event' && one.event.type === 'wire-traffic' ? [observeEvent({ ...one.event, bytes: 400 })] : [one];
    expect(found(learned(), running(180, 2 * hour, bytes))).toEqual(['plc1/pace']);
  });

  it('are one finding as long as each minute has too many', () => {
    const detector = learned();
    const channel = detector.channels.findIndex(({ key }) => key === 'plc1/pace');
    const scores = scored(detector, running(600, 2 * hour, times(2.5))).filter((one) => one.channel === channel);
    const begin = scores.findIndex(({ surprise }) => surprise >= 1);
    expect(scores.slice(begin).every(({ surprise }) => surprise >= 1)).toBe(true);
    expect(told(detector, 'plc1/pace').sentence).toMatch(/\(since .*, 8 events\)/);
  });

  it('are found below half of the fewest in two minutes, unless the tap lost packets', () => {
    const detector = learned();
    const fewer = running(250, 2 * hour, times(0.4));
    expect(found(detector, fewer)).toEqual(['plc1/pace']);
    expect(told(detector, 'plc1/pace')).toMatchObject({
      title: 'Less traffic from 10.0.0.5 to plc1',
      sentence: expect.stringContaining('Normal in 2 h of traffic: at least 48 packets.'),
      techniques: ['T0830', 'T0814'],
    });
    const loss = (second: number) => observeEvent({ type: 'wire-loss', time: at(second), tap: 'tap', dropped: 1 });
    const torn = fewer.flatMap((one, i) => (i % 100 === 0 ? [loss(2 * hour + i / 3), one] : [one]));
    expect(found(learned(), torn)).toEqual([]);
  });

  it('are not judged in a faster lab, and not learned from one', () => {
    const fast = learned();
    scored(fast, [paceOf(5)]);
    expect(found(fast, double)).toEqual([]);
    expect(found(learned([paceOf(5), ...normalTraffic(2 * hour)]), double)).toEqual([]);
  });

  it('of a conversation that two taps see count once', () => {
    const twice = (one: Observation): Observation[] =>
      one.kind === 'event' && one.event.type === 'wire-traffic' ? [one, observeEvent({ ...one.event, tap: 'tap2' })] : [one];
    expect(
      found(
        learned(),
        running(180, 2 * hour, (one) => times(1.5)(one).flatMap(twice)),
      ),
    ).toEqual([]);
  });
});

describe('the pace of normal traffic', () => {
  const names = (detector: Detector): string[] =>
    (detector.facts?.() ?? []).flatMap(({ channel, name }) => (channel.endsWith('/pace') ? [name] : []));
  const name = '10.0.0.5 to 10.0.0.11 tcp/502';

  it('is a baseline entry that a person can edit', () => {
    const detector = learned();
    expect(names(detector)).toEqual([name, '10.0.0.5 to 10.0.0.12 tcp/502']);
    const [fact] = (detector.facts?.() ?? []).filter(({ channel }) => channel === 'plc1/pace');
    expect(fact).toMatchObject({
      figures: { minutes: 118, 'fewest packets': 48, 'most packets': 50, 'most bytes': 3_750, 'longest pause (s)': 4.8 },
      editable: ['fewest packets', 'most packets', 'most bytes', 'longest pause (s)'],
    });
    detector.amend?.('plc1/pace', name, { 'longest pause (s)': 100 });
    expect(found(detector, running(100, 2 * hour, without('plc1')))).toEqual([]);
  });

  it('is removed with its entry or with its client, whose silence is no finding then', () => {
    for (const channel of ['plc1/pace', 'plc1/client']) {
      const detector = learned();
      detector.forget?.([{ channel, name }]);
      expect(names(detector)).toEqual(['10.0.0.5 to 10.0.0.12 tcp/502']);
      expect(found(detector, running(200, 2 * hour, without('plc1')))).toEqual([]);
    }
  });

  it('needs an hour of regular traffic', () => {
    expect(names(learned(normalTraffic(hour - 60)))).toEqual([]);
    const rare = Array.from({ length: 4 }, (_, i) => traffic(1_000 + i * 1_500, ends(stranger, 'plc1'), 'FC3'));
    const early = Array.from({ length: 200 }, (_, i) => traffic(i * 5, ends('10.0.0.7', 'plc1'), 'FC3'));
    const late = Array.from({ length: 900 }, (_, i) => traffic(2_700 + i * 5, ends('10.0.0.8', 'plc1'), 'FC3'));
    const all = [...normalTraffic(2 * hour), ...rare, ...early, ...late].toSorted((a, b) => timeOf(a) - timeOf(b));
    expect(names(learned(all)).filter((one) => !one.startsWith(hmi))).toEqual([]);
  });

  it('does not count the time between captures, nor figures without meaning', () => {
    const captures = [...normalTraffic(hour), ...normalTraffic(hour, 50 * hour), ...normalTraffic(hour, 10 * hour)];
    const odd = [Number.NaN, -3, 0, Number.POSITIVE_INFINITY].map((packets) =>
      traffic(100, ends(hmi, 'plc1'), 'FC3', { packets }),
    );
    const detector = learned([...captures, ...odd]);
    expect(detector.facts?.().find(({ channel }) => channel === 'plc1/pace')?.figures).toMatchObject({
      minutes: 3 * 58,
      'most packets': 50,
      'longest pause (s)': 4.8,
    });
  });

  it('is learned the same if the calibration is continued from a snapshot', () => {
    const [begun, restored] = [make(plugin, target), make(plugin, target)];
    begun.learn(observeEvent({ type: 'calibration', time: 0, phase: 'begin', pass: 0 }));
    const normal = normalTraffic(2 * hour);
    for (const one of normal.slice(0, 3_001)) begun.learn(one);
    const { baseline, running: state } = begun.snapshot();
    restored.restore({ baseline: JSON.parse(JSON.stringify(baseline)) as Json, running: state });
    for (const detector of [begun, restored]) {
      for (const one of normal.slice(3_001)) detector.learn(one);
      detector.learn(observeEvent({ type: 'calibration', time: 0, phase: 'end', pass: 0 }));
    }
    expect(JSON.stringify(restored.snapshot().baseline)).toBe(JSON.stringify(begun.snapshot().baseline));
    expect(names(restored)).toHaveLength(2);
  });

  it('is absent in baselines and running states of earlier versions, which judge none', () => {
    const { baseline, running: state } = learned().snapshot();
    const earlier = (value: unknown) => {
      const { pace, ...rest } = value as Record<string, unknown>;
      expect(pace).toBeDefined();
      return rest;
    };
    const detector = make(plugin, target);
    detector.restore({ baseline: earlier(baseline), running: earlier(state) } as unknown as DetectorSnapshot);
    expect(found(detector, running(200, 2 * hour, without('plc1')))).toEqual([]);
    const updated = make(plugin, target);
    updated.restore({ baseline, running: earlier(state) });
    expect(found(updated, running(200, 2 * hour, without('plc1')))).toEqual(['plc1/pace']);
  });

  it('has at most 4096 conversations', () => {
    const flood = Array.from({ length: 62 }, (_, minute) =>
      Array.from({ length: 5_000 }, (_, i) => traffic(minute * 60 + i / 100, ends(`10.1.${i >> 8}.${i & 255}`, 'plc1'), 'FC3')),
    ).flat();
    const detector = learned(flood, { habits: 100 });
    const pace = (detector.snapshot().baseline as { readonly pace: { readonly paces: object } }).pace.paces;
    expect(Object.keys(pace)).toHaveLength(4_096);
  });
});
