import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Detector } from '../../src/core/detector.ts';
import { type Event, type Observation, observeEvent } from '../../src/core/observation.ts';
import type { WireEvent } from '../../src/core/wire.ts';
import { calibrate, make, scored } from '../../test/support/detectors.ts';
import { Counters } from './counters.ts';
import { HabitTree } from './habit-tree.ts';
import { traffic as plugin } from './index.ts';
import { chanceUnder } from './novelty.ts';
import { twin } from './traffic.twin.ts';
import {
  at,
  ends,
  fault,
  hmi,
  normalTraffic,
  scan,
  session,
  stranger,
  target,
  tick,
  traffic,
  write,
} from '../../test/support/wire.ts';

const fresh = (config: object = {}): Detector => make(plugin, target, config);
const hour = 3_600;

function learned(config: object = {}, seconds = 2 * hour): Detector {
  const detector = fresh(config);
  calibrate(plugin, detector, normalTraffic(seconds));
  return detector;
}

/** Highest score by channel key of what is at least 1. */
function found(detector: Detector, observations: readonly Observation[]): Record<string, number> {
  const best: Record<string, number> = {};
  for (const { channel, surprise } of scored(detector, observations)) {
    const key = detector.channels[channel]?.key ?? '';
    if (surprise >= 1) best[key] = Math.max(best[key] ?? 0, surprise);
  }
  return best;
}

const told = (detector: Detector, key: string) => detector.explain(detector.channels.findIndex((each) => each.key === key));

describe('what nobody has learned or stated', () => {
  it('is no finding: without a baseline only rules that need none speak', () => {
    const detector = fresh();
    const all = [...normalTraffic(60), traffic(61, ends(stranger, 'plc1'), 'FC6'), write(61, ends(stranger, 'plc1'))];
    expect(found(detector, all)).toEqual({});
    expect(found(detector, [scan(62, ends(stranger, 'plc1'), 'addresses', 18)])).toHaveProperty('plc1/scan');
    expect(told(detector, 'plc1/scan').sentence).toContain('Normal traffic is not learned, stated rules alone have judged.');
  });

  it('is no finding either after a glimpse of traffic, which says nothing of what is rare', () => {
    const detector = fresh();
    calibrate(plugin, detector, [traffic(0, ends(hmi, 'plc1'), 'FC3'), traffic(0.1, ends(hmi, 'rtu2'), 'FC3')]);
    expect(found(detector, [traffic(5, ends(stranger, 'plc1'), 'FC3'), traffic(6, ends(hmi, 'plc1'), 'FC4')])).toEqual({});
  });
});

