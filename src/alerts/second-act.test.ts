import { expect, it } from 'vitest';
import { tagOf } from '../../test/support/detectors.ts';
import { tagFinding } from '../../test/support/tag-finding.ts';
import { MemoryAlerts } from '../../test/support/memory-alerts.ts';
import type { Alert } from '../core/alert.ts';
import { VirtualClock } from '../core/clock.ts';
import type { ClientAct, Finding, ObservedWrite } from '../core/finding.ts';
import { TagTable } from '../core/tag.ts';
import { AlertManager } from './manager.ts';

const start = Date.UTC(2026, 10, 28, 12);
const intruder = '10.0.0.66';
const other = '10.0.0.7';
const tags = new TagTable([
  tagOf('CL.SP', { equipment: 'CL', device: 'plc1', role: 'setpoint' }),
  ...['P1', 'P2', 'P3', 'P4'].map((id) =>
    tagOf(`${id}.CMD`, { equipment: id, device: 'plc1', role: 'command', kind: 'discrete', states: { 0: 'stop', 1: 'start' } }),
  ),
]);
const pumps = ['P1', 'P2', 'P3', 'P4'].map((id) => ({ id, name: `High-lift pump ${id.slice(1)}`, kind: 'pump' }));
const operator = { role: 'operator', user: 'night' };
const wrote = (tag: string, after: number, client = intruder): ObservedWrite => ({
  client,
  tag,
  before: 1,
  after,
  change: `1 → ${after}`,
});

function room() {
  const clock = new VirtualClock(start);
  const store = new MemoryAlerts();
  const manager = new AlertManager({ store, clock, epoch: 'e', tags, areas: [{ equipment: pumps }] });
  const act = (kind: string, writes: readonly ObservedWrite[], over: Partial<Finding['explanation']> = {}): Finding => ({
    id: `traffic/plc1/${kind}`,
    detector: 'traffic',
    channel: `plc1/${kind}`,
    area: '',
    equipment: '',
    device: 'plc1',
    network: true,
    tags: writes.slice(0, 5).map(({ tag }) => tag),
    since: start,
    beganAt: start,
    updatedAt: clock.now(),
    score: 2,
    peak: 2,
    certainty: { kind: 'stated' },
    explanation: {
      title: `${intruder} writes ${writes[0]?.tag} and more`,
      sentence: `${writes.length} writes.`,
      contributions: [],
      normalIf: '',
      techniques: [],
      seen: writes.length > 0 ? ['T1692.001'] : [],
      clients: [...new Set([intruder, ...writes.map(({ client }) => client)])],
      ...(writes.length > 0 ? { writes } : {}),
      ...over,
    },
  });
  const acknowledgeAll = (): void => {
    for (const { id } of manager.open()) manager.acknowledge(id, operator);
  };
  const pass = (ms: number): void => {
    clock.set(clock.now() + ms);
    manager.tick();
  };
  const kinds = (): string[] =>
    store.changes.filter(({ kind }) => kind !== 'updated').map(({ kind, alert }) => `${kind} ${alert.state}`);
  const shown = (): Alert[] => store.all();
  return { clock, store, manager, act, acknowledgeAll, pass, kinds, shown };
}

const setPoint = [wrote('CL.SP', 0.3)];
const stopped = [...setPoint, ...pumps.map(({ id }) => wrote(`${id}.CMD`, 0))];

it('a client that stops the pumps after its set-point was acknowledged calls again, with a title about the pumps', () => {
  const { manager, act, acknowledgeAll, pass, kinds, shown } = room();
  manager.take({ change: 'begin', finding: act('write', setPoint) });
  pass(120_000);
  acknowledgeAll();
  pass(60_000);
  manager.take({ change: 'update', finding: act('write', stopped) });
  expect(kinds()).toEqual(['raised B', 'acknowledged C', 'recurred B']);
  expect(shown()).toMatchObject([
    {
      title: '10.0.0.66 writes P1.CMD and 3 other tags',
      headline: { title: 'Command stop to all four high-lift pumps by writes from 10.0.0.66' },
    },
  ]);
  // and the title stays
  pass(10_000);
  manager.take({ change: 'update', finding: act('write', stopped, { sentence: '9 writes.' }) });
  expect(shown()[0]?.title).toBe('10.0.0.66 writes P1.CMD and 3 other tags');
});

