import type { MaintenanceWindow } from '../../core/maintenance.ts';
import { formatDuration } from '../../core/format.ts';
import type { PrintedCell, PrintedColumn, PrintedKind, PrintedTable } from '../../core/printed.ts';
import type { AuditEntry } from '../../core/state.ts';
import { deviceText, selfDetector, selfName } from '../../core/self-device.ts';
import type { ClassReport } from './class-report.ts';
import type { Span } from './course.ts';
import { busyHour, chatterMs, dayMs, fleetingMs, floodEnd, floodStart, hourMs, lateMs, staleMs, windowMs } from './limits.ts';
import type { KeyFigures } from './report.ts';
import type { CountedSource, Source } from './sources.ts';

/** Most rows of a table. */
const mostRows = 20;
/** Most rows of any table. */
export const mostListed = 100;
const mostBadActors = 10;

/** Contents of a report beside its key figures. */
export interface ReportedActs {
  /** Audit entries of changed limits, the last one first. */
  readonly limits: readonly AuditEntry[];
  readonly maintenance: readonly MaintenanceWindow[];
}

/** The tables of a report. */
export function reportTables(figures: KeyFigures, acts: ReportedActs, period: Span): PrintedTable[] {
  const { alarms, anomalies } = figures;
  return [
    rateTable(figures, period),
    priorityTable(figures),
    floodTable(figures),
    sourceTable(figures, 'Most frequent alarms', 'The sources to correct first.', alarms, 'No alarm was annunciated.'),
    sourceTable(
      figures,
      'Most frequent anomalies',
      'Anomalies need no operator response and are no alarms.',
      anomalies,
      'No anomaly was raised.',
    ),
    nuisanceTable(figures),
    staleTable(figures),
    acknowledgementTable(figures),
    hiddenTable(figures),
    maintenanceTable(acts.maintenance),
    limitTable(acts.limits),
    table(
      'Alarms without a response text',
      'Target: none. An alarm needs a response of the operator.',
      ['Source', 'Title', 'Last alert', 'Incident'],
      'Each annunciated alarm had a response text.',
      figures.noResponse.map((one) => [sourceText(one), one.title, one.alert, incidentText(one, figures)]),
    ),
    table(
      'Precision of the detectors',
      'Alerts raised in the period, by verdict. Precision: true alerts as a part of true and false ones.',
      ['Detector', 'True:number', 'False:number', 'Expected:number', 'No verdict:number', 'Precision:fraction'],
      'No alert was raised.',
      figures.detectors.map(({ detector, verdicts, unjudged, precision }) => [
        detector,
        verdicts.true,
        verdicts.false,
        verdicts.expected,
        unjudged,
        precision,
      ]),
    ),
  ];
}

function rateTable({ alarms, anomalies }: KeyFigures, { from, to }: Span): PrintedTable {
  const row = (name: string, { rates }: ClassReport): PrintedCell[] => [
    name,
    rates.count,
    rates.mean,
    (rates.mean * dayMs) / windowMs,
    rates.peakBin.count,
    rates.peakBin.at,
    rates.peakWindow.count,
    rates.peakWindow.at,
    rates.busyBins,
    rates.busyHours,
  ];
  const columns = [
    'Class',
    'Count:number',
    'Per 10 min:number',
    'Per day:number',
    'Peak, fixed 10 min:number',
    'From:time',
    'Peak, any 10 min:number',
    'From:time',
    `10 min with over ${floodStart}:fraction`,
    `Hours with over ${busyHour}:fraction`,
  ];
  const note = `Annunciations in ${formatDuration(to - from)}. Acceptable for one operator: about 1 alarm per 10 min (144 per day), at most 2 (288 per day); at most 10 in any 10 min.`;
  return table('Rates', note, columns, '', [row('Alarms', alarms), row('Anomalies', anomalies)]);
}