describe('what normal traffic never had', () => {
  it('is not what goes on as it was, connections made anew included', () => {
    const detector = learned();
    const opened = observeEvent({
      type: 'wire-connection',
      time: at(7_300),
      tap: 'tap',
      ends: ends(hmi, 'plc1', { protocol: 'tcp' }),
      state: 'opened',
    });
    expect(found(detector, [...normalTraffic(hour, 7_200), opened])).toEqual({});
  });

  it('is a new client, told with who else there is', () => {
    const detector = learned();
    expect(found(detector, [traffic(7_300, ends(stranger, 'plc1'), 'FC3')])).toEqual({ 'plc1/client': expect.any(Number) });
    expect(told(detector, 'plc1/client')).toMatchObject({
      title: 'New client 10.0.0.66 at plc1',
      sentence:
        '10.0.0.66 talks to plc1 (10.0.0.11 port 502), but in 2 h of normal traffic it was never a client, and plc1 was asked by 10.0.0.5 alone, at 08:01:40 UTC.',
      techniques: ['T0848', 'T0864'],
    });
  });

  it('is a known host at a new server, or at another port of a known one', () => {
    const detector = learned();
    const file = ends(hmi, '10.0.0.99', { protocol: 'tcp', port: 445 });
    expect(found(detector, [traffic(7_300, file, '')])).toHaveProperty('network/client');
    expect(told(detector, 'network/client').sentence).toContain('it talked to 10.0.0.11 and 10.0.0.12 alone');
    const web = ends(hmi, 'plc1', { protocol: 'tcp', port: 80 });
    expect(found(detector, [traffic(7_301, web, '')])).toHaveProperty('plc1/client');
    expect(told(detector, 'plc1/client').sentence).toContain('it used port 502 alone there');
  });

  it('is not the chatter by which hosts find each other', () => {
    const arp = ends('00:0c:29:00:00:01', 'ff:ff:ff:ff:ff:ff', { protocol: 'arp', port: 0 });
    const dhcp = ends('fe80::1', 'ff02::1:2', { protocol: 'udp', port: 547 });
    const neighbours = ends('fe80::1', 'ff02::1', { protocol: 'icmp', port: 0 });
    expect(
      found(
        learned(),
        [arp, dhcp, neighbours].map((who) => traffic(7_300, who, '')),
      ),
    ).toEqual({});
  });

  it('is an operation, and a write function weighs more than a read', () => {
    const score = (operation: string, key: string): number =>
      found(learned(), [traffic(7_300, ends(hmi, 'rtu2'), operation)])[key] ?? 0;
    expect(score('FC4', 'rtu2/operation')).toBeGreaterThan(1);
    expect(score('FC15', 'rtu2/write')).toBeGreaterThan(1);
    const short = learned({ writesEveryMs: 1 });
    const writing = found(short, [traffic(7_300, ends(hmi, 'rtu2'), 'FC15')])['rtu2/write'] ?? 0;
    expect(writing).toBeGreaterThan(score('FC4', 'rtu2/operation'));
  });

  it('is an address beyond the window', () => {
    const detector = learned();
    expect(found(detector, [traffic(7_300, ends(hmi, 'plc1'), 'FC3', { low: 30, high: 40 })])).toEqual({});
    expect(found(detector, [traffic(7_305, ends(hmi, 'plc1'), 'FC3', { low: 900, high: 950 })])).toHaveProperty('plc1/operation');
    expect(told(detector, 'plc1/operation').sentence).toContain('touches addresses 900 to 950 of unit 1 of plc1');
    expect(told(detector, 'plc1/operation').sentence).toContain('only 0 to 40');
  });

  it('is a write by who never wrote or to what was never written, once traffic was watched long enough', () => {
    const other = { target: 'holding 99', tag: undefined };
    const first = [write(7_300, ends(hmi, 'rtu2'))];
    const elsewhere = [write(7_300, ends(hmi, 'plc1'), other)];
    expect(found(learned(), first)).toHaveProperty('rtu2/write');
    expect(found(learned(), elsewhere)).toHaveProperty('plc1/write');
    expect(found(learned({}, 500), elsewhere)).toEqual({});
    const detector = learned();
    expect(found(detector, [write(7_300, ends(stranger, 'plc1'))])).toHaveProperty('plc1/write');
    expect(told(detector, 'plc1/write')).toMatchObject({
      title: '10.0.0.66 writes to plc1',
      sentence:
        '10.0.0.66 writes CL.SP (holding 12) of plc1 from 2.0 mg/L to 11.0 mg/L with FC6 (write one register), but it is none of those that talk to it in 2 h of normal traffic, at 08:01:40 UTC.',
      seen: ['T1692.001', 'T0836', 'T0848'],
    });
    expect(told(detector, 'plc1/write').contributions).toMatchObject([{ tag: 'CL.SP', measured: 11, expected: 2 }]);
    found(detector, [write(7_305, ends(stranger, 'plc1'), { accepted: false })]);
    expect(told(detector, 'plc1/write').sentence).toMatch(
      /^10\.0\.0\.66 tried to write .* the device refused; since .* 2 times\.$/,
    );
  });
});

