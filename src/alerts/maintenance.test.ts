import { describe, expect, it } from 'vitest';
import { keepIn } from '../../test/support/keep-in.ts';
import { tagFinding } from '../../test/support/tag-finding.ts';
import { memoryMaintenanceStore } from '../../test/support/memory-maintenance.ts';
import { MemoryAlerts } from '../../test/support/memory-alerts.ts';
import { tagOf } from '../../test/support/detectors.ts';
import { VirtualClock } from '../core/clock.ts';
import type { Finding } from '../core/finding.ts';
import type { AuditEntry } from '../core/state.ts';
import { TagTable } from '../core/tag.ts';
import { AlertManager } from './manager.ts';
import { Maintenance } from './maintenance.ts';

const start = Date.UTC(2026, 10, 25);
const hour = 3_600_000;
const operator = { role: 'operator', session: 's1' };
const tags = new TagTable([
  tagOf('CW.LT01', { area: 'clearwell', equipment: 'CW', device: 'plc1' }),
  tagOf('CW.FT01', { area: 'clearwell', equipment: 'CW', device: 'plc2' }),
  tagOf('T1.LT', { area: 'network', equipment: 'T1', device: 'plc2' }),
]);

const finding = (tag: string, more: Partial<Finding> = {}): Finding => tagFinding(tags, tag, start, more);

function room(timeZone = 'UTC', store = memoryMaintenanceStore(), at = start) {
  const clock = new VirtualClock(at);
  const audited: AuditEntry[] = [];
  const changes: { tags: readonly number[]; text: string }[] = [];
  const audit = { append: (entry: AuditEntry) => void audited.push(entry), read: () => audited };
  const maintenance = new Maintenance({
    store,
    audit,
    keep: keepIn({ maintenance: store, audit }),
    tags,
    devices: ['plc1', 'plc2'],
    clock,
    timeZone,
    onChange: (out, text) => void changes.push({ tags: out, text }),
  });
  const alerts = new MemoryAlerts();
  const manager = new AlertManager({ store: alerts, clock, epoch: 'e', tags, maintenance });
  const kinds = (): string[] => alerts.changes.map(({ kind, alert }) => `${kind} ${alert.state}`);
  const pass = (ms: number): void => {
    clock.set(clock.now() + ms);
    manager.tick();
  };
  return { clock, maintenance, audited, changes, manager, kinds, pass };
}

const equipment = { kind: 'equipment', id: 'CW' } as const;

describe('maintenance', () => {
  it('takes alerts of parts under maintenance out of service, and annunciates a remaining condition afterwards', () => {
    const { maintenance, manager, kinds, pass } = room();
    maintenance.begin(equipment, start + hour, operator, 'float is changed');
    manager.take({ change: 'begin', finding: finding('CW.LT01') });
    manager.take({ change: 'begin', finding: finding('T1.LT') });
    expect(manager.open().map(({ equipment: at, state }) => [at, state])).toEqual([
      ['CW', 'I'],
      ['T1', 'B'],
    ]);
    manager.acknowledge(manager.open()[0]?.id ?? '', operator);
    pass(hour / 2);
    pass(hour / 2);
    expect(kinds()).toEqual(['raised I', 'raised B', 'released B']);
  });

  it('takes an open alert out of service, and clears one that ended meanwhile', () => {
    const { maintenance, manager, kinds, pass } = room();
    manager.take({ change: 'begin', finding: finding('CW.LT01') });
    const { id } = maintenance.begin(equipment, start + hour, operator, 'float is changed');
    pass(1_000);
    manager.take({ change: 'end', finding: { ...finding('CW.LT01'), endedAt: start + 2_000 } });
    pass(1_000);
    maintenance.end(id, operator);
    pass(1_000);
    expect(kinds()).toEqual(['raised B', 'removed I', 'returned I', 'released A']);
  });

  it('leaves alerts in service that concern the part only partially', () => {
    const { maintenance, manager, pass } = room();
    maintenance.begin({ kind: 'device', id: 'plc1' }, start + hour, operator, 'firmware');
    manager.take({ change: 'begin', finding: finding('CW.LT01') });
    expect(manager.open()[0]?.state).toBe('I');
    manager.take({ change: 'begin', finding: finding('CW.FT01') });
    pass(1_000);
    expect(manager.open()[0]?.state).toBe('B');
    manager.take({
      change: 'begin',
      finding: finding('CW.LT01', { id: 'D', device: 'plc1', equipment: '', area: '', tags: [] }),
    });
    expect(manager.open().find(({ device }) => device === 'plc1')?.state).toBe('I');
  });

  it('lists the parts out of service, and audits its begin and end with the user or the clock', () => {
    const { maintenance, audited, changes, pass } = room();
    maintenance.begin({ kind: 'area', id: 'clearwell' }, start + hour, operator, 'cleaning');
    const { id } = maintenance.begin({ kind: 'device', id: 'plc2' }, start + 2 * hour, operator, 'firmware');
    expect(maintenance.open().map(({ place }) => place.id)).toEqual(['clearwell', 'plc2']);
    pass(hour);
    maintenance.end(id, { role: 'engineer', session: 's2' });
    expect(changes.map((change) => change.tags)).toEqual([[0, 1], [0, 1, 2], [1, 2], []]);
    expect(changes[0]?.text).toBe('maintenance of area clearwell began until 2026-11-25T01:00:00.000Z: cleaning');
    expect(audited.map(({ action, object, role, reason }) => [action, object, role, reason])).toEqual([
      ['maintenance.began', 'area clearwell', 'operator', 'cleaning'],
      ['maintenance.began', 'device plc2', 'operator', 'firmware'],
      ['maintenance.ended', 'area clearwell', 'monitor', 'cleaning'],
      ['maintenance.ended', 'device plc2', 'engineer', 'firmware'],
    ]);
  });

  it('refuses unknown places, ends that are past or far away, and the end of a maintenance that is not open', () => {
    const { maintenance, audited } = room();
    expect(() => maintenance.begin({ kind: 'area', id: 'XX' }, start + hour, operator, 'x')).toThrow('no area XX');
    expect(() => maintenance.begin(equipment, start, operator, 'x')).toThrow('30 days');
    expect(() => maintenance.begin(equipment, start + 31 * 24 * hour, operator, 'x')).toThrow('30 days');
    expect(() => maintenance.end('M9', operator)).toThrow('M9');
    expect(audited).toEqual([]);
  });
});