function priorityTable({ priorities }: KeyFigures): PrintedTable {
  const targets = { 1: 0.05, 2: 0.15, 3: 0.8 };
  const total = priorities[1] + priorities[2] + priorities[3];
  const rows = ([1, 2, 3] as const).map((one) => [`Priority ${one}`, priorities[one], priorities[one] / total, targets[one]]);
  return table('Priorities', 'Annunciated alarms.', ['Priority', 'Count:number', 'Share:fraction', 'Target:fraction'], '', rows);
}

function floodTable(figures: KeyFigures): PrintedTable {
  const { floods, timeInFlood } = figures.alarms;
  const share = Number((100 * timeInFlood).toPrecision(3));
  const note = `A flood begins with ${floodStart} alarms within 10 min and ends with fewer than ${floodEnd}. Time in floods: ${share} %. Target: below 1 %.`;
  const more = floods.length > mostRows ? ` The ${mostRows} largest of ${floods.length} are listed.` : '';
  const rows = floods
    .toSorted((a, b) => b.count - a.count)
    .slice(0, mostRows)
    .toSorted((a, b) => a.from - b.from);
  return table(
    'Floods',
    note + more,
    ['Begin:time', 'End:time', 'Alarms:number', 'Peak per 10 min:number', 'First-out', 'Incident', 'Main sources'],
    'There was no flood.',
    rows.map(({ from, to, count, peak, firstOut, contributors }) => [
      from,
      to,
      count,
      peak,
      `${sourceText(firstOut)}: ${firstOut.title}`,
      incidentText(firstOut, figures),
      contributors.map((one) => `${sourceText(one)} (${one.count})`).join('; '),
    ]),
  );
}

function sourceTable(
  figures: KeyFigures,
  title: string,
  note: string,
  { sources, rates }: ClassReport,
  empty: string,
): PrintedTable {
  const rows = sources.slice(0, mostBadActors);
  const share = rows.reduce((sum, { count }) => sum + count, 0) / rates.count;
  const text =
    rows.length === 0
      ? note
      : `${note} Sources listed: ${rows.length} of ${sources.length}, with ${Number((100 * share).toPrecision(3))} % of the annunciations.`;
  return table(
    title,
    text,
    ['Source', 'Last title', 'Last incident', 'Count:number', 'Share:fraction'],
    empty,
    rows.map((one) => [sourceText(one), one.title, incidentText(one, figures), one.count, one.count / rates.count]),
  );
}

function nuisanceTable({ alarms, anomalies }: KeyFigures): PrintedTable {
  const rows = (kind: string, name: string, sources: readonly CountedSource[]): PrintedCell[][] =>
    sources.slice(0, mostRows).map((one) => [kind, name, sourceText(one), one.title, one.count]);
  const note =
    `Target: none. Chattering: 3 occurrences or more within ${formatDuration(chatterMs)}, with the highest number within that time. ` +
    `Fleeting: back to normal within ${formatDuration(fleetingMs)} without an act of an operator, with their number.`;
  return table(
    'Chattering and fleeting',
    note,
    ['Kind', 'Class', 'Source', 'Last title', 'Count:number'],
    'No alert chattered, and none was fleeting.',
    [
      ...rows('Chattering', 'Alarm', alarms.chattering),
      ...rows('Chattering', 'Anomaly', anomalies.chattering),
      ...rows('Fleeting', 'Alarm', alarms.fleeting),
      ...rows('Fleeting', 'Anomaly', anomalies.fleeting),
    ],
  );
}

