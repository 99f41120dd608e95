import fc from 'fast-check';
import { expect, it } from 'vitest';
import { tagOf } from '../../test/support/detectors.ts';
import { MemoryAlerts } from '../../test/support/memory-alerts.ts';
import { VirtualClock } from '../core/clock.ts';
import type { Finding, FindingChange } from '../core/finding.ts';
import type { Influence } from '../core/influence.ts';
import { TagTable } from '../core/tag.ts';
import { AlertManager } from './manager.ts';

const start = Date.UTC(2026, 10, 28, 12);
const minute = 60_000;
const tags = new TagTable([
  tagOf('CL.SP', {
    role: 'setpoint',
    area: 'treatment',
    equipment: 'CL',
    device: 'ua1',
    aliases: [{ device: 'plc1', address: {} }],
  }),
  tagOf('CL.AT', { area: 'treatment', equipment: 'CL', device: 'ua1' }),
  tagOf('SEQ', { area: 'intake', equipment: 'PLC1', device: 'plc1', kind: 'counter' }),
  tagOf('RW.FT', { area: 'intake', equipment: 'RW', device: 'plc1' }),
  tagOf('T1.LT', { area: 'network', equipment: 'T1', device: 'rtu2' }),
  tagOf('T1.FT', { area: 'network', equipment: 'T1', device: 'rtu2' }),
  tagOf('PS.P1.CMD', { area: 'pumping', equipment: 'PS.P1', device: 'plc1' }),
  tagOf('PS.P1.KW', { area: 'pumping', equipment: 'PS.P1', device: 'plc1' }),
  tagOf('PS.P1.HRS', { area: 'pumping', equipment: 'PS.P1', device: 'plc1', kind: 'counter' }),
  tagOf('T2.LT', { area: 'network', equipment: 'T2', device: 'rtu2' }),
  tagOf('PR.PT', { area: 'zone', equipment: 'PR', device: 'rtu2' }),
  ...['IN.P', 'BUS.U', 'F1.P', 'F1.I', 'F2.P', 'F2.I', 'GEN.TRIP', 'F1.KW', 'F2.KW'].map((name) =>
    tagOf(name, { area: 'station', equipment: name.split('.')[0] ?? '', device: 'rtu3' }),
  ),
  tagOf('F1.ISET', { area: 'station', equipment: 'F1', device: 'rtu3', role: 'parameter' }),
  tagOf('PS.P2.CMD', { area: 'pumping', equipment: 'PS.P2', device: 'plc1', role: 'command' }),
  tagOf('IN.TAP', { area: 'station', equipment: 'IN', device: 'rtu3', role: 'setpoint' }),
  tagOf('PLC1.SUM', { area: 'intake', equipment: 'PLC1', device: 'plc1', kind: 'discrete', role: 'parameter' }),
  ...['V1.POS', 'V2.POS', 'V3.POS'].map((name) =>
    tagOf(name, { area: 'station', equipment: name.split('.')[0] ?? '', device: 'rtu3' }),
  ),
  tagOf('ST.ON', { area: 'pumping', equipment: 'ST', device: 'plc1', role: 'setpoint' }),
]);
/**
 * An infeed and a generator supply a busbar with two feeders; levels at which a pump starts drive it; a controller drives another pump; three valves
 * follow a feeder.
 */
