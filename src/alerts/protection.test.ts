import { describe, expect, it } from 'vitest';
import { tagOf } from '../../test/support/detectors.ts';
import { keepIn } from '../../test/support/keep-in.ts';
import { MemoryAlerts } from '../../test/support/memory-alerts.ts';
import { memoryMaintenanceStore } from '../../test/support/memory-maintenance.ts';
import { tagFinding } from '../../test/support/tag-finding.ts';
import { VirtualClock } from '../core/clock.ts';
import { TagTable } from '../core/tag.ts';
import { hidingBounds } from '../core/protection.ts';
import { reducedDevice } from '../core/self-device.ts';
import { AlertManager } from './manager.ts';
import { Maintenance } from './maintenance.ts';
import { Protection } from './protection.ts';

const start = Date.UTC(2026, 10, 25);
const hour = 3_600_000;
const operator = { role: 'operator', session: 's1' };
const engineer = { role: 'engineer', session: 's2' };
const areas = ['a', 'b', 'c', 'd', 'e'];
const tags = new TagTable(
  areas.flatMap((area) => [1, 2].map((n) => tagOf(`${area}${n}`, { area, equipment: `${area}-pump`, device: `plc-${area}` }))),
);
const area = (id: string) => ({ kind: 'area', id }) as const;

function plant(secondPerson = false, ownTags = tags) {
  const clock = new VirtualClock(start);
  const store = memoryMaintenanceStore();
  const audit = { append: () => {}, read: () => [] };
  const devices = [...new Set(ownTags.tags.map(({ device }) => device))];
  const maintenance = new Maintenance({
    store,
    audit,
    keep: keepIn({ maintenance: store, audit }),
    tags: ownTags,
    devices,
    clock,
    timeZone: 'UTC',
    onChange: () => {},
  });
  const alerts = new AlertManager({ store: new MemoryAlerts(), clock, epoch: 'e', tags: ownTags, maintenance });
  const protection = new Protection({ tags: ownTags, devices, secondPerson, clock, maintenance, alerts });
  const pass = (ms: number): void => {
    clock.set(clock.now() + ms);
    maintenance.open();
    alerts.tick();
  };
  /** Takes a place out of service if one person may. */
  const maintain = (id: string, hours: number, by = operator): boolean => {
    if (protection.exceeds({ kind: 'maintain', place: area(id), minutes: hours * 60 }, by)) return false;
    maintenance.begin(area(id), clock.now() + hours * hour, by, 'work');
    return true;
  };
  const plan = async (id: string, hours: number, repeat?: 'day' | 'week', by = operator): Promise<boolean> => {
    const asked = { place: area(id), from: clock.now() + hour, lastsMs: hours * hour, repeat };
    if (protection.exceeds({ kind: 'plan', ...asked }, by)) return false;
    await maintenance.plan({ ...asked, reason: 'work' }, by);
    return true;
  };
  return { clock, store, maintenance, alerts, protection, pass, maintain, plan };
}

describe('maintenance of an operator alone', () => {
  it('is a shift long and a third of the plant, whatever the number of windows', () => {
    const { maintain, maintenance, pass } = plant();
    expect(maintain('a', 30 * 24)).toBe(false);
    expect(maintain('a', 12.1)).toBe(false);
    expect(areas.map((one) => maintain(one, 12))).toEqual([true, false, false, false, false]);
    // a later one on the same part is the edit of an existing window
    expect(maintain('a', 12)).toBe(true);
    expect(maintain('a', 1)).toBe(false);
    pass(12 * hour);
    expect(maintenance.open()).toEqual([]);
    // chained windows
    expect(maintain('a', 1)).toBe(false);
    expect(maintain('b', 12)).toBe(true);
    pass(hidingBounds.withinMs);
    expect(maintain('a', 12)).toBe(true);
  });

  it('that was ended early counts with the time that it lasted', () => {
    const { maintain, maintenance, pass } = plant();
    const spans: boolean[] = [];
    for (let n = 0; n < 6; n++) {
      spans.push(maintain('a', 12));
      pass(4 * hour);
      for (const { id } of maintenance.open()) maintenance.end(id, operator);
    }
    expect(spans).toEqual([true, true, true, true, false, false]);
  });

  it('counts plans with their repetitions, also while they are being stored', async () => {
    const { plan, maintain, protection } = plant();
    expect(await plan('a', 4, 'day')).toBe(false);
    expect(await plan('a', 12, 'week')).toBe(true);
    // at another time, but the share of the plant counts them together
    expect([await plan('b', 1), maintain('b', 1)]).toEqual([false, false]);
    expect([await plan('a', 12, 'week'), await plan('a', 12, 'week'), maintain('a', 1)]).toEqual([true, false, false]);
    const other = plant();
    expect(await Promise.all(['a', 'b', 'c'].map(async (id) => other.plan(id, 1, 'week')))).toEqual([true, false, false]);
    expect(protection.exceeds({ kind: 'plan', place: area('a'), from: start, lastsMs: hour }, engineer)).toBe(false);
  });

  it('counts devices, and equipment of the same tags', () => {
    const { protection, maintenance, maintain } = plant();
    const device = (id: string) => ({ kind: 'maintain', place: { kind: 'device', id: `plc-${id}` }, minutes: 60 }) as const;
    expect(protection.exceeds(device('a'), operator)).toBe(false);
    maintenance.begin(device('a').place, start + 12 * hour, operator, 'work');
    maintenance.begin(device('a').place, start + 12 * hour, operator, 'work');
    expect([protection.exceeds(device('b'), operator), maintain('a', 1)]).toEqual([true, false]);
  });

  it('may be one equipment or device of the smallest plant, and counts windows of earlier versions', () => {
    const small = new TagTable([tagOf('x', { area: 'a', equipment: 'pump', device: 'plc' })]);
    const { protection, store } = plant(false, small);
    const maintain = (kind: 'equipment' | 'device' | 'area', id: string) =>
      protection.exceeds({ kind: 'maintain', place: { kind, id }, minutes: 60 }, operator);
    expect([maintain('equipment', 'pump'), maintain('device', 'plc'), maintain('area', 'a')]).toEqual([false, false, true]);
    const old = { place: { kind: 'equipment', id: 'pump' }, from: start, to: start + 30 * 24 * hour } as const;
    store.add({ ...old, id: 'old', by: 'operator', reason: 'x' });
    expect(maintain('equipment', 'pump')).toBe(true);
  });

  it('does not count what a second person has approved, and what an engineer or a scenario does', () => {
    const { maintain, maintenance } = plant();
    maintenance.begin(area('a'), start + 30 * 24 * hour, operator, 'overhaul', 'engineer');
    maintenance.begin(area('b'), start + 30 * 24 * hour, engineer, 'overhaul');
    maintenance.begin(area('c'), start + hour, { role: 'monitor', session: 'monitor' }, 'scenario');
    expect([maintain('d', 12), maintain('e', 1)]).toEqual([true, false]);
  });
});

