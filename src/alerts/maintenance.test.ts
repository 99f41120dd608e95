import { describe, expect, it } from 'vitest';
import { MemoryAlerts } from '../../test/support/memory-alerts.ts';
import { tagOf } from '../../test/support/detectors.ts';
import { VirtualClock } from '../core/clock.ts';
import type { Finding } from '../core/finding.ts';
import type { MaintenanceWindow } from '../core/maintenance.ts';
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

function finding(tag: string, more: Partial<Finding> = {}): Finding {
  const { area, equipment } = tags.at(tags.indexOf(tag) ?? 0);
  return {
    id: `F ${tag}`,
    detector: 'range',
    channel: tag,
    area,
    equipment,
    tags: [tag],
    since: start,
    beganAt: start,
    updatedAt: start,
    score: 2,
    peak: 2,
    certainty: { kind: 'learning' },
    explanation: { sentence: `${tag} is high.`, title: `${tag} is high`, contributions: [], normalIf: '', techniques: [] },
    ...more,
  };
}

function room() {
  const clock = new VirtualClock(start);
  const windows: MaintenanceWindow[] = [];
  const audited: AuditEntry[] = [];
  const changes: { tags: readonly number[]; text: string }[] = [];
  const maintenance = new Maintenance({
    store: {
      add: (window) => void windows.push(window),
      end: () => {},
      during: (from, to) => windows.filter((window) => window.to > from && window.from < to),
    },
    audit: { append: (entry) => void audited.push(entry), read: () => audited },
    tags,
    devices: ['plc1', 'plc2'],
    clock,
    onChange: (out, text) => void changes.push({ tags: out, text }),
  });
  const store = new MemoryAlerts();
  const manager = new AlertManager({ store, clock, epoch: 'e', tags, maintenance });
  const kinds = (): string[] => store.changes.map(({ kind, alert }) => `${kind} ${alert.state}`);
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
