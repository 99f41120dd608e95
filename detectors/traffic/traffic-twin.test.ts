import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Event, type Observation, observeEvent } from '../../src/core/observation.ts';
import type { WireEvent } from '../../src/core/wire.ts';
import { calibrate, make, scored, tagOf, targetOf } from '../../test/support/detectors.ts';
import { address, at, ends, fault, hmi, scan, session, stranger, tick, traffic, write } from '../../test/support/wire.ts';
import { traffic as plugin } from './index.ts';
import { twin } from './traffic.twin.ts';

/** Number of tags of each device: more than the limit of a scan, and fewer. */
const tagsOf = new Map([
  ['plc1', 30],
  ['rtu2', 2],
  ['tap', 1],
]);
const target = targetOf(
  [...tagsOf].flatMap(([device, count]) => Array.from({ length: count }, (_, at) => tagOf(`${device}.${at}`, { device }))),
);

describe('traffic and its twin', () => {
  /** Mostly the first value, so that usual and unusual values both occur. */
  const mostly = <T>(usual: T, ...others: T[]) => fc.constantFrom(usual, usual, usual, usual, ...others);
  const who = fc.record({
    client: mostly(hmi, hmi, stranger, '10.0.0.7'),
    server: mostly('plc1', 'rtu2', 'rtu2', '10.0.0.99'),
    port: mostly(502, 4840),
  });
  const figures = fc.constantFrom(0, 1, 3, 12, 40, 500, Number.NaN, Number.POSITIVE_INFINITY, -5);
  const lows = fc.constantFrom(12, 12, 0, 0, 40, Number.NaN, Number.NEGATIVE_INFINITY);
  const highs = fc.constantFrom(40, 40, 12, 12, 500, Number.NaN, Number.POSITIVE_INFINITY);
  const happening = fc.oneof(
    { weight: 4, arbitrary: fc.record({ as: fc.constant('poll' as const), low: lows, high: highs }) },
    {
      weight: 6,
      arbitrary: fc.record({
        as: fc.constant('traffic' as const),
        who,
        operation: mostly('FC3', 'FC4', 'FC6', 'FC6', 'FC8', 'FC8/1', 'FC90', 'FC43/14', 'FC43/14', '', 'Browse'),
        unit: mostly(1, 2),
        low: lows,
        high: highs,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ as: fc.constant('write' as const), who, target: fc.constantFrom('holding 12', 'coil 3') }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        as: fc.constant('session' as const),
        who,
        policy: fc.constantFrom('Basic256Sha256', 'Basic256', 'None', ''),
        token: fc.constantFrom('UserName', 'Anonymous', ''),
        user: fc.constantFrom('operator', 'root', undefined),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        as: fc.constant('fault' as const),
        who,
        what: fc.constantFrom('exception', 'malformed', 'unmatched', 'lost'),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        as: fc.constant('connection' as const),
        who,
        state: fc.constantFrom('opened', 'seen', 'refused', 'closed', 'reset'),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        as: fc.constant('scan' as const),
        who,
        what: fc.constantFrom('addresses', 'ports', 'identities'),
        count: figures,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        as: fc.constant('address' as const),
        host: fc.constantFrom('plc1', hmi, '10.0.0.99'),
        hardware: fc.constantFrom('00:00:00:00:00:01', '00:00:00:00:00:01', '00:00:00:00:00:02', '00:00:00:00:00:03'),
        before: fc.constantFrom(undefined, undefined, '00:00:00:00:00:04'),
      }),
    },
    { weight: 1, arbitrary: fc.record({ as: fc.constant('loss' as const), dropped: figures }) },
    { weight: 1, arbitrary: fc.record({ as: fc.constant('chatter' as const) }) },
    { weight: 3, arbitrary: fc.record({ as: fc.constant('tick' as const) }) },
  );
  type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;
  // time stops, advances, goes back, and makes leaps
  const waits = fc.constantFrom(0, 0.4, 1, 5, 8, 9, 25, 70, 400, -3, -90);
  const steps = (maxLength: number) =>
    fc.array(fc.tuple(waits, happening, fc.integer({ min: 1, max: 6 })), { maxLength, size: 'max' });

  function observe(second: number, now: Happening): Observation {
    if (now.as === 'tick') return tick(second);
    if (now.as === 'loss') return observeEvent({ type: 'wire-loss', time: at(second), tap: 'tap', dropped: now.dropped });
    if (now.as === 'chatter') return traffic(second, ends(hmi, 'ff:ff:ff:ff:ff:ff', { protocol: 'arp', port: 0 }), '');
    if (now.as === 'address') return address(second, now.host, now.hardware, now.before);
    if (now.as === 'poll') return traffic(second, ends(hmi, 'plc1'), 'FC3', { low: now.low, high: now.high });
    const between = ends(now.who.client, now.who.server, { port: now.who.port });
    switch (now.as) {
      case 'traffic':
        return traffic(second, between, now.operation, { unit: now.unit, low: now.low, high: now.high });
      case 'write':
        return write(second, between, { target: now.target });
      case 'session':
        return session(second, between, { policy: now.policy, token: now.token, user: now.user });
      case 'fault':
        return fault(second, between, now.what);
      case 'connection':
        return observeEvent({ type: 'wire-connection', time: at(second), tap: 'tap', ends: between, state: now.state });
      case 'scan':
        return scan(second, between, now.what, now.count);
    }
  }

  /** Repetitions, so that normal habits and bursts occur. */
  const play = (all: readonly (readonly [wait: number, now: Happening, times: number])[], from: number): Observation[] => {
    let second = from;
    return all.flatMap(([wait, now, times]) => Array.from({ length: times }, () => observe((second += wait), now)));
  };
  const eventsOf = (all: readonly Observation[]): Event[] => all.flatMap((one) => (one.kind === 'event' ? [one.event] : []));

  it.each([
    ['nothing stated', {}],
    [
      'clients stated',
      {
        clients: [
          { address: hmi, may: 'write' },
          { address: '10.0.0.7', devices: ['plc1'] },
        ],
      },
    ],
  ])('give the same reports for any normal traffic and any events, %s (property)', (_, stated) => {
    const settings = { ...stated, writesEveryMs: 60_000, blindMs: 15_000, connections: 5, dropped: 20 };
    const config = plugin.schema.parse(settings);
    const heard = new Set<string>();
    fc.assert(
      fc.property(steps(25), steps(20), (before, after) => {
        const normal = play(before, 0);
        const watched = play(after, 20_000);
        const detector = make(plugin, target, settings);
        calibrate(plugin, detector, normal);
        const reports = scored(detector, watched).map(({ channel, time, surprise }) => ({
          key: detector.channels[channel]?.key ?? '',
          time,
          score: surprise,
        }));
        const wire = eventsOf(normal).filter((event) => event.type.startsWith('wire-')) as WireEvent[];
        const keys = detector.channels.map(({ key }) => key);
        const expected = twin(config, keys, wire, eventsOf(watched), tagsOf);
        expect(reports).toEqual(expected.map((one) => ({ ...one, score: expect.closeTo(one.score, 9) })));
        for (const { key, score } of reports) if (score >= 1) heard.add(key.split('/')[1] ?? '');
      }),
      { seed: 29, numRuns: 250 },
    );
    expect([...heard].toSorted()).toEqual(['address', 'client', 'fault', 'operation', 'scan', 'session', 'tap', 'write']);
  });

  it('give the same reports about the pace of conversations (property)', () => {
    const settings = { paceMinutes: 2, blindMs: 600_000, holdMs: 30_000 };
    const config = plugin.schema.parse(settings);
    const figure = mostly(40, 12, 12, 300, Number.NaN, 0, 1e300);
    const turn = fc.record({
      // seconds between the events of a turn: some are gaps, the monitor was off, or time goes back
      wait: fc.constantFrom(4, 4, 5, 5, 7, 12, 35, 59, 70, -20, -80),
      times: fc.constantFrom(1, 2, 9, 35),
      clients: fc.subarray([hmi, hmi, '10.0.0.7', stranger], { minLength: 1 }),
      tap: fc.constantFrom('tap', 'tap', 'tap', 'tap2'),
      packets: figure,
      bytes: mostly(40, 40, 40, 40, 300, Number.NaN),
      ticks: fc.constantFrom(true, true, true, false),
      loss: fc.constantFrom(false, false, false, false, true),
    });
    type Turn = typeof turn extends fc.Arbitrary<infer T> ? T : never;
    const steady: Turn = {
      wait: 5,
      times: 35,
      clients: [hmi, '10.0.0.7'],
      tap: 'tap',
      packets: 40,
      bytes: 40,
      ticks: true,
      loss: false,
    };
    const play = (turns: readonly Turn[], from: number): Observation[] => {
      let second = from;
      return turns.flatMap(({ wait, times, clients, tap, packets, bytes, ticks, loss }) =>
        Array.from({ length: times }, () => {
          second += wait;
          const lost = loss ? [observeEvent({ type: 'wire-loss', time: at(second), tap, dropped: 1 })] : [];
          const talks = clients.map((client) => traffic(second, ends(client, 'plc1'), 'FC3', { tap, packets, bytes }));
          return [...lost, ...talks, ...(ticks ? [tick(second + 0.5)] : [])];
        }).flat(),
      );
    };
    const seen = new Set<string>();
    fc.assert(
      fc.property(
        fc.oneof(fc.constant([]), fc.array(turn, { maxLength: 4 })),
        fc.array(turn, { maxLength: 8, size: 'max' }),
        (before, after) => {
          const normal = play([steady, steady, ...before], 0);
          const watched = play(after, 20_000);
          const detector = make(plugin, target, settings);
          calibrate(plugin, detector, normal);
          const pace = detector.channels.findIndex(({ key }) => key === 'plc1/pace');
          const reports = watched.flatMap((one) =>
            scored(detector, [one]).map(({ channel, time, surprise }) => {
              if (channel === pace && surprise >= 1) seen.add(detector.explain(pace).title.replaceAll(/10\.\S+/g, 'IP'));
              return { key: detector.channels[channel]?.key ?? '', time, score: surprise };
            }),
          );
          const wire = eventsOf(normal).filter((event) => event.type.startsWith('wire-')) as WireEvent[];
          const keys = detector.channels.map(({ key }) => key);
          const expected = twin(config, keys, wire, eventsOf(watched), tagsOf);
          expect(reports).toEqual(expected.map((one) => ({ ...one, score: expect.closeTo(one.score, 9) })));
        },
      ),
      { seed: 31, numRuns: 80 },
    );
    expect([...seen].toSorted()).toEqual([
      'Less traffic from IP to plc1',
      'More traffic from IP to plc1',
      'No traffic from IP to plc1',
    ]);
  });
});
