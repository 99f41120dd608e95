import { readFileSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { tagOf } from '../../../test/support/detectors.ts';
import { MemoryAlerts } from '../../../test/support/memory-alerts.ts';
import { type Alert, type AlertChange, type JoiningRuleName, joiningRuleNames, joiningWords } from '../../core/alert.ts';
import { VirtualClock } from '../../core/clock.ts';
import type { Finding } from '../../core/finding.ts';
import type { Influence } from '../../core/influence.ts';
import { TagTable } from '../../core/tag.ts';
import { AlertManager } from '../manager.ts';
import { joiningRules } from './index.ts';

const start = Date.UTC(2026, 10, 28, 12);
const minute = 60_000;
const tagAt = (name: string, equipment: string, device: string, over: Parameters<typeof tagOf>[1] = {}) =>
  tagOf(name, { area: 'plant', equipment, device, ...over });
const tags = new TagTable([
  tagAt('SUP.P', 'SUP', 'plc1'),
  tagAt('LA.P', 'LA', 'plc1'),
  tagAt('LA.Q', 'LA', 'plc1'),
  tagAt('LB.P', 'LB', 'plc1'),
  tagAt('LC.P', 'LC', 'plc2'),
  tagAt('ST.P', 'ST', 'plc1'),
  tagAt('GEN.P', 'GEN', 'plc2'),
  tagAt('SP', 'CL', 'plc2', { role: 'setpoint', aliases: [{ device: 'plc3', address: {} }] }),
  tagAt('CL.AT', 'CL', 'plc2'),
  tagAt('PUMP.KW', 'PUMP', 'plc1'),
  tagAt('PUMP.CMD', 'PUMP', 'plc1', { role: 'command' }),
  tagAt('FLOW', 'MAIN', 'plc4'),
  tagAt('LEVEL', 'TANK', 'plc4'),
  tagAt('FAR', 'FAR', 'plc4'),
]);
/** SUP supplies LA, LB and, through LA, ST; GEN also supplies LB. */
const supplies = { SUP: [], LA: ['SUP'], LB: ['SUP', 'GEN'], ST: ['LA'], LC: [], GEN: [] };
const areas = [{ equipment: Object.entries(supplies).map(([id, dependsOn]) => ({ id, name: id, kind: 'line', dependsOn })) }];
const learned: readonly Influence[] = [
  { tags: ['PUMP.KW', 'FLOW'] },
  { tags: ['LEVEL', 'FLOW'], isBalance: true },
  // loads of one supply follow the same day
  { tags: ['LA.P', 'LB.P'] },
];
const explained = { sentence: 's', contributions: [], normalIf: '', techniques: [] };
const of = (name: string, over: Partial<Finding> = {}): Partial<Finding> => {
  const { equipment } = tags.at(tags.indexOf(name) ?? -1);
  return { equipment, tags: [name], ...over };
};
const explaining = (over: Partial<Finding['explanation']>): Pick<Finding, 'explanation'> => ({
  explanation: { ...explained, title: '', ...over },
});
const act = (device: string, written: readonly string[], over: Partial<Finding['explanation']> = {}): Partial<Finding> => ({
  detector: 'traffic',
  device,
  network: true,
  tags: written,
  ...explaining({ clients: ['10.0.0.66'], ...over }),
});
const replayed = { detector: 'replay', signal: true, deliberate: true } as const;
const frozen = { detector: 'frozen', signal: true } as const;
const seen = { techniques: ['T1692.001'], seen: ['T1692.001'] };

type Over = Partial<Finding>;
type Row = readonly [rule: JoiningRuleName, text: string, alert: Over, finding: Over, reason: string | undefined];

/** The truth table: what an alert and a finding have in common, and the reason that is shown if they join. */
const table: readonly Row[] = [
  ['place', 'one equipment', of('LC.P'), { equipment: 'X', tags: ['LC.P'] }, 'LC'],
  ['place', 'equipment of a written tag', act('plc9', ['LC.P']), of('LC.P'), 'LC'],
  [
    'place',
    'equipment of each write of a sweep, of which the finding names one',
    act('plc9', ['SP'], { writes: ['SP', 'LC.P'].map((tag) => ({ client: '10.0.0.66', tag, after: 0, change: '0' })) }),
    of('LC.P'),
    'LC',
  ],
  ['place', 'one device itself', { device: 'plc9' }, act('plc9', []), 'plc9'],
  ['place', 'two equipment of one area', of('LC.P'), of('FAR'), undefined],
  ['place', 'two devices', { device: 'plc9' }, { device: 'plc8' }, undefined],
  ['place', 'a device and a tag of it', { device: 'plc2' }, of('LC.P'), undefined],
  ['supply', 'the supply fails first', of('SUP.P'), of('LA.P'), 'SUP → LA'],
  ['supply', 'the consumer is found first', of('LA.P'), of('SUP.P'), 'SUP → LA'],
  ['supply', 'through others', of('SUP.P'), of('ST.P'), 'SUP → ST'],
  ['supply', 'two consumers of one supply', of('LA.P'), of('LB.P'), 'SUP → LA, LB'],
  ['supply', 'two supplies of one consumer', of('SUP.P'), of('GEN.P'), 'SUP, GEN → LB'],
  ['supply', 'a write to what supplies', act('plc9', ['SUP.P']), of('LA.P'), 'SUP → LA'],
  [
    'supply',
    'signals that fail with their supply',
    of('LA.P', frozen),
    of('LB.P', { ...frozen, detector: 'noise' }),
    'SUP → LA, LB',
  ],
  ['supply', 'no stated supply', of('LA.P'), of('LC.P'), undefined],
  ['supply', 'consumers of two supplies', of('ST.P'), of('LB.P'), undefined],
  ['influence', 'a flow follows a motor', of('PUMP.KW'), of('FLOW'), 'PUMP.KW → FLOW'],
  ['influence', 'a flow follows a written command of the motor', act('plc1', ['PUMP.CMD']), of('FLOW'), 'PUMP.KW → FLOW'],
  ['influence', 'a level follows what moves its flow', of('PUMP.KW'), of('LEVEL'), 'PUMP.KW → LEVEL'],
  ['influence', 'the consequence is found first', of('FLOW'), act('plc1', ['PUMP.CMD']), 'PUMP.KW → FLOW'],
  ['influence', 'a false signal moves what is controlled by it', of('FLOW', frozen), of('PUMP.KW'), 'FLOW → PUMP.KW'],
  [
    'influence',
    'a fault of a signal follows from nothing',
    of('PUMP.KW', frozen),
    of('FLOW', { ...frozen, detector: 'noise' }),
    undefined,
  ],
  ['influence', 'nothing learned', of('PUMP.KW'), of('FAR'), undefined],
  ['client', 'one client at two devices', act('plc8', []), act('plc9', []), '10.0.0.66'],
  [
    'client',
    'encrypted messages and a set-point of the device',
    act('plc2', [], { encrypted: true }),
    of('SP'),
    '10.0.0.66 at plc2',
  ],
  ['client', 'the set-point is found first', of('SP'), act('plc2', [], { encrypted: true }), '10.0.0.66 at plc2'],
  ['client', 'a write to an unknown address', act('plc3', [], seen), of('SP'), '10.0.0.66 at plc3'],
  ['client', 'a measurement is not written', act('plc2', [], { encrypted: true }), of('LC.P'), undefined],
  ['client', 'a client that only reads', act('plc2', []), of('SP'), undefined],
  ['client', 'another client', act('plc8', []), act('plc9', [], { clients: ['10.0.0.7'] }), undefined],
  ['signal', 'signals of one device that fail alike', of('FLOW', frozen), of('FAR', frozen), 'plc4'],
  ['signal', 'a falsified signal and an act on its device', of('FAR', replayed), act('plc4', []), 'plc4'],
  ['signal', 'the act is found first', act('plc4', []), of('FAR', replayed), 'plc4'],
  ['signal', 'a falsified signal and another fault', of('FLOW', replayed), of('FAR', frozen), 'plc4'],
  ['signal', 'two different faults', of('FLOW', frozen), of('FAR', { ...frozen, detector: 'noise' }), undefined],
  ['signal', 'signals of two devices', of('LC.P', frozen), of('FAR', frozen), undefined],
  ['signal', 'an act and a signal that nobody falsifies', act('plc4', []), of('FAR', frozen), undefined],
];

/** The alerts of findings that begin at the given minutes. */
function alertsOf(findings: readonly (readonly [atMin: number, over: Over])[], joinMs = 10 * minute): Alert[] {
  const clock = new VirtualClock(start);
  const store = new MemoryAlerts();
  const settings = { realarm: [], escalate: [], joinMs };
  const manager = new AlertManager({ store, clock, epoch: 'e', tags, areas, settings });
  manager.useInfluences(learned);
  findings.forEach(([atMin, over], i) => {
    const time = start + atMin * minute;
    clock.set(time);
    const base = { id: `F${i}`, detector: 'range', channel: `c${i}`, since: time, beganAt: time, updatedAt: time };
    const rest = { area: 'plant', equipment: '', tags: [], score: 2, peak: 2, certainty: { kind: 'stated' as const } };
    const explanation = { ...explained, ...over.explanation, title: `title ${i}` };
    manager.take({ change: 'begin', finding: { ...base, ...rest, ...over, explanation } });
  });
  return store.all();
}

it.each(table)('%s: %s', (rule, _, alert, finding, reason) => {
  const [first, second, ...others] = alertsOf([
    [0, alert],
    [9, finding],
  ]);
  expect([others.length, first?.joined]).toEqual([0, undefined]);
  expect(second?.joined).toEqual(reason === undefined ? undefined : { rule, text: reason, to: first?.id });
  expect(second?.incident === first?.incident).toBe(reason !== undefined);
});

it.each(table.filter(([, , , , reason]) => reason !== undefined))(
  '%s: %s, after the window of the site',
  (_, __, alert, finding) => {
    const at = (min: number) =>
      alertsOf(
        [
          [0, alert],
          [min, finding],
        ],
        2 * minute,
      ).at(-1)?.joined !== undefined;
    expect([at(2), at(2.1)]).toEqual([true, false]);
  },
);

it('every rule has rows that join and rows that do not, and the documentation names each', () => {
  expect(joiningRules.map(({ name }) => name).toSorted()).toEqual(joiningRuleNames.toSorted());
  const documented = readFileSync(new URL('../../../docs/alarms.md', import.meta.url), 'utf8');
  for (const name of joiningRuleNames) {
    const reasons = table.flatMap(([rule, , , , reason]) => (rule === name ? [reason !== undefined] : []));
    expect([name, new Set(reasons).size]).toEqual([name, 2]);
    expect(documented).toContain(`| ${joiningWords[name]} |`);
  }
});

it('a detector that looks back finds an event of the window before', () => {
  const late = of('LA.P', { lookbackMs: 10 * minute });
  expect(
    alertsOf([
      [0, of('SUP.P')],
      [19, late],
    ]).at(-1)?.joined?.text,
  ).toBe('SUP → LA');
  expect(
    alertsOf([
      [0, of('SUP.P')],
      [21, late],
    ]).at(-1)?.joined,
  ).toBeUndefined();
});

it('the latest of several alerts is joined, and an incident goes on while each finding is within the window of one before', () => {
  const found = alertsOf([
    [0, of('SUP.P')],
    [8, of('LA.P')],
    [16, of('ST.P')],
    [24, of('LA.Q', { equipment: 'ST' })],
  ]);
  expect(found.map(({ joined }) => joined?.to)).toEqual([undefined, found[0]?.id, found[1]?.id]);
  expect(new Set(found.map(({ incident }) => incident)).size).toBe(1);
});

it('what is known of a client later counts', () => {
  const clock = new VirtualClock(start);
  const store = new MemoryAlerts();
  const manager = new AlertManager({ store, clock, epoch: 'e', tags, areas });
  const times = { since: start, beganAt: start, updatedAt: start };
  const stated = { area: '', equipment: '', score: 2, peak: 2, certainty: { kind: 'stated' as const } };
  const client = { id: 'F1', channel: 'plc2/client', ...times, ...stated, ...act('plc2', []) } as Finding;
  manager.take({ change: 'begin', finding: client });
  manager.take({ change: 'update', finding: { ...client, explanation: { ...client.explanation, encrypted: true } } });
  const setpoint = { id: 'F2', detector: 'range', channel: 'SP', ...times, ...stated, ...of('SP'), ...explaining({}) };
  manager.take({ change: 'begin', finding: setpoint as Finding });
  expect(store.all().map(({ incident }) => incident)).toEqual(['INC-000001', 'INC-000001']);
});

it('alerts of an earlier run are joined', () => {
  const clock = new VirtualClock(start);
  const store = new MemoryAlerts();
  const found = (name: string, i: number): Finding => {
    const times = { since: start, beganAt: start, updatedAt: start };
    const stated = { score: 2, peak: 2, certainty: { kind: 'stated' as const }, ...explaining({ title: name }) };
    const { equipment } = tags.at(tags.indexOf(name) ?? -1);
    return { id: `F${i}`, detector: 'range', channel: name, area: '', equipment, tags: [name], ...times, ...stated };
  };
  new AlertManager({ store, clock, epoch: 'e', tags, areas }).take({ change: 'begin', finding: found('SUP.P', 0) });
  new AlertManager({ store, clock, epoch: 'f', tags, areas }).take({ change: 'begin', finding: found('LA.P', 1) });
  expect(store.all().map(({ joined }) => joined?.text)).toEqual([undefined, 'SUP → LA']);
});

it('the number of comparisons of a flood grows with the number of its alerts', () => {
  const compared = (count: number): { readonly joins: number; readonly incidents: number } => {
    const names = Array.from({ length: count }, (_, i) => `T${i}`);
    const table = new TagTable(names.map((name) => tagAt(name, `E${name}`, 'plc1')));
    const equipment = names.map((name) => ({ id: `E${name}`, name, kind: 'instrument', dependsOn: ['SUPPLY'] }));
    const spies = joiningRules.map((rule) => vi.spyOn(rule, 'joins'));
    const clock = new VirtualClock(start);
    const last = new Map<string, Alert>();
    const store = Object.assign(new MemoryAlerts(), { append: ({ alert }: AlertChange) => void last.set(alert.id, alert) });
    const manager = new AlertManager({ store, clock, epoch: 'e', tags: table, areas: [{ equipment }] });
    const times = { since: start, beganAt: start, updatedAt: start };
    const stated = { detector: 'limits', area: 'plant', score: 2, peak: 2, certainty: { kind: 'stated' as const } };
    for (const name of names)
      manager.take({
        change: 'begin',
        finding: {
          id: name,
          channel: name,
          equipment: `E${name}`,
          tags: [name],
          ...times,
          ...stated,
          ...explaining({ title: name }),
        },
      });
    manager.tick();
    const joins = spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
    vi.restoreAllMocks();
    expect(manager.open()).toHaveLength(count);
    return { joins, incidents: new Set([...last.values()].map(({ incident }) => incident)).size };
  };
  const [small, large] = [compared(1_000), compared(10_000)];
  expect([small.incidents, large.incidents]).toEqual([1, 1]);
  expect(large.joins).toBeLessThan(12 * small.joins);
  expect(large.joins).toBeLessThan(10_000 * 10);
});
