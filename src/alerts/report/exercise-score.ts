import type { Alert } from '../../core/alert.ts';
import { formatDuration } from '../../core/format.ts';
import { type InstructorEntry, type LabEvent, type LabResult, physicalEffect } from '../../core/lab.ts';
import { hostileStartS, type Scenario } from '../../core/scenario.ts';
import { isSelf } from '../../core/self-device.ts';
import type { AuditEntry } from '../../core/state.ts';
import { isAtExpectedAsset, namesTechnique } from './scenario-match.ts';

/** Points of one criterion, with the event that they follow from. */
export interface ScoreLine {
  readonly criterion: string;
  /** Negative for a deduction. */
  readonly points: number;
  /** Most points of the criterion; 0 if it is not scored, and for a deduction. */
  readonly of: number;
  readonly reason: string;
  /** Id of an alert, a line of the timeline, or an entry of the audit trail. */
  readonly event: string;
  /** ms UTC of plant time; undefined if nothing happened. */
  readonly time: number | undefined;
}

/** What an exercise is scored by. */
export interface ScoredExercise {
  readonly scenario: Scenario;
  readonly result: LabResult;
  readonly events: readonly LabEvent[];
  /** Alerts that were raised in the exercise, oldest first. */
  readonly alerts: readonly Alert[];
  /** Acts of users since the exercise began, oldest first. */
  readonly acts: readonly AuditEntry[];
  /** Hints of the instructor, oldest first. */
  readonly hints?: readonly InstructorEntry[] | undefined;
}

/** Most points: process health, detection time, asset, technique, report, evidence, acknowledgement, verdict; and for a benign scenario. */
const most = { health: 30, time: 20, asset: 10, technique: 10, report: 10, evidence: 10, acknowledged: 5, verdict: 5, quiet: 20 };
const falseAlarm = { each: 5, most: 20 } as const;
/** Deduction for each hint, and the largest one. */
export const hintCost = { each: 5, most: 20 } as const;

/** The points of an exercise. A criterion that the scenario cannot show is listed with 0 of 0 points. */
export function scoreExercise(exercise: ScoredExercise): readonly ScoreLine[] {
  const { scenario, result } = exercise;
  const begun = result.startedAt + hostileStartS(scenario) * 1_000;
  if (scenario.kind === 'benign') return [quietLine(exercise), ...falseAlarms(exercise), ...hintLines(exercise)];
  const counted = exercise.alerts.filter(({ id }) => result.counted.includes(id));
  return [
    healthLine(exercise),
    timeLine(exercise, counted[0], begun),
    ...assetLines(exercise, counted),
    ...packageLines(exercise, counted),
    ...responseLines(exercise, counted),
    ...falseAlarms(exercise),
    ...hintLines(exercise),
  ];
}

/** Sum of the points, at least 0, and the most that were possible. */
export function totalOf(lines: readonly ScoreLine[]): { readonly points: number; readonly of: number } {
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  return { points: Math.max(0, sum(lines.map(({ points }) => points))), of: sum(lines.map(({ of }) => of)) };
}

const alertText = ({ id, incident }: Alert): string => `${id} (${incident})`;
const nothing = { event: '–', time: undefined } as const;

function healthLine({ result: { effects }, events }: ScoredExercise): ScoreLine {
  const criterion = 'Process health';
  const effect = physicalEffect(effects);
  if (effect === undefined) return { criterion, points: 0, of: 0, reason: 'The scenario states no physical effect.', ...nothing };
  const decisive = (effects ?? []).filter(({ achieved }) => (effect.achieved === true ? achieved : achieved !== true)).at(-1);
  const event = events.findLast(({ text }) => decisive !== undefined && text.endsWith(decisive.text));
  const reason = effect.achieved === true ? 'The physical effect was achieved.' : 'The physical effect was not achieved.';
  const points = effect.achieved === true ? 0 : most.health;
  return { criterion, points, of: most.health, reason, event: event?.text ?? decisive?.text ?? '–', time: event?.time };
}

function timeLine({ scenario, events }: ScoredExercise, first: Alert | undefined, begun: number): ScoreLine {
  const criterion = 'Detection time';
  if (scenario.expect === undefined)
    return { criterion, points: 0, of: 0, reason: 'The scenario expects no finding.', ...nothing };
  const allowed = scenario.expect.withinS * 1_000;
  if (first === undefined) {
    const inject = events.find(({ lane, time }) => lane === 'inject' && time >= begun);
    return {
      criterion,
      points: 0,
      of: most.time,
      reason: 'Not detected.',
      event: inject?.text ?? '–',
      time: inject?.time ?? begun,
    };
  }
  const delay = first.raisedAt - begun;
  // full points within the expected time, none from three times of it
  const share = Math.min(1, Math.max(0, (3 * allowed - delay) / (2 * allowed)));
  const reason = `Detected after ${formatDuration(delay)}, expected within ${formatDuration(allowed)}.`;
  return {
    criterion,
    points: Math.round(most.time * share),
    of: most.time,
    reason,
    event: alertText(first),
    time: first.raisedAt,
  };
}

