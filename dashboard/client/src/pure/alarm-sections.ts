import { isHidden, isOpen, needsAcknowledgement, type Alert } from '../../../../src/core/alert.ts';
import { incidentsOf } from './incidents.ts';
import { byUrgency } from './urgency.ts';

/** A part of the alarm list with its title; the first one needs none. */
export interface AlarmSection {
  readonly title: string;
  readonly alerts: readonly Alert[];
  /** Shown where there is room. */
  readonly large?: boolean;
}

const hidden = (alert: Alert): boolean => isHidden(alert.state);

/** New first; then acknowledged and still active; anomalies; not annunciated; cleared in the last hour. */
export function alarmSections(open: readonly Alert[], cleared: readonly Alert[]): readonly AlarmSection[] {
  const shown = open.filter((alert) => isOpen(alert.state)).toSorted(byUrgency);
  const alarms = shown.filter((alert) => alert.priority !== 'A' && !hidden(alert));
  return [
    { title: 'New', alerts: alarms.filter((alert) => needsAcknowledgement(alert.state)) },
    { title: 'Acknowledged, still active', alerts: alarms.filter((alert) => !needsAcknowledgement(alert.state)) },
    {
      title: 'Anomalies: findings without an agreed response. They do not sound.',
      alerts: shown.filter((alert) => alert.priority === 'A' && !hidden(alert)),
    },
    { title: 'Not annunciated', alerts: shown.filter(hidden) },
    { title: 'Cleared in the last hour', alerts: cleared, large: true },
  ].filter((section) => section.alerts.length > 0);
}

/** In a flood: by incident, first-out first. */
export const incidentSections = (open: readonly Alert[]): readonly AlarmSection[] =>
  incidentsOf(open).map((incident) => ({
    title: `${incident.id}, first: ${incident.first.title}`,
    alerts: incident.alerts,
  }));

/** Keeps rows where they stood while a person is at work on them; what is new or gone does not move the others. */
export function heldSections(
  held: readonly AlarmSection[],
  now: readonly AlarmSection[],
): { readonly sections: readonly AlarmSection[]; readonly above: number } {
  const current = new Map(now.flatMap((section) => section.alerts).map((alert) => [alert.id, alert]));
  const known = new Set(held.flatMap((section) => section.alerts).map((alert) => alert.id));
  return {
    sections: held.map((section) => ({ ...section, alerts: section.alerts.map((alert) => current.get(alert.id) ?? alert) })),
    above: [...current.keys()].filter((id) => !known.has(id)).length,
  };
}