const supplies = {
  IN: [],
  GEN: [],
  BUS: ['IN', 'GEN'],
  F1: ['BUS'],
  F2: ['BUS'],
  'PS.P1': ['ST'],
  'PS.P2': ['PLC1'],
  V1: ['F1'],
  V2: ['F1'],
  V3: ['F1'],
};
const areas = [{ equipment: Object.entries(supplies).map(([id, dependsOn]) => ({ id, name: id, kind: 'line', dependsOn })) }];
/** What the baseline has learned of these tags. */
const learned: readonly Influence[] = [
  { tags: ['PS.P1.KW', 'T1.FT'] },
  { tags: ['T1.LT', 'T1.FT'], isBalance: true },
  { tags: ['T1.FT', 'PR.PT'] },
  { tags: ['PS.P2.CMD', 'T2.LT'] },
  // both feeders follow the same day
  { tags: ['F1.P', 'F2.P'] },
  // and their powers together are that of the busbar
  { tags: ['F1.KW', 'F2.KW'], isSum: true },
];
const explained = { sentence: 's', title: '', contributions: [], normalIf: '', techniques: [] };
const place = (name: string): Pick<Finding, 'area' | 'equipment' | 'tags'> => {
  const { area, equipment } = tags.at(tags.indexOf(name) ?? -1);
  return { area, equipment, tags: [name] };
};
const act = (device: string, written: readonly string[] = [], clients?: readonly string[]): Partial<Finding> => ({
  detector: 'traffic',
  device,
  network: true,
  area: '',
  equipment: '',
  tags: written,
  ...(clients === undefined ? {} : { explanation: { ...explained, clients } }),
});

/** The incidents of findings that begin at the given minutes: equal numbers are one incident. `told` acknowledges all alerts so far. */
function incidentsOf(...findings: readonly (readonly [atMin: number, over: Partial<Finding> | 'told'])[]): number[] {
  const clock = new VirtualClock(start);
  const store = new MemoryAlerts();
  const manager = new AlertManager({ store, clock, epoch: 'e', tags, areas });
  manager.useInfluences(learned);
  const ids: string[] = [];
  findings.forEach(([atMin, over], i) => {
    const time = start + atMin * minute;
    clock.set(time);
    if (over === 'told') {
      for (const { id } of store.all()) manager.acknowledge(id, { user: 'night', role: 'operator' });
      return;
    }
    const of = { id: `F${i}`, detector: 'range', channel: `c${i}`, since: time, beganAt: time, updatedAt: time };
    const rest = { area: '', equipment: '', tags: [], score: 2, peak: 2, certainty: { kind: 'stated' as const } };
    const title = { ...(over.explanation ?? explained), title: `title ${i}` };
    manager.take({ change: 'begin', finding: { ...rest, ...of, ...over, explanation: title } });
    const alert = store.all().find((one) => one.findings.some(({ id }) => id === `F${i}`));
    ids.push(alert?.incident ?? '');
  });
  return ids.map((id) => ids.indexOf(id));
}

it('a write and what it changes are one incident, in either order', () => {
  expect(incidentsOf([0, act('plc1', ['CL.SP'])], [1, place('CL.SP')], [8, place('CL.AT')])).toEqual([0, 0, 0]);
  expect(incidentsOf([0, place('CL.SP')], [1, act('plc1', ['CL.SP'])])).toEqual([0, 0]);
});

it('a restart by a client and the commands of its controller are one incident while it lasts, and nothing else is', () => {
  const restart = { ...act('plc1'), explanation: { ...explained, clients: ['10.0.0.66'], seen: ['T0816'] } };
  expect(incidentsOf([0, restart], [8, place('PS.P2.CMD')], [9, place('T2.LT')])).toEqual([0, 0, 0]);
  // a measurement that no command moves, and another controller
  expect(incidentsOf([0, restart], [8, place('RW.FT')], [9, place('T1.LT')])).toEqual([0, 1, 2]);
  expect(incidentsOf([0, act('plc1')], [8, place('PS.P2.CMD')])).toEqual([0, 1]);
});

it('a counter of the controller that was written belongs to the write', () => {
  expect(incidentsOf([0, act('plc1', ['CL.SP'])], [1, place('SEQ')])).toEqual([0, 0]);
  expect(incidentsOf([0, act('rtu2', ['T1.LT'])], [1, place('SEQ')])).toEqual([0, 1]);
});

it('a tag of the controller belongs to the write only if it leads its finding', () => {
  const listed = { ...place('RW.FT'), tags: ['RW.FT', 'SEQ'] };
  expect(incidentsOf([0, act('plc1', ['CL.SP'])], [1, listed])).toEqual([0, 1]);
  expect(incidentsOf([0, listed], [1, act('plc1', ['CL.SP'])])).toEqual([0, 1]);
  expect(incidentsOf([0, act('plc1', ['CL.SP'])], [1, { ...place('SEQ'), tags: ['SEQ', 'RW.FT'] }])).toEqual([0, 0]);
});

