import { describe, expect, it } from 'vitest';
import { changeOf, intrusion } from '../../test/support/alert-changes.ts';
import type { Alert, AlertChange } from '../core/alert.ts';
import type { RouteRule } from '../core/notification-settings.ts';
import { Route } from './route.ts';

const night = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: 22 * 60, to: 6 * 60 } as const;

function covers(rule: RouteRule, alert: Partial<Alert> = {}, more: Partial<AlertChange> = {}, timeZone = 'UTC'): boolean {
  return new Route({ route: [rule] }, timeZone).covers(changeOf(1, { ...more, alert: { ...intrusion, ...alert } }));
}

describe('a route', () => {
  it('covers alerts that meet every condition of one rule', () => {
    const both = new Route({ route: [{ priorities: [1], areas: ['disinfection'] }, { areas: ['intake'] }] }, 'UTC');
    const of = (area: string, priority: 1 | 2): boolean => both.covers(changeOf(1, { alert: { ...intrusion, area, priority } }));
    expect([of('disinfection', 1), of('disinfection', 2), of('intake', 2), of('network', 1)]).toEqual([true, false, true, false]);
  });

  it('covers all areas of an alert, not only its own', () => {
    expect(covers({ areas: ['intake'] }, { areas: ['disinfection', 'intake'] })).toBe(true);
  });

  it.each([
    ['T1692.001', true],
    ['T1692', true],
    ['T0855', true],
    ['T169', false],
    ['T1692.002', false],
  ])('by technique %s covers T1692.001, formerly T0855: %s', (technique, expected) => {
    expect(covers({ techniques: [technique] })).toBe(expected);
  });

  it('covers what is escalated to one of its roles', () => {
    const escalated = { at: 1, to: 'engineer', afterMs: 1 } as const;
    expect(covers({ escalatedTo: ['engineer', 'admin'] }, { escalated })).toBe(true);
    expect(covers({ escalatedTo: ['admin'] }, { escalated })).toBe(false);
    expect(covers({ escalatedTo: ['engineer'] })).toBe(false);
  });

  it.each([
    // 2026-11-24 is a Tuesday
    ['2026-11-24T21:59:59Z', 'UTC', false],
    ['2026-11-24T22:00:00Z', 'UTC', true],
    ['2026-11-25T05:59:59Z', 'UTC', true],
    ['2026-11-25T06:00:00Z', 'UTC', false],
    // the night from Friday belongs to Friday, that from Sunday to Sunday
    ['2026-11-28T03:00:00Z', 'UTC', true],
    ['2026-11-30T03:00:00Z', 'UTC', false],
    ['2026-11-24T21:30:00Z', 'Europe/Berlin', true],
    ['2026-11-25T05:30:00Z', 'Europe/Berlin', false],
    ['2026-07-28T20:30:00Z', 'Europe/Berlin', true],
  ])('in hours from 22:00 to 06:00 covers %s at %s: %s', (time, zone, expected) => {
    const hours = night;
    expect(covers({ hours }, {}, { time: Date.parse(time) }, zone)).toBe(expected);
  });

  it.each([
    // the clock goes from 02:00 to 03:00 on 2026-03-29 and from 03:00 to 02:00 on 2026-10-25, both Sundays
    ['2026-03-29T00:59:00Z', true],
    ['2026-03-29T01:00:00Z', false],
    ['2026-10-25T00:30:00Z', true],
    ['2026-10-25T01:30:00Z', true],
    ['2026-10-25T02:00:00Z', false],
  ])('follows the clock on the wall across its changes: %s before 03:00 is %s', (time, expected) => {
    const hours = { days: ['sun'], from: 60, to: 180 } as const;
    expect(covers({ hours }, {}, { time: Date.parse(time) }, 'Europe/Berlin')).toBe(expected);
  });

  it('covers the end of an alert that called within its hours, also outside of them', () => {
    const hours = night;
    const raisedAt = Date.parse('2026-11-24T23:00:00Z');
    const day = { time: Date.parse('2026-11-25T09:00:00Z') };
    expect(covers({ hours }, { raisedAt, state: 'D' }, { ...day, kind: 'returned' })).toBe(true);
    expect(covers({ hours }, { raisedAt: day.time, state: 'D' }, { ...day, kind: 'returned' })).toBe(false);
    expect(covers({ hours }, { raisedAt }, { ...day, kind: 'recurred' })).toBe(false);
    // it called at night, and again by day
    expect(covers({ hours }, { raisedAt, annunciatedAt: day.time, state: 'D' }, { ...day, kind: 'returned' })).toBe(true);
  });
});
