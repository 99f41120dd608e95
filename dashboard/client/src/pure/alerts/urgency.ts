import {
  isHidden,
  isOpen,
  needsAcknowledgement,
  type Alert,
  type AlertState,
  type Priority,
} from '../../../../../src/core/alert.ts';
import type { Area } from '../../../../../src/core/monitor.ts';
import { isSelf } from '../../../../../src/core/self-device.ts';
import { shared } from '../../text.ts';

/** Worst first. */
export const priorities = [1, 2, 3, 'A'] as const satisfies readonly Priority[];

const rank = (priority: Priority): number => priorities.indexOf(priority);

/** Unacknowledged and active, unacknowledged and returned, acknowledged and active, waiting for a reset, not annunciated, cleared. */
const groups: Readonly<Record<AlertState, number>> = { B: 0, D: 1, E: 1, C: 2, F: 3, G: 4, H: 4, I: 4, A: 5 };

/** By group, then priority; 0 for alerts that are equally urgent. */
export const compareUrgency = (a: Alert, b: Alert): number =>
  groups[a.state] - groups[b.state] || rank(a.priority) - rank(b.priority);

/** Order of the banner, of all lists and of worst states: by group, then priority, then newest. */
export function byUrgency(a: Alert, b: Alert): number {
  return compareUrgency(a, b) || b.raisedAt - a.raisedAt || (a.id < b.id ? -1 : 1);
}

/** The most urgent unacknowledged alert, which the banner shows. */
export function mostUrgent(alerts: readonly Alert[]): Alert | undefined {
  let first: Alert | undefined;
  for (const alert of alerts) {
    if (needsAcknowledgement(alert.state) && (first === undefined || byUrgency(alert, first) < 0)) first = alert;
  }
  return first;
}

/** Numbers of alerts for banner and panels. */
export interface OpenCount {
  /** Annunciated. */
  readonly open: number;
  /** Number of unacknowledged ones among them. */
  readonly fresh: number;
  /** Shelved, suppressed or out of service. */
  readonly hidden: number;
}

/** Numbers of alerts that are not annunciated, by state; without states that no alert has. */
export const countHidden = (alerts: readonly Alert[]): readonly { readonly state: 'G' | 'H' | 'I'; readonly count: number }[] =>
  (['G', 'H', 'I'] as const)
    .map((state) => ({ state, count: alerts.filter((alert) => alert.state === state).length }))
    .filter(({ count }) => count > 0);

/** Counts alerts as their badges show them: each counted alert has one badge. */
export function countOpen(alerts: readonly Alert[]): OpenCount {
  const open = alerts.filter((alert) => isOpen(alert.state) && !isHidden(alert.state));
  return {
    open: open.length,
    fresh: open.filter((alert) => needsAcknowledgement(alert.state)).length,
    hidden: alerts.filter((alert) => isHidden(alert.state)).length,
  };
}

/** `3 open, 1 not annunciated` */
export function openText(alerts: readonly Alert[]): string {
  const { open, hidden } = countOpen(alerts);
  return [shared.note.open(open), ...(hidden === 0 ? [] : [shared.note.notAnnunciated(hidden)])].join(', ');
}

/** Alerts of an area: its own, those of its tags, and those of indicators that it takes from other areas. */
export function alertsOfArea(alerts: readonly Alert[], { id, indicators }: Pick<Area, 'id' | 'indicators'>): readonly Alert[] {
  return alerts.filter(
    (alert) => alert.area === id || alert.areas?.includes(id) === true || alert.tags.some((tag) => indicators.includes(tag)),
  );
}

/** Open and unacknowledged alerts by priority, worst first. */
export function countByPriority(
  alerts: readonly Alert[],
): readonly { readonly priority: Priority; readonly fresh: number; readonly total: number; readonly worst: Alert | undefined }[] {
  return priorities.map((priority) => {
    const own = alerts.filter((alert) => alert.priority === priority);
    const { open, fresh } = countOpen(own);
    const shown = own.filter((alert) => isOpen(alert.state) && !isHidden(alert.state));
    return { priority, fresh, total: open, worst: shown.toSorted(byUrgency)[0] };
  });
}

/** At most the worst alarm and the worst anomaly of some alerts. */
export function worstOf(alerts: readonly Alert[]): readonly Alert[] {
  const open = alerts.filter((alert) => isOpen(alert.state)).sort(byUrgency);
  const alarm = open.find((alert) => alert.priority !== 'A');
  const anomaly = open.find((alert) => alert.priority === 'A');
  return [alarm, anomaly].filter((alert) => alert !== undefined);
}

/** Flood of alarms (ISA-18.2): begins at ten in ten minutes, ends below five. */
const floodMs = 600_000;
const floodBegins = 10;
const floodEnds = 5;

/** Detects a flood of alarms that lasts. Returns its first alarm and the number of its alarms. */
export function floodSince(alerts: readonly Alert[], now: number): { readonly first: Alert; readonly count: number } | undefined {
  const raised = alerts
    .filter((alert) => alert.priority !== 'A' && !isHidden(alert.state) && alert.raisedAt <= now)
    .toSorted((a, b) => a.raisedAt - b.raisedAt);
  let recent: Alert[] = [];
  let flood: Alert[] | undefined;
  const pass = (time: number): void => {
    recent = recent.filter(({ raisedAt }) => time - raisedAt < floodMs);
    if (recent.length < floodEnds) flood = undefined;
  };
  for (const alert of raised) {
    pass(alert.raisedAt);
    recent.push(alert);
    if (flood !== undefined) flood.push(alert);
    else if (recent.length >= floodBegins) flood = [...recent];
  }
  pass(now);
  const [first] = flood ?? [];
  return first === undefined ? undefined : { first, count: flood?.length ?? 0 };
}

/** Priority of the most urgent unacknowledged alarm; undefined if there is none. */
export const mostUrgentAlarm = (alerts: readonly Alert[]): 1 | 2 | 3 | undefined =>
  ([1, 2, 3] as const).find((priority) => alerts.some((one) => one.priority === priority && needsAcknowledgement(one.state)));

/** The tag, equipment or device to name before an alert's title; undefined if the title states it. */
export function subjectOf(alert: Pick<Alert, 'tags' | 'equipment' | 'device' | 'title'>): string | undefined {
  // the title of an alert about the monitor states its part
  if (isSelf(alert.device)) return undefined;
  const names = [alert.tags.length === 1 ? alert.tags[0] : undefined, alert.equipment, alert.device].filter(Boolean);
  return names.some((name) => name !== undefined && alert.title.includes(name)) ? undefined : names[0];
}