it('a counter of a controller does not join what else happens in its area', () => {
  const written = act('plc1', ['PS.P1.CMD']);
  expect(incidentsOf([0, written], [1, place('SEQ')], [5, place('RW.FT')])).toEqual([0, 0, 2]);
  expect(incidentsOf([0, place('RW.FT')], [5, place('SEQ')])).toEqual([0, 1]);
});

it('a write and a fault elsewhere are two incidents', () => {
  expect(incidentsOf([0, act('plc1', ['CL.SP'])], [1, place('T1.LT')])).toEqual([0, 1]);
  expect(incidentsOf([0, act('plc1', ['CL.SP'])], [1, place('RW.FT')])).toEqual([0, 1]);
});

it('an observed write to an unknown address concerns a set-point of its device for two minutes; a mere client concerns none', () => {
  const observed = { ...act('plc1'), explanation: { ...explained, techniques: ['T1692.001'], seen: ['T1692.001'] } };
  expect(incidentsOf([0, observed], [1, place('CL.SP')])).toEqual([0, 0]);
  expect(incidentsOf([0, observed], [3, place('CL.SP')])).toEqual([0, 1]);
  // a measurement is not written: after the seconds in which the tag may become known, nothing but time would relate it
  expect(incidentsOf([0, observed], [0.1, place('RW.FT')])).toEqual([0, 0]);
  expect(incidentsOf([0, place('RW.FT')], [0.1, observed])).toEqual([0, 0]);
  expect(incidentsOf([0, observed], [1, place('RW.FT')])).toEqual([0, 1]);
  expect(incidentsOf([0, act('plc1')], [1, place('RW.FT')])).toEqual([0, 1]);
});

it('a client whose messages are encrypted concerns what can be written on its device, for two minutes and while it communicates', () => {
  const secret = { ...act('ua1'), explanation: { ...explained, clients: ['10.0.0.66'], encrypted: true as const } };
  expect(incidentsOf([0, secret], [1, place('CL.SP')])).toEqual([0, 0]);
  expect(incidentsOf([0, place('CL.SP')], [1, secret])).toEqual([0, 0]);
  expect(incidentsOf([0, secret], [9, place('CL.SP')])).toEqual([0, 0]);
  expect(incidentsOf([0, { ...secret, endedAt: start + 2 * minute }], [3, place('CL.SP')])).toEqual([0, 1]);
  expect(incidentsOf([0, place('CL.SP')], [3, secret])).toEqual([0, 1]);
  // a measurement is not written, another device is not concerned, and a client whose messages can be read wrote nothing
  expect(incidentsOf([0, secret], [0.1, place('CL.AT')])).toEqual([0, 1]);
  expect(incidentsOf([0, secret], [0.1, place('F1.ISET')])).toEqual([0, 1]);
  expect(incidentsOf([0, act('ua1')], [0.1, place('CL.SP')])).toEqual([0, 1]);
});

it('a client concerns what changes as soon as it is known that its messages are encrypted', () => {
  const clock = new VirtualClock(start);
  const store = new MemoryAlerts();
  const manager = new AlertManager({ store, clock, epoch: 'e', tags, areas });
  const times = { since: start, beganAt: start, updatedAt: start };
  const stated = { score: 2, peak: 2, certainty: { kind: 'stated' as const } };
  const client = { id: 'F1', channel: 'ua1/client', ...times, ...stated, ...act('ua1') } as Finding;
  manager.take({ change: 'begin', finding: { ...client, explanation: explained } });
  // the title is the same: the change is not worth storing at once
  clock.set(start + 100);
  manager.take({ change: 'update', finding: { ...client, explanation: { ...explained, encrypted: true } } });
  clock.set(start + 1_000);
  const setpoint = { id: 'F2', detector: 'range', channel: 'CL.SP', ...times, ...stated, ...place('CL.SP') };
  manager.take({ change: 'begin', finding: { ...setpoint, explanation: { ...explained, title: 'another' } } });
  expect(store.all().map(({ incident }) => incident)).toEqual(['INC-000001', 'INC-000001']);
});