it('with a second person the bounds count for every role, and acts without a size need one', () => {
  const { maintain, protection } = plant(true);
  expect([maintain('a', 13, engineer), maintain('a', 12, engineer), maintain('b', 1, engineer)]).toEqual([false, true, false]);
  const unlearn = { kind: 'unlearn', line: { detector: 'range', channel: 'a1', name: '' } } as const;
  expect([protection.exceeds(unlearn, engineer), plant().protection.exceeds(unlearn, engineer)]).toEqual([true, false]);
});

describe('shelving of an operator alone', () => {
  it('is a shift long, and two in all, however it is split', () => {
    const { alerts, protection, clock, pass } = plant();
    alerts.take({ change: 'begin', finding: tagFinding(tags, 'a1', start) });
    const { id = '' } = alerts.open()[0] ?? {};
    const shelve = (hours: number): boolean => {
      if (protection.exceeds({ kind: 'shelve', ids: [id], minutes: hours * 60 }, operator)) return false;
      return alerts.shelve(id, { until: clock.now() + hours * hour, reason: 'r' }, operator);
    };
    expect([shelve(12.1), shelve(12)]).toEqual([false, true]);
    pass(6 * hour);
    // renewed before its end: six hours are granted twice
    expect(shelve(12)).toBe(true);
    alerts.unshelve(id, operator);
    expect([shelve(6), shelve(6.1)]).toEqual([true, false]);
    pass(12 * hour);
    expect(shelve(0.1)).toBe(false);
    expect(protection.exceeds({ kind: 'shelve', ids: [id], minutes: 60 }, engineer)).toBe(false);
    alerts.shelve(id, { until: clock.now() + 30 * 24 * hour, reason: 'r', approvedBy: 'engineer' }, operator);
    expect(alerts.get(id)).toMatchObject({ shelvedMs: 24 * hour, shelf: { approvedBy: 'engineer' } });
  });

  it('is of a bounded number of alerts at once', () => {
    const many = new TagTable(Array.from({ length: 40 }, (_, n) => tagOf(`t${n}`, { area: 'a', equipment: `e${n}` })));
    const { alerts, protection, clock } = plant(false, many);
    for (const { name } of many.tags) alerts.take({ change: 'begin', finding: tagFinding(many, name, start) });
    const ids = alerts.open().map(({ id }) => id);
    expect(ids.length).toBe(40);
    const exceeds = (some: readonly string[]) => protection.exceeds({ kind: 'shelve', ids: some, minutes: 60 }, operator);
    expect([exceeds(ids), exceeds(ids.slice(0, 30))]).toEqual([true, false]);
    for (const id of ids.slice(0, 30)) alerts.shelve(id, { until: clock.now() + hour, reason: 'r' }, operator);
    expect([exceeds(ids.slice(30, 31)), exceeds(ids.slice(0, 1))]).toEqual([true, false]);
  });
});

it('maintenance of all areas leaves alerts of the network and of reduced protection annunciated', () => {
  const { maintenance, alerts, pass } = plant();
  for (const one of areas) maintenance.begin(area(one), start + hour, operator, 'work', 'engineer');
  const explanation = {
    sentence: 's',
    title: 't',
    contributions: [],
    normalIf: '',
    techniques: ['T1692.001'],
    seen: ['T1692.001'],
  };
  const of = { ...tagFinding(tags, 'a1', start), explanation };
  const places = { tags: [], area: '', equipment: '' };
  alerts.take({ change: 'begin', finding: { ...of, id: 'P' } });
  alerts.take({ change: 'begin', finding: { ...of, ...places, id: 'W', detector: 'traffic', device: 'plc-a' } });
  alerts.take({ change: 'begin', finding: { ...of, ...places, id: 'R', detector: 'self-watch', device: reducedDevice } });
  pass(1_000);
  const states = Object.fromEntries(alerts.open().map(({ device = 'process', state }) => [device, state]));
  expect(states).toEqual({ process: 'I', 'plc-a': 'B', [reducedDevice]: 'B' });
  const reduced = alerts.open().find(({ device }) => device === reducedDevice)?.id ?? '';
  expect(alerts.shelve(reduced, { until: start + 2 * hour, reason: 'r' }, operator)).toBe(false);
});
