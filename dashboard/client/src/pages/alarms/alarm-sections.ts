import { isHidden, isOpen, needsAcknowledgement, type Alert } from '../../../../../src/core/alert.ts';
import { texts } from './text.ts';
import { shared } from '../../text.ts';
import { incidentsOf, type IncidentSummary } from '../../pure/alerts/incidents.ts';
import { byUrgency } from '../../pure/alerts/urgency.ts';

/** Section of the alarm list. */
export interface AlarmSection {
  readonly title: string;
  readonly alerts: readonly Alert[];
  /** Shown on large screens only. */
  readonly large?: boolean;
}

const hidden = (alert: Alert): boolean => isHidden(alert.state);

/** New first; then acknowledged and still active; latched; anomalies; shelved, suppressed, out of service; cleared in the last hour. */
export function alarmSections(open: readonly Alert[], cleared: readonly Alert[]): readonly AlarmSection[] {
  const shown = open.filter((alert) => isOpen(alert.state)).toSorted(byUrgency);
  const alarms = shown.filter((alert) => alert.priority !== 'A' && !hidden(alert));
  return [
    { title: texts.title.sections.new, alerts: alarms.filter((alert) => needsAcknowledgement(alert.state)) },
    { title: texts.title.sections.acknowledged, alerts: alarms.filter((alert) => alert.state === 'C') },
    { title: texts.title.sections.latched, alerts: shown.filter((alert) => alert.state === 'F') },
    {
      title: texts.title.sections.anomalies,
      alerts: shown.filter((alert) => alert.priority === 'A' && alert.state !== 'F' && !hidden(alert)),
    },
    { title: texts.title.sections.shelved, alerts: shown.filter((alert) => alert.state === 'G') },
    { title: texts.title.sections.suppressed, alerts: shown.filter((alert) => alert.state === 'H') },
    { title: texts.title.sections.outOfService, alerts: shown.filter((alert) => alert.state === 'I') },
    { title: texts.title.sections.cleared, alerts: cleared, large: true },
  ].filter((section) => section.alerts.length > 0);
}

/**
 * Sections of a flood: one per incident with its title, first-out first; then shelved, suppressed and out of service. Neighbours of one
 * alert each share a section, so that their rows stay in sight.
 */
export function incidentSections(open: readonly Alert[]): readonly AlarmSection[] {
  const runs: IncidentSummary[][] = [];
  for (const incident of incidentsOf(open.filter((alert) => !hidden(alert)))) {
    const last = runs.at(-1);
    if (incident.alerts.length === 1 && last?.[0]?.alerts.length === 1) last.push(incident);
    else runs.push([incident]);
  }
  return [
    ...runs.map((run) => ({ title: titleOf(run), alerts: run.flatMap(({ alerts }) => alerts) })),
    ...alarmSections(open.filter(hidden), []),
  ];
}

const titleOf = ([first, ...rest]: readonly IncidentSummary[]): string =>
  first === undefined || rest.length > 0
    ? texts.title.sections.single(rest.length + 1)
    : shared.note.incident(first.id, first.title, first.first.title);

/** Keeps the order of the rows while a user works with them. `above` counts the new alerts that are not shown. */
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