it('a device that reports a client which it never had belongs to that client on the network, and its other findings do not', () => {
  const rogue = { ...explained, techniques: ['T0848', 'T0859'] };
  const client = { ...act('ua1'), explanation: { ...rogue, clients: ['10.0.0.66'] } };
  const reported = { detector: 'posture', device: 'ua1', explanation: rogue };
  expect(incidentsOf([0, client], [9, reported])).toEqual([0, 0]);
  expect(incidentsOf([0, reported], [1, client])).toEqual([0, 0]);
  expect(incidentsOf([0, client], [1, { ...reported, device: 'plc1' }])).toEqual([0, 1]);
  expect(incidentsOf([0, client], [1, { ...reported, explanation: explained }])).toEqual([0, 1]);
});

it('a second attack of a client is told with it, also if its effect is found before the write', () => {
  const wrote = (tag: string) => act('plc1', [tag], ['10.0.0.66']);
  const second = [3.1, wrote('PS.P1.CMD')] as const;
  expect(incidentsOf([0, wrote('CL.SP')], [3, place('PS.P1.KW')], second)).toEqual([0, 1, 1]);
  // later acts belong to the latest event of their device
  expect(incidentsOf([0, wrote('CL.SP')], [3, place('PS.P1.KW')], second, [4, wrote('PS.P1.CMD')])).toEqual([0, 1, 1, 1]);
  // an event elsewhere, one that was there before the first act, and one that is older than the effect of a write
  expect(incidentsOf([0, wrote('CL.SP')], [3, place('T2.LT')], second)).toEqual([0, 1, 0]);
  expect(incidentsOf([0, place('PS.P1.KW')], [1, wrote('CL.SP')], second)).toEqual([0, 1, 1]);
  expect(incidentsOf([0, wrote('CL.SP')], [3, place('PS.P1.KW')], [6, wrote('PS.P1.CMD')])).toEqual([0, 1, 0]);
});

it('a client that comes back while its attack goes on belongs to it', () => {
  expect(incidentsOf([0, act('plc1', ['CL.SP'])], [1, place('CL.SP')], [40, act('plc1')])).toEqual([0, 0, 0]);
});

it('acts of one client at several devices are one incident while it lasts, and acts of different clients are not', () => {
  const [intruder, other] = [['10.0.0.66'], ['10.0.0.7']];
  const of = (device: string, clients: readonly string[]) => act(device, [], clients);
  expect(incidentsOf([0, of('plc1', intruder)], [0.5, of('rtu2', intruder)], [9, of('ua1', intruder)])).toEqual([0, 0, 0]);
  // the first act and what it changed are over since 20 minutes
  const past = { ...of('plc1', intruder), endedAt: start + minute };
  expect(incidentsOf([0, past], [21, of('rtu2', intruder)])).toEqual([0, 1]);
  expect(incidentsOf([0, of('plc1', intruder)], [0.5, of('rtu2', other)])).toEqual([0, 1]);
  // without a client, only the device relates them
  expect(incidentsOf([0, act('plc1')], [0.5, act('rtu2')])).toEqual([0, 1]);
});

it('a client that reaches another device after the operator has acknowledged its incident makes a new one', () => {
  const of = (device: string) => act(device, [], ['10.0.0.66']);
  expect(incidentsOf([0, of('plc1')], [0.1, 'told'], [2, of('rtu2')])).toEqual([0, 1]);
  expect(incidentsOf([0, of('plc1')], [0.1, 'told'], [0.5, of('rtu2')])).toEqual([0, 0]);
  expect(incidentsOf([0, of('plc1')], [0.1, 'told'], [2, of('plc1')])).toEqual([0, 0]);
});