describe('what the configuration states', () => {
  const clients = [
    { address: hmi, may: 'write' },
    { address: '10.0.0.7', devices: ['plc1'] },
  ];

  it('needs no learning: who is not listed is a finding, and who may only read and writes', () => {
    const detector = fresh({ clients });
    expect(found(detector, [...normalTraffic(1_000), traffic(1_001, ends('10.0.0.7', 'plc1'), 'FC3')])).toEqual({});
    expect(found(detector, [traffic(1_002, ends('10.0.0.7', 'rtu2'), 'FC3')])).toHaveProperty('rtu2/client');
    expect(found(detector, [write(1_003, ends('10.0.0.7', 'plc1'))])).toEqual({ 'plc1/write': expect.any(Number) });
    expect(told(detector, 'plc1/write').sentence).toContain('the configuration lets it read only');
    expect(
      Object.keys(found(detector, [traffic(1_004, ends(stranger, 'plc1'), 'FC6'), write(1_004, ends(stranger, 'plc1'))])),
    ).toEqual(['plc1/client', 'plc1/write']);
    expect(told(detector, 'plc1/client').sentence).toContain('the configuration lists 10.0.0.5 and 10.0.0.7 alone');
  });

  it('lets the monitor ask for identities, and finds a stranger who asks several', () => {
    const devices = ['plc1', 'rtu2', '10.0.0.13'];
    const sweep = (who: string): Observation[] => devices.map((device, i) => traffic(i, ends(who, device), 'FC43/14'));
    expect(found(fresh({ clients: [{ address: hmi }] }), sweep(hmi).slice(0, 2))).toEqual({});
    expect(found(fresh(), sweep(stranger))).toEqual({ 'network/scan': 1 });
  });

  it('makes an alarm of what it gives a priority and a response', () => {
    const alarm = { priority: 1, response: 'Lock the cell and call the shift lead.' } as const;
    const { channels } = fresh({ alarms: { write: alarm } });
    expect(channels.filter((channel) => channel.alarm !== undefined).map(({ key }) => key)).toEqual([
      'plc1/write',
      'rtu2/write',
      'tap/write',
      'network/write',
    ]);
    expect(channels.find(({ key }) => key === 'plc1/write')?.alarm).toEqual(alarm);
  });
});

describe('sessions', () => {
  const server = ends(hmi, '10.0.0.20', { port: 4840, protocol: 'opcua' });
  const none = { policy: 'None', mode: 'None', token: 'Anonymous' } as const;

  it('that become weaker are found without any learning, a channel that only asks for endpoints is not', () => {
    const detector = fresh();
    expect(found(detector, [session(0, server), session(5, server, { ...none, token: '' })])).toEqual({});
    expect(found(detector, [session(10, server, none)])).toHaveProperty('network/session');
    expect(told(detector, 'network/session').sentence).toContain('with policy None, token Anonymous, weaker than those before');
    expect(found(fresh(), [session(0, server, none), session(5, server, none)])).toEqual({});
    expect(found(fresh(), [session(0, server), session(5, server, { policy: 'Basic256' })])).toHaveProperty('network/session');
  });

  it('of a new application, user or certificate are found after learning', () => {
    const normal = Array.from({ length: 10 }, (_, i) => session(i * 60, server, { user: 'operator' }));
    const detector = fresh();
    calibrate(plugin, detector, normal);
    expect(found(detector, [session(700, server, { user: 'operator' })])).toEqual({});
    expect(found(detector, [session(800, server, { user: 'root' })])).toHaveProperty('network/session');
    expect(told(detector, 'network/session').sentence).toContain(
      'as user root, but in 9 min of normal traffic there was operator alone',
    );
  });
});

describe('faults', () => {
  const who = ends(hmi, 'plc1');
  const repeat = (count: number, what: 'exception' | 'malformed' | 'unmatched'): Observation[] =>
    Array.from({ length: count }, (_, i) => fault(i, who, what));

  it('are found in bursts, not one by one', () => {
    expect(found(fresh(), repeat(1, 'malformed'))).toEqual({});
    expect(found(fresh(), repeat(3, 'malformed'))).toHaveProperty('plc1/fault');
    expect(found(fresh(), repeat(15, 'exception'))).toEqual({});
    expect(found(fresh(), repeat(40, 'exception'))).toHaveProperty('plc1/fault');
    expect(found(fresh(), repeat(10, 'unmatched'))).toHaveProperty('plc1/fault');
  });

  it('of normal traffic may come twice as thick', () => {
    const detector = fresh();
    calibrate(plugin, detector, repeat(40, 'exception'));
    expect(found(detector, repeat(60, 'exception'))).toEqual({});
  });

  it('are the fault of the tap when it has just lost something', () => {
    const loss = observeEvent({ type: 'wire-loss', time: at(0), tap: 'tap', dropped: 5 });
    expect(found(fresh(), [loss, ...repeat(10, 'unmatched')])).toEqual({});
  });

  it('of a scan are the scan', () => {
    const walk = [scan(0, who, 'addresses', 18), ...repeat(40, 'exception')];
    expect(Object.keys(found(fresh(), walk))).toEqual(['plc1/scan']);
  });
});