it('a write, a program and a new client are alerts of their own beside any open alert of the device', () => {
  const { manager, act, shown } = room();
  manager.take({ change: 'begin', finding: act('fault', [], { title: 'plc1 refuses connections of 10.0.0.66' }) });
  manager.take({ change: 'begin', finding: act('client', [], { title: 'New client' }) });
  manager.take({ change: 'begin', finding: act('write', setPoint) });
  manager.take({ change: 'begin', finding: act('operation', [], { title: 'Program changed', seen: ['T0843'] }) });
  expect(shown().map(({ title }) => title)).toEqual([
    'plc1 refuses connections of 10.0.0.66',
    'New client',
    '10.0.0.66 writes CL.SP and more',
    'Program changed',
  ]);
  expect(new Set(shown().map(({ incident }) => incident)).size).toBe(1);
});

it('a second client that writes is an alert of its own, and keeps it until the finding of both ends', () => {
  const { manager, act, kinds, shown } = room();
  const first = act('write', setPoint);
  manager.take({ change: 'begin', finding: first });
  const acts: ClientAct[] = [intruder, other].map((client) => ({
    client,
    title: `${client} writes`,
    sentence: `${client} writes.`,
    techniques: [],
    seen: ['T1692.001'],
  }));
  const both = act('write', [...setPoint, wrote('P1.CMD', 0, other)], { acts });
  manager.take({ change: 'update', finding: both });
  expect(kinds()).toEqual(['raised B', 'raised B']);
  expect(shown().map(({ title, tags: own, explanation: { clients, writes } }) => [title, own, clients, writes?.length])).toEqual([
    ['10.0.0.66 writes', ['CL.SP'], [intruder], 1],
    ['10.0.0.7 writes', ['P1.CMD'], [other], 1],
  ]);
  expect(JSON.stringify(shown())).not.toContain('"acts"');
  manager.take({ change: 'end', finding: { ...both, endedAt: start + 1 } });
  expect(manager.open().flatMap(({ findings }) => findings.map(({ endedAt }) => endedAt))).toEqual([start + 1, start + 1]);
});

it('a client beyond those that a detector names is an alert of its own, and each further one calls again', () => {
  const { manager, act, acknowledgeAll, pass, kinds, shown } = room();
  const named = Array.from({ length: 8 }, (_, i) => `10.0.1.${i}`);
  const finding = (last: string, actedAt: number): Finding => {
    const acts = [...named, last].map(
      (client): ClientAct => ({
        client,
        title: `New client ${client}`,
        sentence: '',
        techniques: [],
        ...(client === last ? { actedAt } : {}),
      }),
    );
    return act('client', [], { clients: named, acts });
  };
  manager.take({ change: 'begin', finding: finding('10.0.2.1', 1) });
  expect(shown()).toHaveLength(9);
  pass(61_000);
  acknowledgeAll();
  manager.take({ change: 'update', finding: finding('10.0.2.1', 1) });
  expect(kinds().at(-1)).toBe('acknowledged C');
  manager.take({ change: 'update', finding: finding('10.0.2.2', 2) });
  expect(kinds().at(-1)).toBe('recurred B');
  expect(shown().at(-1)?.title).toBe('New client 10.0.2.2');
  const end = { ...finding('10.0.2.2', 2), endedAt: start + 1 };
  manager.take({ change: 'end', finding: end });
  expect(manager.open().filter(({ findings }) => findings.some(({ endedAt }) => endedAt === undefined))).toEqual([]);
});

it('a repetition calls nobody; a changed value, a technique and an act of its own do', () => {
  const { manager, act, acknowledgeAll, pass, kinds } = room();
  const called = (finding: Finding): boolean => {
    pass(61_000);
    acknowledgeAll();
    const before = kinds().length;
    manager.take({ change: 'update', finding });
    return kinds().slice(before).includes('recurred B');
  };
  manager.take({ change: 'begin', finding: act('write', setPoint) });
  expect(called(act('write', setPoint, { sentence: '2 writes.' }))).toBe(false);
  expect(called(act('write', [wrote('CL.SP', 0.2)]))).toBe(true);
  expect(called(act('write', [wrote('CL.SP', 0.2)], { seen: ['T1692.001', 'T0843'] }))).toBe(true);
  expect(called(act('write', [wrote('CL.SP', 0.2)], { actedAt: start + 1 }))).toBe(true);
  expect(called(act('write', [wrote('CL.SP', 0.2)], { actedAt: start + 1 }))).toBe(false);
});