it('two faults of one area are two incidents, however near in time', () => {
  expect(incidentsOf([0, place('T1.LT')], [1, place('T2.LT')])).toEqual([0, 1]);
  expect(incidentsOf([0, { area: 'network', equipment: '' }], [1, place('T2.LT')])).toEqual([0, 1]);
});

it('signals of one device that fail alike are one incident', () => {
  const replayed = (name: string) => ({ ...place(name), detector: 'replay', signal: true as const });
  expect(incidentsOf([0, replayed('T1.LT')], [1, replayed('T2.LT')])).toEqual([0, 0]);
  expect(incidentsOf([0, replayed('T1.LT')], [1, { ...replayed('T2.LT'), detector: 'frozen' }])).toEqual([0, 1]);
  expect(incidentsOf([0, replayed('T1.LT')], [1, replayed('RW.FT')])).toEqual([0, 1]);
});

it('a counter of the process is no counter of the controller', () => {
  expect(incidentsOf([0, act('plc1', ['CL.SP'])], [1, place('PS.P1.HRS')])).toEqual([0, 1]);
  expect(incidentsOf([0, act('plc1', ['PS.P1.CMD'])], [1, place('PS.P1.HRS')])).toEqual([0, 0]);
});

it('a missing value is no part of an intrusion on its device', () => {
  const missing = { detector: 'missing', device: 'plc1' };
  expect(incidentsOf([0, missing], [1, act('plc1', ['CL.SP'])], [2, place('CL.SP')])).toEqual([0, 1, 1]);
});

it('a consequence in another area belongs to its cause: a flow that follows a written command, the level of that flow', () => {
  const stop = act('plc1', ['PS.P1.CMD']);
  expect(incidentsOf([0, stop], [5, place('T1.FT')])).toEqual([0, 0]);
  expect(incidentsOf([0, stop], [45, place('T1.LT')])).toEqual([0, 0]);
  expect(incidentsOf([0, place('PS.P1.KW')], [45, place('T1.LT')])).toEqual([0, 0]);
});

it('a cause that is found within a minute after its consequence belongs to it', () => {
  expect(incidentsOf([0, place('T1.FT')], [0.5, place('PS.P1.CMD')])).toEqual([0, 0]);
  expect(incidentsOf([0, place('T1.FT')], [2, place('PS.P1.CMD')])).toEqual([0, 1]);
  expect(incidentsOf([0, { ...place('T1.FT'), detector: 'frozen', signal: true }], [0.5, place('PS.P1.CMD')])).toEqual([0, 1]);
});

it('a fault of a signal is no consequence, and neither is what follows only the consequence of an absent alert', () => {
  const stop = act('plc1', ['PS.P1.CMD']);
  expect(incidentsOf([0, stop], [5, { ...place('T1.FT'), detector: 'frozen', signal: true }])).toEqual([0, 1]);
  expect(incidentsOf([0, stop], [5, place('PR.PT')])).toEqual([0, 1]);
  expect(incidentsOf([0, stop], [5, place('T1.FT')], [20, place('PR.PT')])).toEqual([0, 0, 0]);
});

it('a write is a cause while what it changed lasts, also if the client is silent since long', () => {
  const past = { ...act('plc1', ['CL.SP']), endedAt: start + minute };
  expect(incidentsOf([0, past], [1, place('CL.SP')], [60, place('SEQ')])).toEqual([0, 0, 0]);
  expect(incidentsOf([0, past], [1, { ...place('CL.SP'), endedAt: start + 2 * minute }], [60, place('SEQ')])).toEqual([0, 0, 2]);
});

it('a sweep concerns the equipment of each write, of which its finding names one', () => {
  const writes = ['F1.P', 'F2.P', 'CL.SP'].map((tag) => ({ client: '10.0.0.66', tag, after: 0, change: '0' }));
  const sweep = { ...act('rtu3', ['F1.P']), explanation: { ...explained, writes } };
  expect(incidentsOf([0, sweep], [5, place('F2.I')], [5, place('CL.AT')], [5, place('T1.LT')])).toEqual([0, 0, 0, 3]);
});

