import { describe, expect, it } from 'vitest';
import type { Detector } from '../../src/core/detector.ts';
import { type Observation, observeEvent } from '../../src/core/observation.ts';
import { TagTable } from '../../src/core/tag.ts';
import { calibrate, make, scored, tagOf, targetOf } from '../../test/support/detectors.ts';
import { traffic as plugin } from './index.ts';
import {
  at,
  connection,
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

/** Highest score by channel key, if it is at least 1. */
function found(detector: Detector, observations: readonly Observation[]): Record<string, number> {
  const best: Record<string, number> = {};
  for (const { channel, surprise } of scored(detector, observations)) {
    const key = detector.channels[channel]?.key ?? '';
    if (surprise >= 1) best[key] = Math.max(best[key] ?? 0, surprise);
  }
  return best;
}

const told = (detector: Detector, key: string) => detector.explain(detector.channels.findIndex((each) => each.key === key));

describe('traffic without a baseline and a configuration', () => {
  it('is no finding: only rules that need neither apply', () => {
    const detector = fresh();
    const all = [...normalTraffic(60), traffic(61, ends(stranger, 'plc1'), 'FC6'), write(61, ends(stranger, 'plc1'))];
    expect(found(detector, all)).toEqual({});
    expect(found(detector, [scan(62, ends(stranger, 'plc1'), 'addresses', 18)])).toHaveProperty('plc1/scan');
    expect(told(detector, 'plc1/scan').sentence).toContain('Traffic is not learned: only stated rules apply.');
  });

  it('is no finding either after a short calibration, which gives no evidence about rare traffic', () => {
    const detector = fresh();
    calibrate(plugin, detector, [traffic(0, ends(hmi, 'plc1'), 'FC3'), traffic(0.1, ends(hmi, 'rtu2'), 'FC3')]);
    expect(found(detector, [traffic(5, ends(stranger, 'plc1'), 'FC3'), traffic(6, ends(hmi, 'plc1'), 'FC4')])).toEqual({});
  });
});

describe('a finding by learned traffic', () => {
  it('is not raised by unchanged traffic, including new connections', () => {
    const detector = learned();
    const opened = connection(7_300, ends(hmi, 'plc1', { protocol: 'tcp' }), 'opened');
    expect(found(detector, [...normalTraffic(hour, 7_200), opened])).toEqual({});
  });

  it('states that the messages of a new client are encrypted, as soon as one is', () => {
    const detector = learned();
    const conversation = ends(stranger, 'plc1', { protocol: 'opcua' });
    found(detector, [traffic(7_300, conversation, 'Hello')]);
    expect(told(detector, 'plc1/client')).not.toHaveProperty('encrypted');
    found(detector, [traffic(7_301, conversation, 'encrypted'), traffic(7_302, conversation, 'Hello')]);
    const { encrypted, sentence } = told(detector, 'plc1/client');
    expect(encrypted).toBe(true);
    expect(sentence).toMatch(/for the first time in encrypted messages \(since/);
  });

  it('is reported for a new client, with the known clients', () => {
    const detector = learned();
    expect(found(detector, [traffic(7_300, ends(stranger, 'plc1'), 'FC3')])).toEqual({ 'plc1/client': expect.any(Number) });
    expect(told(detector, 'plc1/client')).toMatchObject({
      title: 'New client 10.0.0.66 at plc1',
      sentence:
        '10.0.0.66 communicates with plc1 (10.0.0.11 port 502) for the first time (at 08:01:40 UTC). Normal in 2 h of traffic: only 10.0.0.5.',
      techniques: ['T0848', 'T0864'],
    });
  });

  it('does not begin anew when the connection of its client ends much later, and lasts until then if it is still open', () => {
    const conversation = ends(stranger, 'plc1');
    const over = (second: number) => connection(second, { ...conversation, protocol: 'tcp' }, 'closed');
    const later = learned();
    found(later, [traffic(7_300, conversation, 'FC3')]);
    // the packets with which it ends are traffic without a message
    expect(found(later, [over(10_000), traffic(10_002, conversation, '')])).toEqual({});
    expect(found(later, [traffic(10_100, conversation, '')])).toEqual({ 'plc1/client': expect.any(Number) });
    const soon = learned();
    found(soon, [traffic(7_300, conversation, 'FC3')]);
    expect(found(soon, [over(7_310)])).toEqual({ 'plc1/client': expect.any(Number) });
  });

  it('is reported for a known host at a new server, or at another port of a known one', () => {
    const detector = learned();
    const file = ends(hmi, '10.0.0.99', { protocol: 'tcp', port: 445 });
    expect(found(detector, [traffic(7_300, file, '')])).toHaveProperty('network/client');
    expect(told(detector, 'network/client').sentence).toContain('of traffic: only 10.0.0.11 and 10.0.0.12');
    const web = ends(hmi, 'plc1', { protocol: 'tcp', port: 80 });
    expect(found(detector, [traffic(7_301, web, '')])).toHaveProperty('plc1/client');
    expect(told(detector, 'plc1/client').sentence).toContain('of traffic: only port 502');
  });

  it('is not raised by the address discovery of hosts', () => {
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

  it('is reported for an operation, and a write function weighs more than a read', () => {
    const score = (operation: string, key: string): number =>
      found(learned(), [traffic(7_300, ends(hmi, 'rtu2'), operation)])[key] ?? 0;
    expect(score('FC4', 'rtu2/operation')).toBeGreaterThan(1);
    expect(score('FC15', 'rtu2/write')).toBeGreaterThan(1);
    const short = learned({ writesEveryMs: 1 });
    const writing = found(short, [traffic(7_300, ends(hmi, 'rtu2'), 'FC15')])['rtu2/write'] ?? 0;
    expect(writing).toBeGreaterThan(score('FC4', 'rtu2/operation'));
  });

  it('is reported for an address beyond the window', () => {
    const detector = learned();
    expect(found(detector, [traffic(7_300, ends(hmi, 'plc1'), 'FC3', { low: 30, high: 40 })])).toEqual({});
    expect(found(detector, [traffic(7_305, ends(hmi, 'plc1'), 'FC3', { low: 900, high: 950 })])).toHaveProperty('plc1/operation');
    expect(told(detector, 'plc1/operation').sentence).toContain('accesses addresses 900 to 950 of unit 1 of plc1');
    expect(told(detector, 'plc1/operation').sentence).toContain('only 0 to 40');
  });

  it('is reported for a write of a new client or to a new target, after traffic was observed for long enough', () => {
    const other = { target: 'holding 99', tag: undefined };
    const first = [write(7_300, ends(hmi, 'rtu2'))];
    const elsewhere = [write(7_300, ends(hmi, 'plc1'), other)];
    expect(found(learned(), first)).toHaveProperty('rtu2/write');
    expect(found(learned(), elsewhere)).toHaveProperty('plc1/write');
    expect(found(learned({}, 500), elsewhere)).toEqual({});
    const detector = learned();
    expect(found(detector, [write(7_300, ends(stranger, 'plc1'))])).toHaveProperty('plc1/write');
    expect(told(detector, 'plc1/write')).toMatchObject({
      title: '10.0.0.66 writes CL.SP 2.0 → 11.0 mg/L',
      sentence:
        '10.0.0.66 writes CL.SP (holding 12) of plc1 from 2.0 mg/L to 11.0 mg/L with FC6 (write one register) (at 08:01:40 UTC). Normal in 2 h of traffic: other clients.',
      seen: ['T1692.001', 'T0836', 'T0848'],
    });
    expect(told(detector, 'plc1/write').contributions).toMatchObject([{ tag: 'CL.SP', measured: 11, expected: 2 }]);
    found(detector, [write(7_305, ends(stranger, 'plc1'), { accepted: false })]);
    expect(told(detector, 'plc1/write').sentence).toMatch(
      /^10\.0\.0\.66 tried to write .* the device refused it \(since .* 2 events\)\. Normal /,
    );
  });
});

it('writes of one case are listed by tag: the value before the first one, the last value, none that was refused', () => {
  const detector = learned();
  const to = (second: number, tag: number, before: number | undefined, after: number, accepted = true): Observation =>
    write(second, ends(stranger, 'plc1'), { target: `holding ${tag}`, tag, before, after, accepted });
  found(detector, [to(7_300, 0, 2, 11), to(7_301, 0, 11, 12), to(7_302, 1, undefined, 5), to(7_303, 2, 1, 9, false)]);
  const { title, sentence, writes, contributions } = told(detector, 'plc1/write');
  expect(title).toBe('10.0.0.66 writes CL.SP and 1 other tag');
  expect(sentence).toMatch(/^10\.0\.0\.66 writes CL\.SP and RW\.FT of plc1 \(since /);
  expect(writes).toMatchObject([
    { client: stranger, tag: 'CL.SP', before: 2, after: 12, change: '2.0 → 12.0 mg/L' },
    { client: stranger, tag: 'RW.FT', after: 5 },
  ]);
  expect(contributions.map(({ tag, share }) => [tag, share])).toEqual([
    ['CL.SP', 0.5],
    ['RW.FT', 0.5],
  ]);
});

it('a sweep lists at most 32 written tags', () => {
  const tags = new TagTable(Array.from({ length: 40 }, (_, i) => tagOf(`Q${i}.CMD`, { device: 'plc1', role: 'command' })));
  const detector = make(plugin, { ...target, tags }, { clients: [{ address: hmi, may: 'write' }] });
  const sweep = Array.from({ length: 40 }, (_, tag) =>
    write(10 + tag / 10, ends(stranger, 'plc1'), { target: `coil ${tag}`, tag, before: 1, after: 0, accepted: true }),
  );
  found(detector, [...normalTraffic(5), ...sweep]);
  const { writes = [] } = told(detector, 'plc1/write');
  expect(writes.map(({ tag }) => tag)).toEqual(Array.from({ length: 32 }, (_, i) => `Q${i}.CMD`));
});

it('names what clients beyond the named ones do, and when one of them acts for the first time', () => {
  const detector = fresh({ clients: [{ address: hmi }] });
  const acted = (second: number, client: string): unknown[] => {
    found(detector, [traffic(second, ends(client, 'plc1'), 'FC3')]);
    const { acts = [], clients = [] } = told(detector, 'plc1/client');
    return acts.filter((act) => !clients.includes(act.client)).map(({ client: of, actedAt }) => [of, actedAt]);
  };
  for (let i = 0; i < 8; i++) expect(acted(i, `10.0.1.${i}`)).toEqual([]);
  const [[first, at]] = acted(10, '10.0.2.1') as [[string, number]];
  expect(first).toBe('10.0.2.1');
  // it goes on, and another one begins
  expect(acted(20, '10.0.2.1')).toEqual([['10.0.2.1', at]]);
  expect(acted(30, '10.0.2.2')).toEqual([['10.0.2.2', at + 20_000]]);
});

describe('configured clients', () => {
  const clients = [
    { address: hmi, may: 'write' },
    { address: '10.0.0.7', devices: ['plc1'] },
  ];

  it('need no learning: a client that is not listed is a finding, and so is a write without permission', () => {
    const detector = fresh({ clients });
    expect(found(detector, [...normalTraffic(1_000), traffic(1_001, ends('10.0.0.7', 'plc1'), 'FC3')])).toEqual({});
    expect(found(detector, [traffic(1_002, ends('10.0.0.7', 'rtu2'), 'FC3')])).toHaveProperty('rtu2/client');
    expect(found(detector, [write(1_003, ends('10.0.0.7', 'plc1'))])).toEqual({ 'plc1/write': expect.any(Number) });
    expect(told(detector, 'plc1/write').sentence).toContain('The configuration permits only reads');
    expect(
      Object.keys(found(detector, [traffic(1_004, ends(stranger, 'plc1'), 'FC6'), write(1_004, ends(stranger, 'plc1'))])),
    ).toEqual(['plc1/client', 'plc1/write']);
    expect(told(detector, 'plc1/client').sentence).toContain('Configured clients: only 10.0.0.5 and 10.0.0.7');
  });

  it('decide who may restart a device or change its program: others sound like a writer', () => {
    const restart = (who: string, time: number): Observation => traffic(time, ends(who, 'plc1'), 'FC8/1');
    const detector = fresh({ clients });
    expect(found(detector, [restart(hmi, 1_001)])).toEqual({});
    expect(found(detector, [restart('10.0.0.7', 1_002)])).toEqual({ 'plc1/operation': expect.any(Number) });
    expect(told(detector, 'plc1/operation').sentence).toContain('The configuration permits only reads');
    expect(Object.keys(found(detector, [restart(stranger, 1_003)]))).toEqual(['plc1/client', 'plc1/operation']);
    const { title, sentence, seen } = told(detector, 'plc1/operation');
    expect(title).toBe(`${stranger} restarts plc1`);
    expect(sentence).toContain('The configuration does not list this client');
    expect(seen).toEqual(['T0816', 'T0848']);
    // a loopback test is no command
    expect(found(fresh({ clients }), [traffic(1_004, ends('10.0.0.7', 'plc1'), 'FC8/0')])).toEqual({});
  });

  it('may include the monitor, which reads identities; an unknown client that reads several is found', () => {
    const devices = ['plc1', 'rtu2', '10.0.0.13'];
    const sweep = (who: string): Observation[] => devices.map((device, i) => traffic(i, ends(who, device), 'FC43/14'));
    expect(found(fresh({ clients: [{ address: hmi }] }), sweep(hmi).slice(0, 2))).toEqual({});
    expect(found(fresh(), sweep(stranger))).toEqual({ 'network/scan': 1 });
  });

  it('may read as many blocks as the device has tags when they start, unlike other clients', () => {
    const site = targetOf(Array.from({ length: 80 }, (_, index) => tagOf(`T${index}`, { device: 'plc1' })));
    const walk = (who: string, count: number) =>
      found(make(plugin, site, { clients }), [scan(0, ends(who, 'plc1'), 'addresses', count)]);
    expect(walk(hmi, 80)).toEqual({});
    expect(walk(hmi, 81)).toEqual({ 'plc1/scan': 1 });
    expect(walk(stranger, 10)).toHaveProperty('plc1/scan');
  });

  it('can have alarms with a priority and a response', () => {
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

  it('that become weaker are found without any learning, but not a channel that only reads endpoints', () => {
    const detector = fresh();
    expect(found(detector, [session(0, server), session(5, server, { ...none, token: '' })])).toEqual({});
    expect(found(detector, [session(10, server, none)])).toHaveProperty('network/session');
    expect(told(detector, 'network/session').sentence).toContain('with policy None, token Anonymous');
    expect(found(fresh(), [session(0, server, none), session(5, server, none)])).toEqual({});
    expect(found(fresh(), [session(0, server), session(5, server, { policy: 'Basic256' })])).toHaveProperty('network/session');
  });

  it('of a new application, user or certificate are found after learning', () => {
    const normal = Array.from({ length: 10 }, (_, i) => session(i * 60, server, { user: 'operator' }));
    const detector = fresh();
    calibrate(plugin, detector, normal);
    expect(found(detector, [session(700, server, { user: 'operator' })])).toEqual({});
    expect(found(detector, [session(800, server, { user: 'root' })])).toHaveProperty('network/session');
    expect(told(detector, 'network/session').sentence).toEqual(
      expect.stringMatching(/as user root .*Normal in 9 min( \d+ s)? of traffic: only operator\./),
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
    const web = (second: number): Observation => fault(second, who, 'malformed', 'HTTP instead of Modbus');
    expect(found(fresh(), [web(0), web(240)])).toEqual({});
    const foreign = fresh();
    expect(found(foreign, [web(0), web(240), web(480)])).toHaveProperty('plc1/fault');
    expect(told(foreign, 'plc1/fault').sentence).toContain('the last one: HTTP instead of Modbus');
    expect(found(fresh(), repeat(15, 'exception'))).toEqual({});
    expect(found(fresh(), repeat(40, 'exception'))).toHaveProperty('plc1/fault');
    expect(found(fresh(), repeat(10, 'unmatched'))).toHaveProperty('plc1/fault');
  });

  it('of normal traffic may be twice as frequent', () => {
    const detector = fresh();
    calibrate(plugin, detector, repeat(40, 'exception'));
    expect(found(detector, repeat(60, 'exception'))).toEqual({});
  });

  it('are attributed to the tap after it has lost packets', () => {
    const loss = observeEvent({ type: 'wire-loss', time: at(0), tap: 'tap', dropped: 5 });
    expect(found(fresh(), [loss, ...repeat(10, 'unmatched')])).toEqual({});
  });

  it('of a scan belong to the scan', () => {
    const walk = [scan(0, who, 'addresses', 18), ...repeat(40, 'exception')];
    expect(Object.keys(found(fresh(), walk))).toEqual(['plc1/scan']);
  });

  it('of a scan belong to the scanned port, not to another device of the same host', () => {
    const neighbour = { ...ends(hmi, 'plc1'), port: who.port + 1, device: 'rtu2' };
    const walk = [scan(0, who, 'addresses', 18), traffic(1, neighbour, 'FC3'), fault(2, neighbour, 'exception')];
    expect(Object.keys(found(fresh(), walk))).not.toContain('rtu2/scan');
    const swept = [scan(0, who, 'ports', 40), traffic(1, neighbour, 'FC3')];
    expect(Object.keys(found(fresh(), swept))).toContain('rtu2/scan');
  });
});

describe('a tap', () => {
  it('that loses packets or receives nothing is found, except for the time in which the monitor was off', () => {
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
    expect(told(detector, 'tap/tap').title).toBe('Tap tap receives nothing');
    expect(found(detector, [traffic(5_201, ends(hmi, 'plc1'), 'FC3'), tick(5_300), tick(5_301)])).toEqual({});
  });
});

describe('a finding', () => {
  it('covers one cause, counts its events, and ends when there are no more', () => {
    const detector = learned();
    const calls = Array.from({ length: 50 }, (_, i) =>
      traffic(7_300 + i, ends(i % 2 === 0 ? stranger : '10.0.0.67', 'plc1'), 'FC3'),
    );
    expect(Object.keys(found(detector, calls))).toEqual(['plc1/client']);
    expect(told(detector, 'plc1/client').sentence).toMatch(/, as did 10\.0\.0\.6[67] \(since 08:01:40 UTC, 50 events\). Normal /);
    const channel = detector.channels.findIndex(({ key }) => key === 'plc1/client');
    const stands = (second: number): number =>
      scored(detector, [tick(second)]).find((each) => each.channel === channel)?.surprise ?? -1;
    expect(stands(7_400)).toBeGreaterThan(1);
    expect(stands(7_411)).toBe(0);
    expect(told(detector, 'plc1/client').sentence).toBe('Traffic to plc1 is normal.');
  });

  it('has bounded habits, memory, and text', () => {
    const detector = fresh({ habits: 100 });
    const flood = Array.from({ length: 3_000 }, (_, i) =>
      traffic(i, ends(`10.1.${i >> 8}.${i & 255}`, `10.2.${i >> 8}.${i & 255}`), 'FC3'),
    );
    calibrate(plugin, detector, flood);
    expect(JSON.stringify(detector.snapshot().baseline).length).toBeLessThan(20_000);
    // a habit that was not stored may be normal: a full baseline finds nothing new
    expect(found(detector, [traffic(9_999, ends(stranger, 'plc1'), 'FC3')])).toEqual({});
    const busy = learned();
    for (const observation of flood) busy.score(observation, () => {});
    expect(JSON.stringify(busy.snapshot().running).length).toBeLessThan(200_000);
    expect(told(busy, 'network/client').sentence.length).toBeLessThanOrEqual(200);
  });
});