function assetLines({ scenario }: ScoredExercise, counted: readonly Alert[]): readonly ScoreLine[] {
  const { expect, techniques } = scenario;
  const [first] = counted;
  const asset = first === undefined || !isAtExpectedAsset(first, scenario) ? undefined : first;
  const named = counted.find((alert) => namesTechnique(alert, scenario));
  const line = (criterion: string, alert: Alert | undefined, of: number, reasons: readonly [string, string]): ScoreLine => ({
    criterion,
    points: alert === undefined ? 0 : of,
    of,
    reason: alert === undefined ? reasons[1] : reasons[0],
    event: alert === undefined ? (first === undefined ? '–' : alertText(first)) : alertText(alert),
    time: (alert ?? first)?.raisedAt,
  });
  return [
    line('Correct asset', asset, expect === undefined ? 0 : most.asset, [
      'The first alert is at the expected asset.',
      'The first alert is not at the expected asset.',
    ]),
    line('Correct technique', named, techniques.length === 0 ? 0 : most.technique, [
      'An alert has a technique of the scenario.',
      'No alert has a technique of the scenario.',
    ]),
  ];
}

function packageLines({ acts }: ScoredExercise, counted: readonly Alert[]): readonly ScoreLine[] {
  const incidents = new Set(counted.map(({ incident }) => incident));
  const exported = acts.filter(({ action, object }) => action === 'case.exported' && incidents.has(object));
  const report = exported.find(({ after = '' }) => after.startsWith('html'));
  const evidence =
    exported.find(({ after = '' }) => !after.startsWith('html')) ?? acts.find(({ action }) => action === 'evidence.exported');
  return [
    actLine('Incident report', report, most.report, [
      'The incident was exported as a page.',
      'No page of the incident was exported.',
    ]),
    actLine('Evidence package', evidence, most.evidence, ['Evidence was exported.', 'No evidence was exported.']),
  ];
}

function responseLines({ acts }: ScoredExercise, counted: readonly Alert[]): readonly ScoreLine[] {
  const ids = new Set(counted.flatMap(({ id, incident }) => [id, incident]));
  const own = acts.filter(({ object }) => ids.has(object));
  const wrong = own.find(({ action, after }) => action === 'alert.shelved' || (action.endsWith('.judged') && after === 'false'));
  if (wrong !== undefined) {
    const of = most.acknowledged + most.verdict;
    return [{ ...actLine('Safe response', wrong, of, ['A true alert was shelved or judged false.', '']), points: 0 }];
  }
  return [
    actLine(
      'Safe response: acknowledged',
      own.find(({ action }) => action === 'alert.acknowledged'),
      most.acknowledged,
      ['A true alert was acknowledged.', 'No true alert was acknowledged.'],
    ),
    actLine(
      'Safe response: verdict',
      own.find(({ action, after }) => action.endsWith('.judged') && after === 'true'),
      most.verdict,
      ['A true alert has the verdict true.', 'No true alert has the verdict true.'],
    ),
  ];
}

function actLine(criterion: string, act: AuditEntry | undefined, of: number, reasons: readonly [string, string]): ScoreLine {
  if (act === undefined) return { criterion, points: 0, of, reason: reasons[1], ...nothing };
  return { criterion, points: of, of, reason: reasons[0], event: `${act.action} ${act.object}`, time: act.time };
}

const withoutCause = ({ alerts, result: { counted } }: ScoredExercise): readonly Alert[] =>
  alerts.filter(({ id, device }) => !counted.includes(id) && !isSelf(device));

const quietLine = (exercise: ScoredExercise): ScoreLine => ({
  criterion: 'Harmless events',
  points: most.quiet,
  of: most.quiet,
  reason: withoutCause(exercise).length === 0 ? 'No alert was raised.' : 'Each alert is a false alarm, see below.',
  event: exercise.events.find(({ lane }) => lane === 'benign')?.text ?? '–',
  time: exercise.events.find(({ lane }) => lane === 'benign')?.time,
});

/** One line for each false alarm that is deducted. */
function falseAlarms(exercise: ScoredExercise): readonly ScoreLine[] {
  const listed = withoutCause(exercise).slice(0, falseAlarm.most / falseAlarm.each);
  return listed.map((alert) => ({
    criterion: 'False alarm',
    points: -falseAlarm.each,
    of: 0,
    reason: alert.title,
    event: alertText(alert),
    time: alert.raisedAt,
  }));
}

/** One line for each hint that is deducted. */
const hintLines = ({ hints = [] }: ScoredExercise): readonly ScoreLine[] =>
  hints.slice(0, hintCost.most / hintCost.each).map(({ id, text, time }) => ({
    criterion: 'Hint',
    points: -hintCost.each,
    of: 0,
    reason: text,
    event: id,
    time,
  }));