describe('planned maintenance', () => {
  const at = (text: string): number => Date.parse(text);
  const daily = { place: equipment, lastsMs: 2 * hour, repeat: 'day', reason: 'wash' } as const;
  const starts = ({ audited }: ReturnType<typeof room>): string[] =>
    audited.filter(({ action }) => action === 'maintenance.began').map(({ time }) => new Date(time).toISOString().slice(0, 16));

  /** Passes time in steps of half an hour. */
  const run = ({ clock, maintenance }: ReturnType<typeof room>, until: number): void => {
    while (clock.now() < until) {
      clock.set(clock.now() + hour / 2);
      maintenance.open();
    }
  };

  it('begins each day at the same local time, across both clock changes', async () => {
    const spring = room('Europe/Berlin', undefined, at('2026-03-27T12:00Z'));
    await spring.maintenance.plan({ ...daily, from: at('2026-03-28T02:30Z') }, operator);
    run(spring, at('2026-03-31T12:00Z'));
    expect(starts(spring)).toEqual(['2026-03-28T02:30', '2026-03-29T01:30', '2026-03-30T01:30', '2026-03-31T01:30']);
    const autumn = room('Europe/Berlin', undefined, at('2026-10-24T00:00Z'));
    await autumn.maintenance.plan({ ...daily, from: at('2026-10-24T00:30Z') }, operator);
    run(autumn, at('2026-10-26T12:00Z'));
    // 02:30 occurs twice on the 25th: once is enough
    expect(starts(autumn)).toEqual(['2026-10-24T00:30', '2026-10-25T00:30', '2026-10-26T01:30']);
  });

  it.each([
    ['week', '2026-01-31T08:00Z', ['2026-01-31', '2026-02-07', '2026-02-14', '2026-02-21', '2026-02-28']],
    ['month', '2026-01-31T08:00Z', ['2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30']],
  ] as const)('repeats each %s; a shorter month has its last day', async (repeat, from, expected) => {
    const one = room('Asia/Tokyo', undefined, at('2026-01-31T00:00Z'));
    await one.maintenance.plan({ ...daily, repeat, from: at(from) }, operator);
    run(one, at(repeat === 'week' ? '2026-03-01T00:00Z' : '2026-05-01T00:00Z'));
    expect(starts(one).map((text) => text.slice(0, 10))).toEqual(expected);
  });

  it('opens a window of its time, does not begin again after an early end, and is done once without repeat', async () => {
    const one = room();
    await one.maintenance.plan({ ...daily, repeat: undefined, from: start + hour }, operator);
    expect(one.maintenance.open()).toEqual([]);
    expect(one.maintenance.planned()).toMatchObject([{ next: start + hour }]);
    one.pass(hour);
    const [window] = one.maintenance.open();
    expect(window).toMatchObject({ from: start + hour, to: start + 3 * hour, by: 'operator', reason: 'wash' });
    one.maintenance.end(window?.id ?? '', operator);
    one.pass(60_000);
    expect(one.maintenance.open()).toEqual([]);
    expect(one.maintenance.planned()).toEqual([]);
  });

  it('survives a restart within its time and leaves out what passed meanwhile', async () => {
    const store = memoryMaintenanceStore();
    await room('UTC', store).maintenance.plan({ ...daily, from: start + hour }, operator);
    const early = room('UTC', store, start + 24 * hour);
    early.maintenance.open();
    expect(starts(early)).toEqual([]);
    const again = room('UTC', store, start + 26 * hour);
    expect(again.maintenance.open()).toMatchObject([{ from: start + 25 * hour, to: start + 27 * hour }]);
    expect(room('UTC', store, start + 26 * hour).maintenance.open()).toHaveLength(1);
    await again.maintenance.cancel(again.maintenance.planned()[0]?.id ?? '', operator);
    expect(room('UTC', store, start + 50 * hour).maintenance.open()).toEqual([]);
  });

  it('refuses a past begin, a window that reaches the next one, and an unknown place', async () => {
    const { maintenance, audited } = room();
    await expect(maintenance.plan({ ...daily, from: start - 1 }, operator)).rejects.toThrow('begins now or later');
    await expect(maintenance.plan({ ...daily, from: start, lastsMs: 24 * hour }, operator)).rejects.toThrow(
      'before it begins again',
    );
    await expect(maintenance.plan({ ...daily, from: start, place: { kind: 'area', id: 'XX' } }, operator)).rejects.toThrow(
      'no area XX',
    );
    expect(audited).toEqual([]);
  });
});
