import type { AlertChange, Priority } from '../core/alert.ts';
import type { NotificationSettings, RouteRule, Weekday } from '../core/notification-settings.ts';
import { weekdays } from '../core/notification-settings.ts';
import type { Notifier } from '../core/notifier.ts';
import { areHours, minutesOfDay } from './hours.ts';

/** A destination for alerts. */
export interface Destined {
  readonly notifier: Notifier;
  readonly settings?: NotificationSettings | undefined;
}

const priorities: readonly Priority[] = [1, 2, 3, 'A'];

/**
 * Classes of alerts that reach no destination, one sentence for each priority. A rule for techniques or escalated alerts covers no class:
 * it passes only some of its alerts.
 * @param areas ids of the areas of the site
 */
export function unrouted(destinations: readonly Destined[], areas: readonly string[]): readonly string[] {
  // alerts about the monitor itself have no area
  const places = [...areas, ''];
  return priorities.flatMap((priority) => {
    const gaps = places.map((area) => ({ area, gaps: gapsOf(destinations, priority, area) })).filter(({ gaps: of }) => of !== '');
    return [...Map.groupBy(gaps, ({ gaps: of }) => of)].map(([when, of]) => {
      const where = of.length === places.length ? 'of every area' : `of ${of.map(({ area }) => placeOf(area)).join(', ')}`;
      const what = priority === 'A' ? 'anomalies' : `alarms of priority ${priority}`;
      return `no notifier receives ${what} ${where}${when === always ? '' : ` from ${when}`}`;
    });
  });
}

const placeOf = (area: string): string => (area === '' ? 'the monitor itself' : `area ${area}`);

const always = 'at any time';

/** Times of the week at which an alert that is raised reaches nobody, in words; empty if there are none. */
function gapsOf(destinations: readonly Destined[], priority: Priority, area: string): string {
  const rules = destinations.flatMap(({ notifier, settings = {} }) => {
    if (settings.escalatedTo !== undefined || notifier.wants?.(probeOf(priority, area)) === false) return [];
    return (settings.route ?? [{}]).filter((rule) => coversClass(rule, priority, area));
  });
  if (rules.some(({ hours }) => hours === undefined)) return '';
  const bounds = [
    ...new Set([0, ...rules.flatMap(({ hours }) => (hours === undefined ? [] : [hours.from, hours.to % minutesOfDay]))]),
  ];
  const starts = weekdays.flatMap((day) => bounds.toSorted((a, b) => a - b).map((minute) => ({ day, minute })));
  const isCovered = (at: { readonly day: Weekday; readonly minute: number }): boolean =>
    rules.some(({ hours }) => hours !== undefined && areHours(hours, at));
  const open = starts.map((start) => !isCovered(start));
  if (open.every((isOpen) => !isOpen)) return '';
  if (open.every(Boolean)) return always;
  const gaps = starts.flatMap((start, i) => {
    if (open[i] !== true || open.at(i - 1) === true) return [];
    const length = [...open.slice(i), ...open.slice(0, i)].indexOf(false);
    return [`${textOf(start)} to ${textOf(starts[(i + length) % starts.length] ?? start)}`];
  });
  return gaps.join(', ');
}

function coversClass({ priorities: of, areas, techniques, escalatedTo }: RouteRule, priority: Priority, area: string): boolean {
  if (techniques !== undefined || escalatedTo !== undefined) return false;
  return (of?.includes(priority) ?? true) && (areas?.includes(area) ?? true);
}

const textOf = ({ day, minute }: { readonly day: Weekday; readonly minute: number }): string =>
  `${day} ${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

/** An alert of the class that is raised now. */
const probeOf = (priority: Priority, area: string): AlertChange => ({
  sequence: 0,
  time: 0,
  kind: 'raised',
  by: { role: 'monitor' },
  alert: {
    id: '',
    incident: '',
    priority,
    state: 'B',
    title: '',
    area,
    equipment: '',
    tags: [],
    since: 0,
    raisedAt: 0,
    changedAt: 0,
    findings: [],
    explanation: { title: '', sentence: '', contributions: [], normalIf: '', techniques: [] },
    techniques: [],
    response: '',
  },
});