it('a set-point that changes within seconds of an act belongs to it, also if the act names another tag so far', () => {
  const observed = { ...act('rtu3', ['F1.ISET']), explanation: { ...explained, seen: ['T1692.001'] } };
  expect(incidentsOf([0, observed], [0.1, place('IN.TAP')])).toEqual([0, 0]);
  expect(incidentsOf([0, observed], [1, place('IN.TAP')])).toEqual([0, 1]);
  // a measurement is not written
  expect(incidentsOf([0, observed], [0.1, place('F2.I')])).toEqual([0, 1]);
});

it('a trip and a lost supply belong to the event at what supplies them, or is supplied by them, for two minutes', () => {
  expect(incidentsOf([0, act('rtu3', ['IN.P'])], [1, place('BUS.U')], [1.5, place('F2.I')])).toEqual([0, 0, 0]);
  expect(incidentsOf([0, place('F1.P')], [1, place('GEN.TRIP')], [2.5, place('IN.P')])).toEqual([0, 0, 0]);
  expect(incidentsOf([0, place('BUS.U')], [3, place('F2.I')])).toEqual([0, 1]);
});

it('what a detector of slow changes finds belongs to an event within the time that it looks back', () => {
  const slow = { ...place('F2.I'), detector: 'shift', lookbackMs: 10 * minute };
  expect(incidentsOf([0, place('BUS.U')], [12, slow])).toEqual([0, 0]);
  expect(incidentsOf([0, place('BUS.U')], [12.5, slow])).toEqual([0, 1]);
});

it('a relay that was relaxed long ago is part of the event as soon as its feeder is', () => {
  expect(
    incidentsOf([0, act('rtu3', ['F1.ISET'])], [0.1, place('F1.ISET')], [30, place('F1.P')], [30.1, place('GEN.TRIP')]),
  ).toEqual([0, 0, 0, 0]);
  expect(incidentsOf([0, place('F1.ISET')], [30, place('GEN.TRIP')])).toEqual([0, 1]);
});

it('a setting of a relay that a client changed is a cause of a later trip until the operator has acknowledged it', () => {
  const relaxed = act('rtu3', ['F1.ISET']);
  const trip = { ...place('BUS.U'), physical: true as const };
  expect(incidentsOf([0, relaxed], [0.1, place('F1.ISET')], [30, trip])).toEqual([0, 0, 0]);
  expect(incidentsOf([0, relaxed], [0.1, place('F1.ISET')], [1, 'told'], [30, trip])).toEqual([0, 0, 2]);
  expect(incidentsOf([0, act('rtu3', ['IN.TAP'])], [0.1, place('IN.TAP')], [30, trip])).toEqual([0, 0, 2]);
  expect(incidentsOf([1, relaxed], [1.1, place('F1.ISET')], [30, { ...trip, since: start }])).toEqual([0, 0, 2]);
  // a value that only does not match the others
  expect(incidentsOf([0, relaxed], [0.1, place('F1.ISET')], [30, place('BUS.U')])).toEqual([0, 0, 2]);
});

it('levels at which a pump starts, which a client wrote, are a cause of what follows the pump until the operator has acknowledged it', () => {
  const written = act('plc1', ['ST.ON']);
  expect(incidentsOf([0, written], [30, place('PS.P1.KW')], [60, place('T1.LT')])).toEqual([0, 0, 0]);
  expect(incidentsOf([0, written], [30, place('T1.FT')])).toEqual([0, 0]);
  // the client is silent since, and nothing else is in alarm
  expect(incidentsOf([0, { ...written, endedAt: start + minute }], [30, place('T1.FT')])).toEqual([0, 0]);
  expect(incidentsOf([0, written], [1, 'told'], [30, place('T1.FT')])).toEqual([0, 1]);
  expect(incidentsOf([0, written], [30, { ...place('T1.FT'), detector: 'frozen', signal: true }])).toEqual([0, 1]);
  expect(incidentsOf([0, written], [30, place('T2.LT')])).toEqual([0, 1]);
  // what began before the act is none of its effects
  expect(incidentsOf([1, written], [30, { ...place('T1.FT'), since: start }])).toEqual([0, 1]);
});

