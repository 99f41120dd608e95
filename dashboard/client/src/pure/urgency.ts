import { isHidden, isOpen, needsAcknowledgement, type Alert, type Priority } from '../../../../src/core/alert.ts';

/** Worst first. */
export const priorities = [1, 2, 3, 'A'] as const satisfies readonly Priority[];

const rank = (priority: Priority): number => priorities.indexOf(priority);

/** Not acknowledged first, then priority, then newest: the order of the banner and of worst states. What is not annunciated comes last. */
export function byUrgency(a: Alert, b: Alert): number {
  const newer = Number(needsAcknowledgement(b.state)) - Number(needsAcknowledgement(a.state));
  const shown = Number(isHidden(a.state)) - Number(isHidden(b.state));
  return shown || newer || rank(a.priority) - rank(b.priority) || b.raisedAt - a.raisedAt || (a.id < b.id ? -1 : 1);
}

/** What the banner shows: the most urgent alert that nobody has acknowledged. */
export function mostUrgent(alerts: readonly Alert[]): Alert | undefined {
  let first: Alert | undefined;
  for (const alert of alerts) {
    if (needsAcknowledgement(alert.state) && (first === undefined || byUrgency(alert, first) < 0)) first = alert;
  }
  return first;
}

/** How many are open and how many of those wait to be acknowledged, by priority, worst first. */
export function countByPriority(
  alerts: readonly Alert[],
): readonly { readonly priority: Priority; readonly fresh: number; readonly total: number; readonly worst: Alert | undefined }[] {
  return priorities.map((priority) => {
    const open = alerts.filter((alert) => alert.priority === priority && isOpen(alert.state) && !isHidden(alert.state));
    return {
      priority,
      fresh: open.filter((alert) => needsAcknowledgement(alert.state)).length,
      total: open.length,
      worst: [...open].sort(byUrgency)[0],
    };
  });
}

/** At most the worst alarm and the worst anomaly of what an area tab, a tag or an equipment has. */
export function worstOf(alerts: readonly Alert[]): readonly Alert[] {
  const open = alerts.filter((alert) => isOpen(alert.state)).sort(byUrgency);
  const alarm = open.find((alert) => alert.priority !== 'A');
  const anomaly = open.find((alert) => alert.priority === 'A');
  return [alarm, anomaly].filter((alert) => alert !== undefined);
}

/** Ten and more new alarms in ten minutes. Returns the first of them, or undefined. */
export function floodSince(alerts: readonly Alert[], now: number): { readonly first: Alert; readonly count: number } | undefined {
  const recent = alerts.filter((alert) => alert.priority !== 'A' && !isHidden(alert.state) && now - alert.raisedAt < 600_000);
  const [first] = recent.toSorted((a, b) => a.raisedAt - b.raisedAt);
  return first !== undefined && recent.length >= 10 ? { first, count: recent.length } : undefined;
}

/** The tag, equipment or device to name before an alert's title; undefined where the title names it itself. */
export function subjectOf(alert: Pick<Alert, 'tags' | 'equipment' | 'device' | 'title'>): string | undefined {
  const names = [alert.tags.length === 1 ? alert.tags[0] : undefined, alert.equipment, alert.device].filter(Boolean);
  return names.some((name) => name !== undefined && alert.title.includes(name)) ? undefined : names[0];
}