describe('a tap', () => {
  it('that loses packets or sees nothing is found, and not for the time in which the monitor was off', () => {
    const loss = observeEvent({ type: 'wire-loss', time: at(0), tap: 'tap', dropped: 500 });
    expect(found(fresh(), [loss])).toEqual({ 'tap/tap': 5 });
    const stored = fresh();
    expect(
      found(stored, [traffic(-1e8, ends(hmi, 'plc1'), 'FC3'), tick(0), traffic(-1e8, ends(hmi, 'plc1'), 'FC3'), tick(1)]),
    ).toEqual({});
    const detector = fresh();
    const quiet = (from: number, to: number): Observation[] => Array.from({ length: to - from }, (_, i) => tick(from + i));
    expect(found(detector, quiet(0, 400))).toEqual({});
    expect(found(detector, [traffic(400, ends(hmi, 'plc1'), 'FC3'), ...quiet(400, 600), ...quiet(5_000, 5_050)])).toEqual({});
    expect(found(detector, quiet(5_050, 5_200))).toHaveProperty('tap/tap');
    expect(told(detector, 'tap/tap').title).toBe('Tap tap sees nothing');
    expect(found(detector, [traffic(5_201, ends(hmi, 'plc1'), 'FC3'), tick(5_300), tick(5_301)])).toEqual({});
  });
});

describe('a finding', () => {
  it('is one for each cause, counts what goes on, and ends when nothing more comes', () => {
    const detector = learned();
    const calls = Array.from({ length: 50 }, (_, i) =>
      traffic(7_300 + i, ends(i % 2 === 0 ? stranger : '10.0.0.67', 'plc1'), 'FC3'),
    );
    expect(Object.keys(found(detector, calls))).toEqual(['plc1/client']);
    expect(told(detector, 'plc1/client').sentence).toMatch(/; the same of 10\.0\.0\.6[67]; since 08:01:40 UTC, 50 times\.$/);
    const channel = detector.channels.findIndex(({ key }) => key === 'plc1/client');
    const stands = (second: number): number =>
      scored(detector, [tick(second)]).find((each) => each.channel === channel)?.surprise ?? -1;
    expect(stands(7_400)).toBeGreaterThan(1);
    expect(stands(7_411)).toBe(0);
    expect(told(detector, 'plc1/client').sentence).toBe('Traffic to plc1 is as usual.');
  });

  it('is bounded whatever comes: what is learned, what is remembered, what is told', () => {
    const detector = fresh({ habits: 100 });
    const flood = Array.from({ length: 3_000 }, (_, i) =>
      traffic(i, ends(`10.1.${i >> 8}.${i & 255}`, `10.2.${i >> 8}.${i & 255}`), 'FC3'),
    );
    calibrate(plugin, detector, flood);
    expect(JSON.stringify(detector.snapshot().baseline).length).toBeLessThan(20_000);
    // what had no room may be normal: a full baseline finds nothing new
    expect(found(detector, [traffic(9_999, ends(stranger, 'plc1'), 'FC3')])).toEqual({});
    const busy = learned();
    for (const observation of flood) busy.score(observation, () => {});
    expect(JSON.stringify(busy.snapshot().running).length).toBeLessThan(200_000);
    expect(told(busy, 'network/client').sentence.length).toBeLessThan(500);
  });
});

