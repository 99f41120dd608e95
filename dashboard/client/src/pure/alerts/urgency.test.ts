import { describe, expect, it } from 'vitest';
import { sampleAlert } from '../../testing/sample-alert.ts';
import {
  alertsOfArea,
  byUrgency,
  countByPriority,
  countOpen,
  floodSince,
  mostUrgent,
  openText,
  subjectOf,
  worstOf,
} from './urgency.ts';

const ids = (alerts: readonly { readonly id: string }[]): string[] => alerts.map((alert) => alert.id);

describe('the order of the banner', () => {
  const alerts = [
    sampleAlert('acknowledged one', { priority: 1, state: 'C' }),
    sampleAlert('new three', { priority: 3 }),
    sampleAlert('anomaly', { priority: 'A' }),
    sampleAlert('older one', { priority: 1, raisedAt: 1000 }),
    sampleAlert('newer one', { priority: 1, raisedAt: 3000 }),
    sampleAlert('returned two', { priority: 2, state: 'D' }),
  ];

  it('is unacknowledged and active, unacknowledged and returned, acknowledged; within each by priority, then newest', () => {
    expect(ids(alerts.toSorted(byUrgency))).toEqual([
      'newer one',
      'older one',
      'new three',
      'anomaly',
      'returned two',
      'acknowledged one',
    ]);
    expect(mostUrgent(alerts)?.id).toBe('newer one');
  });

  it('puts a new and active alert above all returned ones, whatever their priority', () => {
    const returned = ([1, 1, 2, 2] as const).map((priority, i) => sampleAlert(`returned ${i}`, { priority, state: 'D' }));
    const active = sampleAlert('active', { priority: 3, raisedAt: 1 });
    const latched = sampleAlert('latched', { priority: 1, state: 'E' });
    const others = (['G', 'H', 'I', 'F', 'C', 'A'] as const).map((state) => sampleAlert(state, { state, priority: 1 }));
    const all = [...others, ...returned, latched, active];
    expect(mostUrgent(all)?.id).toBe('active');
    expect(ids(all.toSorted(byUrgency))[0]).toBe('active');
    expect(ids(all.toSorted(byUrgency)).slice(-6)).toEqual(['C', 'F', 'G', 'H', 'I', 'A']);
  });

  it('shows nothing if everything is acknowledged', () => {
    expect(mostUrgent([sampleAlert('a', { state: 'C' })])).toBeUndefined();
    expect(mostUrgent([])).toBeUndefined();
  });

  it('counts open and unacknowledged alerts', () => {
    expect(countByPriority(alerts).map(({ fresh, total }) => [fresh, total])).toEqual([
      [2, 3],
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
  });

  it('gives a tab only its worst alarm and its worst anomaly', () => {
    expect(ids(worstOf(alerts))).toEqual(['newer one', 'anomaly']);
    expect(worstOf([sampleAlert('gone', { state: 'A' })])).toEqual([]);
  });
});

describe('the count of a panel', () => {
  const here = { id: 'clearwell', indicators: ['RW.FT01'] };

  it('equals the badges of the area: own alerts, those of its tags and of displayed tags', () => {
    const alerts = [
      sampleAlert('own'),
      sampleAlert('of a device', { area: '', areas: ['clearwell'], device: 'plc1' }),
      sampleAlert('of another area', { area: 'intake', areas: ['intake', 'clearwell'] }),
      sampleAlert('of an indicator', { area: 'intake', tags: ['RW.FT01'] }),
      sampleAlert('elsewhere', { area: 'intake', areas: ['intake'], tags: ['RW.PT01'] }),
    ];
    expect(ids(alertsOfArea(alerts, here))).toEqual(['own', 'of a device', 'of another area', 'of an indicator']);
  });

  it('distinguishes open alerts from those that are not annunciated', () => {
    const alerts = (['B', 'C', 'D', 'G', 'I', 'A'] as const).map((state) => sampleAlert(state, { state }));
    expect(countOpen(alerts)).toEqual({ open: 3, fresh: 2, hidden: 2 });
    expect(openText(alerts)).toBe('3 open, 2 not annunciated');
    expect(openText([])).toBe('0 open');
  });
});

describe('a flood', () => {
  const raised = (count: number) => Array.from({ length: count }, (_, i) => sampleAlert(`${i}`, { raisedAt: 1000 + i }));

  it('is ten alarms in ten minutes, and names the first', () => {
    expect(floodSince(raised(9), 2000)).toBeUndefined();
    expect(floodSince(raised(10), 2000)).toMatchObject({ first: { id: '0' }, count: 10 });
    expect(floodSince(raised(10), 700_000)).toBeUndefined();
    // it lasts while five or more are from the last ten minutes, and counts all of its alarms
    const more = Array.from({ length: 6 }, (_, i) => sampleAlert(`m${i}`, { raisedAt: 500_000 + i }));
    expect(floodSince([...raised(10), ...more], 1_099_000)).toMatchObject({ first: { id: '0' }, count: 16 });
    expect(floodSince([...raised(10), ...more], 1_101_000)).toBeUndefined();
  });
});

describe('the subject of a row', () => {
  it('is left out if the title contains it', () => {
    expect(subjectOf(sampleAlert('a', { title: 'CW.LT01 frozen' }))).toBeUndefined();
    expect(subjectOf(sampleAlert('a', { title: 'Level not plausible' }))).toBe('CW.LT01');
    expect(subjectOf(sampleAlert('a', { title: 'Balance broken', tags: ['a', 'b'] }))).toBe('CW');
    const changed = { title: 'Configuration changed', tags: [], equipment: '', device: 'monitor/configuration/d04bf2ae' };
    expect(subjectOf(sampleAlert('a', changed))).toBeUndefined();
  });
});
