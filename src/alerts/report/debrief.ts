import { type Alert, lastHeadline } from '../../core/alert.ts';
import { formatDuration } from '../../core/format.ts';
import { type LabResult, type LabStatus, physicalEffect, type TruthRange } from '../../core/lab.ts';
import type { PrintedCell, PrintedDocument, PrintedTable } from '../../core/printed.ts';
import type { Scenario } from '../../core/scenario.ts';
import type { AuditEntry } from '../../core/state.ts';
import { hintCost, scoreExercise, type ScoreLine, totalOf } from './exercise-score.ts';
import { type InjectDetection, injectDetections, meanDelayMs } from './inject-detections.ts';
import { mostListed, table } from './tables.ts';

/** Lowest and highest good value of a tag, as the monitor received them. */
export interface ShownRange {
  readonly tag: string;
  readonly unit: string;
  readonly begin: number;
  readonly low: number;
  readonly high: number;
  readonly end: number;
}

export interface DebriefContents {
  readonly site: { readonly name: string; readonly timeZone: string };
  readonly madeAt: number;
  readonly scenario: Scenario;
  readonly result: LabResult;
  readonly events: LabStatus['events'];
  /** Alerts that were raised in the exercise, oldest first. */
  readonly alerts: readonly Alert[];
  readonly shown: readonly ShownRange[];
  /** Acts of users in the exercise, oldest first. */
  readonly acts: readonly AuditEntry[];
  /** Acts of users after its end, oldest first: a report is written then. */
  readonly later: readonly AuditEntry[];
}

/** What happened in an exercise, what the monitor found and what people did. It contains the ground truth. */
export function debriefOf(contents: DebriefContents): PrintedDocument {
  const { site, madeAt, scenario, result } = contents;
  return {
    title: `Debrief: ${scenario.title}`,
    site: site.name,
    timeZone: site.timeZone,
    from: result.startedAt,
    to: result.endedAt,
    madeAt,
    notes: [scenario.description, `Physical result: ${scenario.physicalResult}`, 'This document contains the ground truth.'],
    tables: [
      resultTable(scenario, result),
      scoreTable(contents),
      effectTable(result),
      injectTable(contents),
      detectionTable(contents),
      groundTruthTable(scenario, result),
      findingTable(contents),
      valueTable(contents),
      truthTable(result),
      actTable(contents),
      hintTable(result),
      noteTable(result),
    ],
  };
}

export const yesNo = (value: boolean | undefined): string => (value === undefined ? 'not expected' : value ? 'yes' : 'no');

function resultTable({ kind, techniques }: Scenario, result: LabResult): PrintedTable {
  const duration = (ms: number | undefined): string => (ms === undefined ? '–' : formatDuration(ms));
  return table('Result', '', ['Question', 'Answer'], '', [
    ['Kind of the scenario', kind],
    ['Techniques', techniques.join(', ') || 'none'],
    ['Physical effect achieved', effectText(result)],
    ['Detected', yesNo(result.detected)],
    ['Detection delay', duration(result.afterMs)],
    ['Expected within', duration(result.withinMs)],
    ['Technique named', yesNo(result.techniqueRight)],
    ['Alerts without a cause in the scenario', String(result.falseAlerts)],
  ]);
}

/** The points of an exercise with the acts after its end. */
export const scoreOf = (contents: DebriefContents): readonly ScoreLine[] =>
  scoreExercise({ ...contents, acts: [...contents.acts, ...contents.later], hints: contents.result.hints });

function scoreTable(contents: DebriefContents): PrintedTable {
  const lines = scoreOf(contents);
  const { points, of } = totalOf(lines);
  const rows = lines.map((line) => [line.criterion, line.points, line.of, line.reason, line.event, line.time ?? '']);
  const note = 'Each line names the event that its points follow from. 0 of 0: the scenario cannot show it.';
  const columns = ['Criterion', 'Points:number', 'Of:number', 'Reason', 'Event', 'Time:time'];
  return table('Score', note, columns, '', [...rows, ['Total', points, of, '', '', '']]);
}

