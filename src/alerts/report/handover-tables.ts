import { type Actor, type Alert, type AlertState, hasReturned, isHidden, lastHeadline, mainTag } from '../../core/alert.ts';
import type { ShiftNote } from '../../core/handover.ts';
import type { MaintenanceWindow } from '../../core/maintenance.ts';
import type { Site } from '../../core/monitor.ts';
import type { PrintedCell, PrintedTable } from '../../core/printed.ts';
import type { AuditEntry } from '../../core/state.ts';
import { deviceOf } from '../../core/self-device.ts';
import { limitTable, maintenanceTable, stateNames, table } from './tables.ts';

/** Most alerts that a handover lists. */
const mostAlerts = 100;

export interface HandoverContents {
  readonly site: Site;
  /** Open alerts. */
  readonly alerts: readonly Alert[];
  readonly maintenance: readonly MaintenanceWindow[];
  readonly limits: readonly AuditEntry[];
  /** Oldest first. */
  readonly notes: readonly ShiftNote[];
}

/** The tables of a handover. It is signed, so that it names users. */
export function handoverTables({ site, alerts, maintenance, limits, notes }: HandoverContents): PrintedTable[] {
  const urgency = ({ priority }: Alert): number => (priority === 'A' ? 4 : priority);
  const hasEnded = ({ state }: Alert): number => Number(hasReturned(state));
  const sorted = alerts.toSorted((a, b) => urgency(a) - urgency(b) || hasEnded(a) - hasEnded(b) || b.raisedAt - a.raisedAt);
  const areaName = (id: string): string => site.areas.find((area) => area.id === id)?.name ?? id;
  const hidden = sorted.filter(({ state }) => isHidden(state));
  return [
    table(
      'Notes of the shift',
      '',
      ['Time:time', 'By', 'Note'],
      'No note was written.',
      notes.map(({ at, by, text }) => [at, nameOf(by), text]),
    ),
    incidentTable(sorted.filter(({ state }) => !isHidden(state))),
    openTable(
      sorted.filter(({ state }) => !isHidden(state)),
      areaName,
    ),
    table(
      'Shelved, suppressed by design and out of service',
      hiddenNote(hidden),
      ['State', 'Alert', 'Title', 'Tag', 'Since:time', 'Until:time', 'By', 'Reason'],
      'No alert is hidden.',
      hidden
        .slice(0, mostAlerts)
        .map((alert) => [stateNames[alert.state] ?? alert.state, alert.id, alert.title, placeOf(alert), ...hiddenCells(alert)]),
    ),
    maintenanceTable(maintenance),
    limitTable(limits),
  ];
}

/** @param alerts the most urgent first */
function incidentTable(alerts: readonly Alert[]): PrintedTable {
  const incidents = [...Map.groupBy(alerts, ({ incident }) => incident)];
  const more = incidents.length > mostAlerts ? ` The ${mostAlerts} most urgent of ${incidents.length} are listed.` : '';
  return table(
    'Open incidents',
    `Alerts with one cause are one incident. Its priority is the highest of its open alerts.${more}`,
    ['Priority', 'Incident', 'Title', 'Since:time', 'Open alerts:number', 'First alert'],
    'No incident is open.',
    incidents.slice(0, mostAlerts).map(([id, members]) => {
      const [first] = members.toSorted((a, b) => a.since - b.since);
      const [worst] = members;
      return [
        String(worst?.priority ?? ''),
        id,
        lastHeadline(members)?.title ?? worst?.title ?? '',
        first?.since ?? '',
        members.length,
        first?.title ?? '',
      ];
    }),
  );
}

function openTable(alerts: readonly Alert[], areaName: (id: string) => string): PrintedTable {
  const more = alerts.length > mostAlerts ? ` The ${mostAlerts} most urgent of ${alerts.length} are listed.` : '';
  return table(
    'Open alerts',
    `Priority A: anomaly.${more}`,
    ['Priority', 'State', 'Alert', 'Incident', 'Title', 'Area', 'Tag', 'Since:time', 'Acknowledged:time', 'Response'],
    'No alert is open.',
    alerts
      .slice(0, mostAlerts)
      .map((alert) => [
        String(alert.priority),
        openNames[alert.state] ?? alert.state,
        alert.id,
        alert.incident,
        alert.title,
        areaName(alert.area),
        placeOf(alert),
        alert.since,
        alert.acknowledgedAt ?? '',
        inOneLine(alert.response),
      ]),
  );
}

const openNames: Readonly<Partial<Record<AlertState, string>>> = {
  B: 'New',
  C: 'Acknowledged',
  D: 'Back to normal',
  E: 'Reset needed',
  F: 'Reset needed',
};

/** The steps of a response as sentences. */
const inOneLine = (response: string): string =>
  response
    .split('\n')
    .map((step) => (/[.?!]$/.test(step) || step === '' ? step : `${step}.`))
    .join(' ');

const hiddenNote = (hidden: readonly Alert[]): string =>
  hidden.length > mostAlerts ? `${mostAlerts} of ${hidden.length} are listed.` : '';

const placeOf = (alert: Alert): string =>
  mainTag(alert) ?? deviceOf(alert) ?? (alert.equipment === '' ? alert.area : alert.equipment);

/** Begin, end, user and reason of what hides an alert. */
function hiddenCells({ state, shelf, suppressed, changedAt }: Alert): PrintedCell[] {
  if (state === 'G' && shelf !== undefined) return [shelf.at, shelf.until, nameOf(shelf.by), shelf.reason];
  if (state === 'H' && suppressed !== undefined) return [suppressed.at, '', '', suppressed.cause];
  return [changedAt, '', '', ''];
}

const nameOf = ({ role, user }: Actor): string => (user === undefined ? role : `${user} (${role})`);
