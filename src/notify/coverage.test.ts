import { expect, it } from 'vitest';
import type { AlertChange } from '../core/alert.ts';
import type { RouteRule, Weekday } from '../core/notification-settings.ts';
import type { Notifier } from '../core/notifier.ts';
import { unrouted } from './coverage.ts';

const areas = ['intake', 'network'];
const notifier = (wants: (change: AlertChange) => boolean = () => true): Notifier => ({
  notify: async () => {},
  notifyDigest: async () => {},
  canary: async () => {},
  wants,
});
const gaps = (...rules: RouteRule[]): readonly string[] =>
  unrouted([{ notifier: notifier(), settings: { route: rules } }], areas);

it('names nothing if a destination receives everything', () => {
  expect(unrouted([{ notifier: notifier() }], areas)).toEqual([]);
});

it('names the priorities that no settings of a type include', () => {
  const alarms = notifier(({ alert }) => alert.priority !== 'A');
  expect(unrouted([{ notifier: alarms }], areas)).toEqual(['no notifier receives anomalies of every area']);
});

it('names areas, and the monitor itself', () => {
  expect(gaps({ areas: ['intake'] })).toContain('no notifier receives alarms of priority 1 of area network, the monitor itself');
});

it('counts no rule that passes only some alerts of a class', () => {
  expect(gaps({ techniques: ['T1692'] }, { escalatedTo: ['admin'] })).toHaveLength(4);
  expect(unrouted([{ notifier: notifier(), settings: { escalatedTo: 'admin' } }], areas)).toHaveLength(4);
});

it('names the times of the week at which nobody is called', () => {
  const days: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri'];
  const [first] = gaps(
    { hours: { days, from: 0, to: 1_440 } },
    { hours: { days: ['sat', 'sun'], from: 6 * 60, to: 1_440 } },
    { priorities: ['A'] },
  );
  expect(first).toBe(
    'no notifier receives alarms of priority 1 of every area from sat 00:00 to sat 06:00, sun 00:00 to sun 06:00',
  );
  const nights = { days, from: 22 * 60, to: 6 * 60 };
  expect(gaps({ hours: nights }, { hours: { days, from: 6 * 60, to: 22 * 60 } })[0]).toContain('from sat 06:00 to mon 06:00');
});
