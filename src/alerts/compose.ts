import type { Alert, AlertFinding, Priority } from '../core/alert.ts';
import type { Finding } from '../core/finding.ts';
import { techniquesOf } from './techniques.ts';

/** A louder finding takes over an alert's sentence only when it is louder by this factor: a sentence that flickers is not read. */
const takeover = 1.5;

const rank = (priority: Priority): number => (priority === 'A' ? 4 : priority);

export function toAlertFinding(finding: Finding): AlertFinding {
  const { id, detector, tags, since, beganAt, endedAt, score, peak, certainty, explanation } = finding;
  return { id, detector, tags, since, beganAt, endedAt, score, peak, certainty, explanation };
}

/** A new alert for the finding that is first to say it. */
export function newAlert(id: string, incident: string, finding: Finding, time: number): Alert {
  return {
    id,
    incident,
    priority: finding.alarm?.priority ?? 'A',
    state: 'B',
    title: finding.explanation.title,
    area: finding.area,
    equipment: finding.equipment,
    device: finding.device,
    tags: finding.tags,
    since: finding.since,
    raisedAt: time,
    changedAt: time,
    findings: [toAlertFinding(finding)],
    explanation: finding.explanation,
    techniques: techniquesOf([finding.explanation]),
    response: finding.alarm?.response ?? '',
  };
}

/** The alert with one of its findings added or brought up to date. First-out stays first; the most urgent priority stays. */
export function withFinding(alert: Alert, finding: Finding, time: number): Alert {
  const entry = toAlertFinding(finding);
  const known = alert.findings.some(({ id }) => id === entry.id);
  const findings = known ? alert.findings.map((other) => (other.id === entry.id ? entry : other)) : [...alert.findings, entry];
  const alarm = finding.alarm;
  const rises = alarm !== undefined && rank(alarm.priority) < rank(alert.priority);
  const leader = leading(findings, alert.explanation);
  const explanation = rises ? finding.explanation : (leader?.explanation ?? alert.explanation);
  return {
    ...alert,
    priority: rises ? alarm.priority : alert.priority,
    response: rises || alert.response === '' ? (alarm?.response ?? alert.response) : alert.response,
    title: explanation.title,
    explanation,
    tags: [...new Set([...alert.tags, ...finding.tags])],
    since: Math.min(alert.since, finding.since),
    changedAt: time,
    findings,
    techniques: techniquesOf(findings.map((each) => each.explanation)),
  };
}

/** True if a new finding says of an alert what nobody who acknowledged it can have seen: it is more urgent, or of other tags. */
export function saysMore(alert: Alert, finding: Finding): boolean {
  if (rank(finding.alarm?.priority ?? 'A') < rank(alert.priority)) return true;
  return finding.tags.length > 0 && !finding.tags.some((tag) => alert.tags.includes(tag));
}

/** The finding whose explanation an alert shows: the one it shows already, unless another one has become clearly louder. */
function leading(findings: readonly AlertFinding[], shown: Alert['explanation']): AlertFinding | undefined {
  const open = findings.filter(({ endedAt }) => endedAt === undefined);
  const candidates = open.length > 0 ? open : findings;
  const current = candidates.find(({ explanation }) => explanation.title === shown.title) ?? candidates[0];
  const loudest = candidates.reduce<AlertFinding | undefined>(
    (best, each) => (best === undefined || each.peak > best.peak ? each : best),
    undefined,
  );
  if (loudest === undefined || current === undefined) return current;
  return loudest.peak > takeover * current.peak ? loudest : current;
}

export const inAlarm = (alert: Alert): boolean => alert.findings.some(({ endedAt }) => endedAt === undefined);