it('an incident calls again at most once a minute, and the last call counts the acts', () => {
  const { clock, store, manager, act, acknowledgeAll, pass } = room();
  manager.take({ change: 'begin', finding: act('write', setPoint) });
  acknowledgeAll();
  for (let i = 1; i <= 40; i++) {
    manager.take({ change: 'update', finding: act('write', [wrote('CL.SP', i)]) });
    acknowledgeAll();
    pass(2_000);
  }
  const calls = store.changes.filter(({ kind }) => kind === 'recurred');
  expect(calls.map(({ time, note }) => [(time - start) / 1_000, note])).toEqual([
    [0, undefined],
    [60, '29 further acts in the last 58 s'],
  ]);
  pass(60_000);
  expect(store.changes.at(-1)).toMatchObject({
    kind: 'recurred',
    note: expect.stringContaining('further acts'),
    alert: { state: 'B' },
  });
  expect(clock.now() - start).toBe(140_000);
});

it('an alert whose further acts still wait is not cleared unseen', () => {
  const { manager, act, acknowledgeAll, pass, shown } = room();
  const first = act('fault', []);
  manager.take({ change: 'begin', finding: first });
  acknowledgeAll();
  manager.take({ change: 'update', finding: act('fault', [], { actedAt: 1 }) });
  acknowledgeAll();
  manager.take({ change: 'update', finding: act('fault', [], { actedAt: 2 }) });
  expect(shown()[0]?.state).toBe('C');
  manager.take({ change: 'end', finding: { ...first, endedAt: start + 1 } });
  expect(shown()[0]?.state).toBe('D');
  pass(1_000);
});

it('another act in a shelved alert ends its shelving', () => {
  const { manager, act, kinds, shown } = room();
  manager.take({ change: 'begin', finding: act('write', setPoint) });
  const id = shown()[0]?.id ?? '';
  manager.shelve(id, { until: start + 3_600_000, reason: 'known' }, operator);
  manager.take({ change: 'update', finding: act('write', setPoint, { sentence: '2 writes.' }) });
  expect(shown()[0]?.state).toBe('G');
  manager.take({ change: 'update', finding: act('write', stopped) });
  expect(kinds().at(-1)).toBe('unshelved B');
});

it('an act that waits for its call is called although the alert is shelved meanwhile, or the monitor is started again', () => {
  const waits = () => {
    const site = room();
    site.manager.take({ change: 'begin', finding: site.act('write', setPoint) });
    site.acknowledgeAll();
    site.manager.take({ change: 'update', finding: site.act('write', [wrote('CL.SP', 0.2)]) });
    site.pass(1_000);
    site.acknowledgeAll();
    site.pass(6_000);
    site.manager.take({ change: 'update', finding: site.act('write', stopped, { actedAt: site.clock.now() }) });
    expect(site.kinds().at(-1)).toBe('acknowledged C');
    return site;
  };
  const shelved = waits();
  shelved.manager.shelve('ALT-000001', { until: start + 3_600_000, reason: 'known' }, operator);
  shelved.pass(1_000);
  expect(shelved.kinds().at(-1)).toBe('unshelved B');
  const { store, clock, kinds } = waits();
  const again = new AlertManager({ store, clock, epoch: 'f', tags });
  again.tick();
  expect(kinds().at(-1)).toBe('recurred B');
});

it('a signal that is found to be falsified calls again for the acknowledged alert of its tag, once', () => {
  const { manager, clock, acknowledgeAll, kinds } = room();
  const base = tagFinding(tags, 'CL.SP', start);
  manager.take({ change: 'begin', finding: base });
  acknowledgeAll();
  const replayed = { ...base, id: 'R1', detector: 'replay', signal: true as const, deliberate: true as const };
  manager.take({ change: 'begin', finding: replayed });
  expect(kinds().at(-1)).toBe('recurred B');
  acknowledgeAll();
  manager.take({ change: 'begin', finding: { ...replayed, id: 'R2', detector: 'other', beganAt: clock.now() } });
  expect(kinds().at(-1)).toBe('acknowledged C');
});

it('what an earlier run stated is known after a restart', () => {
  const { clock, store, manager, act, acknowledgeAll } = room();
  manager.take({ change: 'begin', finding: act('write', setPoint) });
  acknowledgeAll();
  const again = new AlertManager({ store, clock, epoch: 'f', tags });
  again.take({ change: 'update', finding: act('write', setPoint, { sentence: '2 writes.' }) });
  expect(store.all()[0]?.state).toBe('C');
  again.take({ change: 'update', finding: act('write', stopped) });
  expect(store.all()[0]?.state).toBe('B');
});
