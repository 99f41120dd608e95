import type { Actor, Alert, AlertChange } from '../../../../src/core/alert.ts';
import type { IncidentChange } from '../../../protocol.ts';

import { verdictWords } from './alert-words.ts';

/** One line of what happened, in order. */
export interface OrderLine {
  readonly time: number;
  /** `finding`: a statement of a detector; `act`: a step of an alert's life. */
  readonly kind: 'finding' | 'act';
  readonly text: string;
  readonly by: string;
  /** How often a finding came and when it last did; missing if once. */
  readonly times?: number | undefined;
  readonly lastAt?: number | undefined;
}

const acts: Readonly<Partial<Record<AlertChange['kind'], string>>> = {
  raised: 'Alert raised',
  acknowledged: 'Acknowledged',
  returned: 'Back to normal',
  recurred: 'Came again',
  cleared: 'Cleared',
  judged: 'Verdict',
  removed: 'Taken out of service',
  released: 'Back in service',
};

const verdictOf = ({ verdict }: IncidentChange['alert']): string =>
  verdict === undefined ? '' : verdictWords[verdict.word].toLowerCase();

/** First-out at the top: findings by their first anomalous sample, and what became of the alerts. Updates are left out. */
export function orderOf(alerts: readonly Alert[], changes: readonly IncidentChange[]): readonly OrderLine[] {
  const findings = alerts.flatMap((alert) =>
    alert.findings.map(
      (finding): OrderLine => ({
        time: finding.since,
        kind: 'finding',
        text: finding.explanation.sentence,
        by: finding.detector,
        times: finding.times,
        lastAt: finding.lastBeganAt,
      }),
    ),
  );
  const lives = changes.flatMap((change): OrderLine[] => {
    const word = acts[change.kind];
    if (word === undefined) return [];
    const priority = change.alert.priority === 'A' ? 'anomaly' : `priority ${change.alert.priority}`;
    const about = change.kind === 'raised' ? ` (${priority})` : change.kind === 'judged' ? ` (${verdictOf(change.alert)})` : '';
    const text = `${word}: ${change.alert.title}${about}${change.note === undefined ? '' : `, "${change.note}"`}`;
    return [{ time: change.time, kind: 'act', text, by: actorText(change.by) }];
  });
  return [...findings, ...lives].sort((a, b) => a.time - b.time || (a.kind === 'finding' ? -1 : 1));
}

/** Steps of two answers in order, each once. */
export function mergedSteps(known: readonly IncidentChange[], more: readonly IncidentChange[]): readonly IncidentChange[] {
  const bySequence = new Map([...known, ...more].map((change) => [change.sequence, change]));
  return [...bySequence.values()].sort((a, b) => a.sequence - b.sequence);
}

/** The history of an incident names users; the monitor and older entries have none. */
const actorText = ({ role, user }: Actor): string => (user === undefined ? role : `${user} (${role})`);
