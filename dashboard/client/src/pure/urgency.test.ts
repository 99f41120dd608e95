import { describe, expect, it } from 'vitest';
import { sampleAlert } from '../testing/sample-alert.ts';
import { byUrgency, countByPriority, floodSince, mostUrgent, subjectOf, worstOf } from './urgency.ts';

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

  it('is unacknowledged first, then priority, then newest', () => {
    expect(ids(alerts.toSorted(byUrgency))).toEqual([
      'newer one',
      'older one',
      'returned two',
      'new three',
      'anomaly',
      'acknowledged one',
    ]);
    expect(mostUrgent(alerts)?.id).toBe('newer one');
  });

  it('shows nothing when all is acknowledged', () => {
    expect(mostUrgent([sampleAlert('a', { state: 'C' })])).toBeUndefined();
    expect(mostUrgent([])).toBeUndefined();
  });

  it('counts what is open and what waits', () => {
    expect(countByPriority(alerts).map(({ fresh, total }) => [fresh, total])).toEqual([
      [2, 3],
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
  });

  it('gives a tab its worst alarm and its worst anomaly, not more', () => {
    expect(ids(worstOf(alerts))).toEqual(['newer one', 'anomaly']);
    expect(worstOf([sampleAlert('gone', { state: 'A' })])).toEqual([]);
  });
});

describe('a flood', () => {
  const raised = (count: number) => Array.from({ length: count }, (_, i) => sampleAlert(`${i}`, { raisedAt: 1000 + i }));

  it('is ten alarms in ten minutes, and names the first', () => {
    expect(floodSince(raised(9), 2000)).toBeUndefined();
    expect(floodSince(raised(10), 2000)).toMatchObject({ first: { id: '0' }, count: 10 });
    expect(floodSince(raised(10), 700_000)).toBeUndefined();
  });
});

describe('the subject of a row', () => {
  it('is left out where the title names it', () => {
    expect(subjectOf(sampleAlert('a', { title: 'CW.LT01 frozen' }))).toBeUndefined();
    expect(subjectOf(sampleAlert('a', { title: 'Level not plausible' }))).toBe('CW.LT01');
    expect(subjectOf(sampleAlert('a', { title: 'Balance broken', tags: ['a', 'b'] }))).toBe('CW');
  });
});
