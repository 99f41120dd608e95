import { type Alert, type AlertFinding, isMoreUrgent, type Technique } from '../core/alert.ts';
import type { Finding } from '../core/finding.ts';
import type { TagTable } from '../core/tag.ts';
import { inAlarm, toAlertFinding, withEntry } from './findings.ts';
import { settleMs } from './headline/settle.ts';
import { techniquesOf } from './techniques.ts';

/**
 * Factor of the score by which a finding must exceed the present one to set the alert's sentence. Nobody can read a flickering
 * sentence.
 */
const takeover = 1.5;

/** Set for an intrusion: a technique whose use was observed on the network. */
const latchingOf = (techniques: readonly Technique[]): Pick<Alert, 'latching'> =>
  techniques.some(({ certainty }) => certainty === 'seen') ? { latching: true } : {};

/** A new alert for its first finding. */
export function newAlert(
  id: string,
  { incident, joined }: Pick<Alert, 'incident' | 'joined'>,
  finding: Finding,
  time: number,
  table: TagTable,
): Alert {
  const techniques = techniquesOf([finding.explanation]);
  return {
    id,
    incident,
    ...(joined === undefined ? {} : { joined }),
    priority: finding.alarm?.priority ?? 'A',
    state: 'B',
    title: finding.explanation.title,
    area: finding.area,
    areas: areasOf(finding.area, finding.tags, table),
    equipment: finding.equipment,
    device: finding.device,
    ...(finding.network === undefined ? {} : { network: finding.network }),
    tags: finding.tags,
    since: finding.since,
    raisedAt: time,
    changedAt: time,
    findings: [toAlertFinding(finding)],
    explanation: finding.explanation,
    techniques,
    response: finding.alarm?.response ?? '',
    ...latchingOf(techniques),
    ...(finding.alarm?.rationale === undefined ? {} : { rationale: finding.alarm.rationale }),
  };
}

export interface FindingContext {
  /** Ids of all findings of the alert that are open after this. */
  readonly open: ReadonlySet<string>;
  /** The finding is open since an earlier change. */
  readonly isKnown: boolean;
  /** Time at which the alert was in alarm again after it was over, ms UTC. */
  readonly recurredAt?: number | undefined;
  /** The alert was called for again because of a further act: it keeps the text about it. */
  readonly isRecalled?: boolean;
}

/** The alert with one of its findings added or updated. The first-out finding stays first; the most urgent priority stays. */
export function withFinding(
  alert: Alert,
  finding: Finding,
  time: number,
  table: TagTable,
  { open, isKnown, recurredAt, isRecalled = false }: FindingContext,
): Alert {
  const added = finding.tags.filter((tag) => !alert.tags.includes(tag));
  const tags = added.length === 0 ? alert.tags : [...alert.tags, ...new Set(added)];
  const { findings, unlisted } = withEntry(alert, finding, open, isKnown);
  const alarm = finding.alarm;
  const rises = alarm !== undefined && isMoreUrgent(alarm.priority, alert.priority);
  const techniques = techniquesNow(alert, findings);
  // response and rationale belong together: both are of the alarm that set the priority
  const stated = alarm !== undefined && (rises || alert.response === '') ? alarm : alert;
  const recurs = finding.endedAt === undefined && !inAlarm(alert);
  const isSettled = isRecalled || time - (recurredAt ?? alert.raisedAt) > settleMs;
  const leader = isSettled ? undefined : leaderAfter(alert, findings, finding);
  // the first finding that recurs sets the words; one of the alert's own urgency replaces those of an anomaly beside it
  const isAlarm = !isKnown && !isSettled && recurredAt !== undefined && alarm?.priority === alert.priority;
  const explanation = rises || recurs || isAlarm ? finding.explanation : (leader?.explanation ?? alert.explanation);
  const { returnWait: _, ...present } = alert;
  return {
    ...present,
    priority: rises ? alarm.priority : alert.priority,
    response: stated.response,
    ...(stated.rationale === undefined && alert.rationale === undefined ? {} : { rationale: stated.rationale }),
    title: explanation.title,
    explanation,
    tags,
    areas: areasWith(alert, tags, added, table),
    since: Math.min(alert.since, finding.since),
    changedAt: time,
    findings,
    ...(unlisted === undefined ? {} : { unlisted }),
    techniques,
    ...latchingOf(techniques),
  };
}