it('an act that is reported within a minute after its effect belongs to it', () => {
  expect(incidentsOf([0, place('T1.LT')], [0.2, act('plc1', ['PS.P1.CMD'])])).toEqual([0, 0]);
  expect(incidentsOf([0, place('T1.LT')], [2, act('plc1', ['PS.P1.CMD'])])).toEqual([0, 1]);
  expect(incidentsOf([0, place('T2.LT')], [0.2, act('plc1', ['PS.P1.CMD'])])).toEqual([0, 1]);
});

it('a client at the device of a signal that somebody falsifies belongs to it, before it is known what it writes', () => {
  const falsified = { ...place('F2.P'), detector: 'replay', signal: true as const, deliberate: true as const };
  expect(incidentsOf([0, falsified], [0.5, act('rtu3')])).toEqual([0, 0]);
  expect(incidentsOf([0, act('rtu3')], [0.5, falsified])).toEqual([0, 0]);
  expect(incidentsOf([0, falsified], [0.5, act('plc1')])).toEqual([0, 1]);
  expect(incidentsOf([0, { ...falsified, deliberate: undefined }], [0.5, act('rtu3')])).toEqual([0, 1]);
});

it('a changed program belongs to the signals of its controller that somebody falsifies, in any order', () => {
  const falsified = { ...place('RW.FT'), detector: 'replay', signal: true as const, deliberate: true as const };
  expect(incidentsOf([0, falsified], [1, place('SEQ')])).toEqual([0, 0]);
  expect(incidentsOf([0, place('SEQ')], [1, falsified])).toEqual([0, 0]);
  expect(incidentsOf([0, { ...place('T2.LT'), ...falsified, tags: ['T2.LT'], equipment: 'T2' }], [1, place('SEQ')])).toEqual([
    0, 1,
  ]);
  expect(incidentsOf([0, { ...falsified, deliberate: undefined }], [1, place('SEQ')])).toEqual([0, 1]);
});

it('what a controller drives belongs to its changed program until the operator has acknowledged it', () => {
  expect(incidentsOf([0, place('PLC1.SUM')], [30, place('PS.P2.CMD')])).toEqual([0, 0]);
  expect(incidentsOf([0, place('PLC1.SUM')], [1, 'told'], [30, place('PS.P2.CMD')])).toEqual([0, 1]);
  expect(incidentsOf([0, place('PLC1.SUM')], [30, { ...place('PS.P2.CMD'), signal: true }])).toEqual([0, 1]);
  // a counter of the controller is no program, and the controller does not drive this pump
  expect(incidentsOf([0, place('SEQ')], [30, place('PS.P2.CMD')])).toEqual([0, 1]);
  expect(incidentsOf([0, place('PLC1.SUM')], [30, place('PS.P1.KW')])).toEqual([0, 1]);
});

it('equipment to which a client wrote belongs to the write until the operator has acknowledged it', () => {
  const opened = { ...act('plc1', ['PS.P1.CMD']), endedAt: start + minute };
  expect(incidentsOf([0, opened], [30, place('PS.P1.KW')])).toEqual([0, 0]);
  expect(incidentsOf([0, opened], [1, 'told'], [30, place('PS.P1.KW')])).toEqual([0, 1]);
  expect(incidentsOf([0, opened], [30, place('PS.P2.CMD')])).toEqual([0, 1]);
  // what began before the act is none of its effects
  const later = { ...opened, endedAt: start + 2 * minute };
  expect(incidentsOf([1, later], [30, { ...place('PS.P1.KW'), since: start }])).toEqual([0, 1]);
});