function staleTable(figures: KeyFigures): PrintedTable {
  const { alarms, anomalies } = figures;
  const all = [...alarms.stale.map((one) => ['Alarm', one] as const), ...anomalies.stale.map((one) => ['Anomaly', one] as const)];
  const note = `In alarm for ${formatDuration(staleMs)} or longer: ${alarms.stale.length} alarms, ${anomalies.stale.length} anomalies. Target: fewer than 5 alarms on any day.`;
  return table(
    'Stale',
    note,
    ['Class', 'Source', 'Title', 'Alert', 'Incident', 'Since:time', 'Duration:duration', 'Ended'],
    'No alert was stale.',
    all
      .slice(0, mostRows)
      .map(([name, one]) => [
        name,
        sourceText(one),
        one.title,
        one.alert,
        incidentText(one, figures),
        one.since,
        one.lasted,
        one.ended ? 'yes' : 'no',
      ]),
  );
}

function acknowledgementTable({ alarms, anomalies }: KeyFigures): PrintedTable {
  const row = (name: string, { acknowledgements: { count, median, p90, late, waiting } }: ClassReport): PrintedCell[] => [
    name,
    count,
    median,
    p90,
    late,
    waiting,
  ];
  return table(
    'Acknowledgement',
    'Time from the annunciation to the acknowledgement.',
    [
      'Class',
      'Acknowledged:number',
      'Median:duration',
      '90 % within:duration',
      `Waited over ${formatDuration(lateMs)}:number`,
      'Waiting at the end:number',
    ],
    '',
    [row('Alarms', alarms), row('Anomalies', anomalies)],
  );
}

export const stateNames: Readonly<Record<string, string>> = { G: 'Shelved', H: 'Suppressed by design', I: 'Out of service' };

const hiddenTable = ({ hidden }: KeyFigures): PrintedTable =>
  table(
    'Shelved, suppressed and out of service',
    'Hours are the sum over the alerts.',
    ['State', 'Alerts at the end:number', 'Alerts in the period:number', 'Hours:number'],
    '',
    hidden.map(({ state, now, alerts, total }) => [stateNames[state] ?? state, now, alerts, total / hourMs]),
  );

export const maintenanceTable = (windows: readonly MaintenanceWindow[]): PrintedTable =>
  table(
    'Maintenance',
    'Parts of the plant that were out of service.',
    ['Object', 'Begin:time', 'End:time', 'By', 'Reason'],
    'No part was out of service.',
    windows.map(({ place, from, to, by, reason }) => [`${place.kind} ${place.id}`, from, to, by, reason]),
  );

export const limitTable = (entries: readonly AuditEntry[]): PrintedTable =>
  table(
    'Changed limits',
    'Limits and baseline entries that people changed, and loaded configurations.',
    ['Time:time', 'By', 'Action', 'Object', 'Before', 'After', 'Reason'],
    'No limit was changed.',
    entries.map(({ time, role, action, object, before = '', after = '', reason = '' }) => [
      time,
      role,
      action,
      object,
      shortHash(before),
      shortHash(after),
      reason,
    ]),
  );

/** The first digits of a hash are enough to compare two by eye, and fit on paper. */
const shortHash = (text: string): string => text.replace(/^(sha256:[0-9a-f]{12})[0-9a-f]{52}$/, '$1…');

const sourceText = ({ equipment, area, tag, detector }: Source): string =>
  detector === selfDetector
    ? deviceText(selfName)
    : [tag === '' ? (equipment === '' ? area : equipment) : tag, detector].filter((part) => part !== '').join(', ');

/** `INC-1: All pumps stopped`; the id alone if the incident has no other title than the alert. */
const incidentText = ({ incident, title }: Source, { incidents }: KeyFigures): string => {
  const headline = incidents.get(incident);
  return headline === undefined || headline === title ? incident : `${incident}: ${headline}`;
};

/** @param columns titles, with `:kind` for another kind than text */
export function table(
  title: string,
  note: string,
  columns: readonly string[],
  empty: string,
  rows: readonly (readonly PrintedCell[])[],
): PrintedTable {
  return { title, note, empty, columns: columns.map(columnOf), rows: rows.slice(0, mostListed) };
}

function columnOf(text: string): PrintedColumn {
  const [title = '', kind = 'text'] = text.split(':');
  return { title, kind: kind as PrintedKind };
}