export function effectText({ effects }: LabResult): string {
  const effect = physicalEffect(effects);
  return effect === undefined ? 'not tested' : `${yesNo(effect.achieved)}, ${effect.passed} of ${effect.of} tests passed`;
}

function effectTable({ effects = [] }: LabResult): PrintedTable {
  const rows = effects.map(({ text, achieved }) => [text, achieved === true ? 'yes' : 'no']);
  const note = 'Tests of the true process and of the registers. Within: after the first hostile step.';
  return table('Physical effects', note, ['Test', 'Passed'], 'The scenario states no physical effect.', rows);
}

function injectTable({ events, result: { startedAt, endedAt } }: DebriefContents): PrintedTable {
  const lanes = { inject: 'attack or fault', benign: 'harmless', control: 'control' } as const;
  const rows = events
    .filter(({ time }) => time >= startedAt && time <= endedAt)
    .map(({ time, lane, text, technique = '' }) => [time, time - startedAt, lanes[lane], text, technique]);
  return table(
    'Injects',
    listed('Steps of the scenario as they were performed.', rows),
    ['Time:time', 'After:duration', 'Kind', 'Step', 'Technique'],
    'No step was performed.',
    rows,
  );
}

function detectionTable({ scenario, result, events, alerts }: DebriefContents): PrintedTable {
  const { startedAt, endedAt, counted } = result;
  const injects = injectDetections({
    scenario,
    startedAt,
    events: events.filter(({ time }) => time >= startedAt && time <= endedAt),
    counted: alerts.filter(({ id }) => counted.includes(id)),
  }).filter(({ isPerformed }) => isPerformed);
  const mean = meanDelayMs(injects);
  const note =
    'Alert: the first one that counts for the step. Asset and technique: right if they are those of the scenario.' +
    (mean === undefined ? '' : ` Mean detection delay: ${formatDuration(mean)}.`);
  const columns = ['Time:time', 'Step', 'Alert', 'Title', 'Delay', 'Asset', 'Technique', 'Acknowledged after'];
  const rows = injects.map(detectionRow);
  return table('Injects and detections', listed(note, rows), columns, 'No step was performed.', rows);
}

function detectionRow({ time, text, isHostile, alert }: InjectDetection): PrintedCell[] {
  if (alert === undefined) return [time, text, isHostile ? 'none' : 'none expected', '', '', '', '', ''];
  const { id, incident, title, delayMs, isAssetRight, isTechniqueRight, raisedAt, acknowledgedAt } = alert;
  const delay = delayMs < 0 ? 'in alarm before' : formatDuration(delayMs);
  const right = (value: boolean | undefined): string => (value === undefined ? '–' : value ? 'right' : 'wrong');
  const taken = acknowledgedAt === undefined ? '–' : formatDuration(acknowledgedAt - raisedAt);
  return [time, text, `${id} (${incident})`, title, delay, right(isAssetRight), right(isTechniqueRight), taken];
}

function hintTable({ hints = [], startedAt }: LabResult): PrintedTable {
  const rows = hints.map(({ id, time, text }) => [id, time, time - startedAt, text]);
  const note = `Given by the instructor. Each hint deducts ${hintCost.each} points, at most ${hintCost.most}.`;
  return table('Hints', note, ['Id', 'Time:time', 'After:duration', 'Hint'], 'No hint was given.', rows);
}

function noteTable({ notes = [], startedAt }: LabResult): PrintedTable {
  const rows = notes.map(({ id, time, text }) => [id, time, time - startedAt, text]);
  const columns = ['Id', 'Time:time', 'After:duration', 'Note'];
  return table('Notes of the instructor', listed('', rows), columns, 'The instructor wrote no note.', rows);
}