it('what supplies relate to five equipment in alarm is part of their incident, however late', () => {
  const trip = ['IN.P', 'BUS.U', 'F1.I', 'V1.POS', 'V2.POS'].map((name, i) => [i, place(name)] as const);
  expect(incidentsOf(...trip, [60, place('V3.POS')])).toEqual([0, 0, 0, 0, 0, 0]);
  expect(incidentsOf(...trip.slice(0, 4), [60, place('V3.POS')])).toEqual([0, 0, 0, 0, 4]);
  expect(incidentsOf(...trip, [60, place('T1.LT')])).toEqual([0, 0, 0, 0, 0, 5]);
  expect(incidentsOf(...trip, [60, { ...place('V3.POS'), signal: true }])).toEqual([0, 0, 0, 0, 0, 5]);
});

it('a term of a sum that does not match belongs to the act on another term, which somebody may have falsified', () => {
  expect(incidentsOf([0, act('rtu3', ['F1.P'])], [5, place('F2.KW')])).toEqual([0, 0]);
});

it('a fault of another feeder is an event of its own, although both follow the same day', () => {
  expect(incidentsOf([0, act('rtu3', ['F1.P'])], [0.5, place('F2.I')])).toEqual([0, 1]);
  expect(incidentsOf([0, place('F1.P')], [0.5, place('F2.P')])).toEqual([0, 1]);
});

it('a fault of a signal, a changed setting and what began before an act are no consequences of a supply', () => {
  expect(incidentsOf([0, place('BUS.U')], [0.5, { ...place('F2.I'), detector: 'frozen', signal: true }])).toEqual([0, 1]);
  expect(incidentsOf([0, place('BUS.U')], [0.5, place('F1.ISET')])).toEqual([0, 1]);
  expect(incidentsOf([0, place('GEN.TRIP')], [0.5, act('rtu3', ['F1.P'])])).toEqual([0, 1]);
  expect(incidentsOf([1, act('rtu3', ['F1.P'])], [1.5, { ...place('GEN.TRIP'), since: start }])).toEqual([0, 1]);
  expect(incidentsOf([0, { ...place('GEN.TRIP'), detector: 'frozen', signal: true }], [0.5, place('BUS.U')])).toEqual([0, 1]);
});

it('findings of one event are one incident in any order, and never one with those of an unrelated event', () => {
  const events = [['IN.P', 'BUS.U', 'GEN.TRIP'], ['T2.LT'], ['CL.SP', 'CL.AT'], ['F2.I', 'F2.P']] as const;
  // the last event is at a feeder: of the first one only its supplies would relate the two
  const some = fc.constantFrom<readonly (readonly string[])[]>(events.slice(0, 3), [events[1], events[3], ['F1.P']]);
  const orders = some.chain((chosen) =>
    fc.shuffledSubarray(
      chosen.flatMap((names, event) => names.map((name) => ({ name, event }))),
      { minLength: chosen.flat().length },
    ),
  );
  fc.assert(
    fc.property(orders, (order) => {
      const found = incidentsOf(...order.map(({ name }, i) => [i * 0.1, place(name)] as const));
      const firstOfEvent = order.map(({ event }) => order.findIndex((one) => one.event === event));
      expect(found).toEqual(firstOfEvent);
    }),
    { numRuns: 60 },
  );
});

it('of the changes of one observation those of known alerts are taken first', () => {
  const clock = new VirtualClock(start);
  const store = new MemoryAlerts();
  const manager = new AlertManager({ store, clock, epoch: 'e', tags, areas });
  const begin = (name: string, i: number): FindingChange => {
    const at = { since: clock.now(), beganAt: clock.now(), updatedAt: clock.now() };
    const of = { id: `F${i}`, detector: 'range', channel: `c${i}`, score: 2, peak: 2, certainty: { kind: 'stated' as const } };
    return { change: 'begin', finding: { ...of, ...at, ...place(name), explanation: { ...explained, title: name } } };
  };
  manager.take(begin('F1.ISET', 0));
  clock.set(start + 30 * minute);
  for (const change of manager.inOrder([begin('GEN.TRIP', 1), begin('F1.P', 2)])) manager.take(change);
  expect(new Set(store.all().map(({ incident }) => incident)).size).toBe(1);
});