describe('a count that fades', () => {
  it('equals its twin, which adds up all that came, each faded by its age', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 1, max: 9 })), {
      minLength: 1,
      maxLength: 50,
    });
    fc.assert(
      fc.property(steps, (all) => {
        const counters = new Counters(4);
        const came: { time: number; amount: number }[] = [];
        let time = 0;
        for (const [wait, amount] of all) {
          time += wait;
          came.push({ time, amount });
          const twin = came.reduce((sum, each) => sum + each.amount * Math.exp((each.time - time) / 3_000), 0);
          expect(counters.add('a', amount, time, 3_000)).toBeCloseTo(twin, 9);
        }
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  it('forgets the oldest key when there are too many', () => {
    const counters = new Counters(2);
    for (const key of ['a', 'b', 'a', 'c']) counters.add(key, 1, 0, 1_000);
    expect(counters.save().map(([key]) => key)).toEqual(['a', 'c']);
  });
});

describe('the tree of habits', () => {
  it('equals its twin, which counts anew from all that was seen', () => {
    const step = fc.constantFrom('a', 'b', 'c', 'd');
    const seen = fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.tuple(step, step)), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(seen, (visits) => {
        const tree = new HabitTree(1_000);
        let time = 0;
        const all = visits.map(([wait, path]) => {
          time += wait * 100;
          tree.learn(path, time);
          return { time, path };
        });
        const copy = new HabitTree(1_000);
        copy.fromJson(JSON.parse(JSON.stringify(tree.toJson())));
        expect(copy).toEqual(tree);
        // the twin: sightings of a leaf are those a second apart; what is seen on one occasion only is a single
        const leaves = new Map<string, number>();
        const sightings = all.filter(({ time: now, path }) => {
          const last = leaves.get(path.join('/'));
          if (last !== undefined && now - last < 1_000) return false;
          leaves.set(path.join('/'), now);
          return true;
        });
        const occasions = (times: readonly number[]): number => {
          let last = Number.NEGATIVE_INFINITY;
          return times.filter((now) => now - last >= 1_000 && (last = now) >= 0).length;
        };
        for (const first of new Set(all.map(({ path }) => path[0]))) {
          const under = sightings.filter(({ path }) => path[0] === first);
          const singles = [...new Set(under.map(({ path }) => path[1]))].filter(
            (second) => occasions(under.filter(({ path }) => path[1] === second).map((each) => each.time)) === 1,
          ).length;
          const habit = tree.find([first]);
          expect(habit === undefined ? Number.NaN : chanceUnder(habit)).toBe((singles + 1) / (under.length + 1));
        }
      }),
      { seed: 5, numRuns: 300 },
    );
  });
});

describe('traffic and its twin', () => {
  /** Mostly the first, so that what is usual and what is not both come. */
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
        operation: mostly('FC3', 'FC4', 'FC6', 'FC6', 'FC8', 'FC43/14', 'FC43/14', '', 'Browse'),
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
        state: fc.constantFrom('opened', 'refused', 'closed'),
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
    { weight: 1, arbitrary: fc.record({ as: fc.constant('loss' as const), dropped: figures }) },
    { weight: 1, arbitrary: fc.record({ as: fc.constant('chatter' as const) }) },
    { weight: 3, arbitrary: fc.record({ as: fc.constant('tick' as const) }) },
  );
  type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;
  // time stands, goes on, goes back, and makes leaps
  const waits = fc.constantFrom(0, 0.4, 1, 5, 8, 9, 25, 70, 400, -3, -90);
  const steps = (maxLength: number) =>
    fc.array(fc.tuple(waits, happening, fc.integer({ min: 1, max: 6 })), { maxLength, size: 'max' });

  function observe(second: number, now: Happening): Observation {
    if (now.as === 'tick') return tick(second);
    if (now.as === 'loss') return observeEvent({ type: 'wire-loss', time: at(second), tap: 'tap', dropped: now.dropped });
    if (now.as === 'chatter') return traffic(second, ends(hmi, 'ff:ff:ff:ff:ff:ff', { protocol: 'arp', port: 0 }), '');
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

  /** The same thing again and again makes what is usual and what is a burst. */
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
  ])('report the same of any normal traffic and any events, %s (property)', (_, stated) => {
    const settings = { ...stated, writesEveryMs: 60_000, blindMs: 15_000, connections: 5, dropped: 20 };
    const config = plugin.schema.parse(settings);
    const heard = new Set<string>();
    fc.assert(
      fc.property(steps(25), steps(20), (before, after) => {
        const normal = play(before, 0);
        const watched = play(after, 20_000);
        const detector = fresh(settings);
        calibrate(plugin, detector, normal);
        const reports = scored(detector, watched).map(({ channel, time, surprise }) => ({
          key: detector.channels[channel]?.key ?? '',
          time,
          score: surprise,
        }));
        const wire = eventsOf(normal).filter((event) => event.type.startsWith('wire-')) as WireEvent[];
        const keys = detector.channels.map(({ key }) => key);
        const expected = twin(config, keys, wire, eventsOf(watched));
        expect(reports).toEqual(expected.map((one) => ({ ...one, score: expect.closeTo(one.score, 9) })));
        for (const { key, score } of reports) if (score >= 1) heard.add(key.split('/')[1] ?? '');
      }),
      { seed: 29, numRuns: 250 },
    );
    expect([...heard].toSorted()).toEqual(['client', 'fault', 'operation', 'scan', 'session', 'tap', 'write']);
  });
});