/** The areas of an alert with those of added tags. */
function areasWith(
  { area, areas }: Alert,
  tags: readonly string[],
  added: readonly string[],
  table: TagTable,
): readonly string[] {
  if (areas === undefined) return areasOf(area, tags, table);
  return added.length === 0 ? areas : [...new Set([...areas, ...areasOf(area, added, table)])];
}

/** The area of an alert and those of its tags. */
function areasOf(own: string, tags: readonly string[], table: TagTable): readonly string[] {
  const ofTags = tags.map((tag) => {
    const index = table.indexOf(tag);
    return index === undefined ? '' : table.at(index).area;
  });
  return [...new Set([own, ...ofTags])].filter((area) => area !== '');
}

/** Techniques of the listed findings, and of those that are no longer listed. */
function techniquesNow({ techniques, unlisted }: Alert, findings: readonly AlertFinding[]): readonly Technique[] {
  const now = techniquesOf(findings.map(({ explanation }) => explanation));
  if (unlisted === undefined && findings.every(({ times }) => times === undefined)) return now;
  const earlier = new Map(techniques.map((technique) => [technique.id, technique]));
  const merged = now.map((each) => (earlier.get(each.id)?.certainty === 'seen' ? { ...each, certainty: 'seen' as const } : each));
  return [...merged, ...techniques.filter(({ id }) => !now.some((each) => each.id === id))];
}

/**
 * True if a new finding adds information after an acknowledgement: it is more urgent, of other tags, or the first that states that somebody
 * falsifies a signal.
 */
export function addsInformation(alert: Alert, finding: Finding): boolean {
  if (isMoreUrgent(finding.alarm?.priority ?? 'A', alert.priority)) return true;
  if (finding.deliberate === true && !alert.findings.some(({ deliberate }) => deliberate === true)) return true;
  return finding.tags.length > 0 && !finding.tags.some((tag) => alert.tags.includes(tag));
}

/** Id of the finding whose explanation the alert shows. */
const leaderOf = ({ findings, title }: Alert): string | undefined =>
  findings.find(({ explanation }) => explanation.title === title)?.id;

/**
 * The finding whose explanation an alert shows after one of its findings changed. While an alarm states what a client does, its mere presence does
 * not take over, however unusual it is.
 */
function leaderAfter(alert: Alert, findings: readonly AlertFinding[], changed: Finding): AlertFinding | undefined {
  const current = leaderOf(alert);
  if (alert.network !== true || alert.priority === 'A') return leading(findings, current);
  const rival = changed.alarm?.priority === alert.priority ? changed.id : undefined;
  const possible = findings.filter(({ id }) => id === current || id === rival);
  return leading(possible, current);
}

/**
 * The finding whose explanation an alert shows. A fact of the process leads before a finding about the pattern of values. Among
 * equals it is the present one, unless another one has a clearly higher score.
 */
function leading(findings: readonly AlertFinding[], leader: string | undefined): AlertFinding | undefined {
  const open = findings.filter(({ endedAt }) => endedAt === undefined);
  const possible = open.length > 0 ? open : findings;
  const facts = possible.filter(({ physical }) => physical === true);
  const candidates = facts.length > 0 ? facts : possible;
  const current = candidates.find(({ id }) => id === leader) ?? candidates[0];
  const loudest = candidates.reduce<AlertFinding | undefined>(
    (best, each) => (best === undefined || each.peak > best.peak ? each : best),
    undefined,
  );
  if (loudest === undefined || current === undefined) return current;
  return loudest.peak > takeover * current.peak ? loudest : current;
}