function groundTruthTable({ truth }: Scenario, { startedAt }: LabResult): PrintedTable {
  const at = (seconds: number): number => startedAt + seconds * 1_000;
  const rows = truth.map(({ fromS, toS, tags, equipment }) => [at(fromS), at(toS), tags.join(', '), equipment.join(', ')]);
  return table(
    'Ground truth',
    'Spans with an attack or a fault. An alert at the equipment is true.',
    ['From:time', 'To:time', 'Tags', 'Equipment'],
    'Nothing was wrong: each alert is a false alarm.',
    rows,
  );
}

function findingTable({ alerts, result: { startedAt, counted } }: DebriefContents): PrintedTable {
  const members = Map.groupBy(alerts, ({ incident }) => incident);
  const rows = alerts.map((alert) => [
    alert.raisedAt,
    alert.raisedAt - startedAt,
    String(alert.priority),
    alert.title,
    alert.incident,
    lastHeadline(members.get(alert.incident) ?? [])?.title ?? '',
    alert.explanation.sentence,
    alert.techniques.map(({ id }) => id).join(', '),
    counted.includes(alert.id) ? 'yes' : 'no',
    alert.acknowledgedAt === undefined ? '–' : formatDuration(alert.acknowledgedAt - alert.raisedAt),
  ]);
  return table(
    'Findings',
    listed('After: time since the start. Belongs: the alert matches the ground truth.', rows),
    [
      'Raised:time',
      'After:duration',
      'Priority',
      'Title',
      'Incident',
      'Title of the incident',
      'Finding',
      'Techniques',
      'Belongs',
      'Acknowledged after',
    ],
    'The monitor raised no alert.',
    rows,
  );
}

const rangeColumns = ['Begin', 'Lowest', 'Highest', 'End'];

/** The values of a tag as received, and below them the true ones behind it. */
function valueTable({ shown, result: { behind = {} } }: DebriefContents): PrintedTable {
  const cells = ({ begin, low, high, end }: TruthRange): PrintedCell[] => [begin, low, high, end].map(figure);
  const rows = shown.flatMap((one) => {
    const truth = behind[one.tag];
    const received = [one.tag, one.unit, 'shown', ...cells(one)];
    return truth === undefined ? [received] : [received, ['', '', 'true', ...cells(truth)]];
  });
  const note =
    'Tags that the scenario falsifies or changes directly, as the monitor received them. True: what an instrument without fault would show.';
  return table('Shown and true values', note, ['Tag', 'Unit', 'Value', ...rangeColumns], 'No values are known.', rows);
}

function truthTable({ truth = {} }: LabResult): PrintedTable {
  const rows = Object.entries(truth)
    .toSorted(([, a], [, b]) => relativeChange(b) - relativeChange(a))
    .map(([name, { begin, low, high, end }]) => [name, ...[begin, low, high, end].map(figure)]);
  return table(
    'True values',
    listed('Of the simulated process, whatever its instruments showed; the most changed first.', rows),
    ['Quantity', ...rangeColumns],
    'No true values were recorded: the monitor started during the exercise.',
    rows,
  );
}

function actTable({ acts }: DebriefContents): PrintedTable {
  const rows = acts.map(({ time, role, action, object, reason = '' }) => [time, role, action, object, reason]);
  return table(
    'Acts of the operators',
    listed('By role, from the audit trail.', rows),
    ['Time:time', 'Role', 'Act', 'Object', 'Reason'],
    'Nobody acted.',
    rows,
  );
}

/** Size of a change compared with the value; 0 for a constant. */
const relativeChange = ({ low, high }: TruthRange): number =>
  high === low ? 0 : (high - low) / Math.max(Math.abs(low), Math.abs(high));

/** To four significant digits. */
const figure = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(4))) : '–');

/** The rows with a note if not all of them are listed. */
function listed(note: string, rows: readonly (readonly PrintedCell[])[]): string {
  return rows.length > mostListed ? `${note} The first ${mostListed} of ${rows.length} are listed.` : note;
}
