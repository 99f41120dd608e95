import { type Actor, type Alert, type AlertChange, takesOverVerdict, verdictOnIncident } from '../../../../../src/core/alert.ts';
import type { IncidentChange } from '../../../../api/index.ts';
import { shared } from '../../text.ts';
import { joinedText, verdictWords } from './alert-words.ts';

/** One line of the sequence of events. */
export interface SequenceLine {
  readonly time: number;
  /** `finding`: of a detector; `act`: a change of state of an alert; `outlook`: an expected consequence. */
  readonly kind: 'finding' | 'act' | 'outlook';
  readonly text: string;
  readonly by: string;
  /** Number of times that a finding occurred, and the last time; undefined if once. */
  readonly times?: number | undefined;
  readonly lastAt?: number | undefined;
}

const acts: Readonly<Partial<Record<AlertChange['kind'], string>>> = shared.label.incidentAct;

const verdictOf = ({ verdict }: IncidentChange['alert']): string =>
  verdict === undefined ? '' : verdictWords[verdict.word].toLowerCase();

const triageOf = ({ kind, alert }: IncidentChange): string =>
  kind !== 'triaged' || alert.triage === undefined ? '' : shared.label.triage[alert.triage.state].toLowerCase();

/** Findings by their first anomalous sample, expected consequences, and the changes of state of the alerts, first-out first. Updates are left out. */
export function sequenceOf(alerts: readonly Alert[], changes: readonly IncidentChange[]): readonly SequenceLine[] {
  const findings = alerts.flatMap((alert) =>
    alert.findings.map(
      (finding): SequenceLine => ({
        time: finding.since,
        kind: 'finding',
        // as it was raised: counts and times of later updates did not exist then
        text: finding.firstSentence ?? finding.explanation.sentence,
        by: finding.detector,
        times: finding.times,
        lastAt: finding.lastBeganAt,
      }),
    ),
  );
  const outlooks = alerts.flatMap(({ outlook = [] }) =>
    outlook.map(({ at, text }): SequenceLine => ({ time: at, kind: 'outlook', text, by: shared.label.outlook })),
  );
  const joinedBy = new Map(alerts.map((alert) => [alert.id, alert]));
  const lives = changes.flatMap((change): SequenceLine[] => {
    const word = acts[change.kind];
    if (word === undefined || takesOverVerdict(change)) return [];
    const line = (text: string): SequenceLine[] => [{ time: change.time, kind: 'act', text, by: actorText(change.by) }];
    const note = change.note === undefined ? '' : `, "${change.note}"`;
    const verdict = verdictOnIncident(change);
    if (verdict !== undefined) return line(`${shared.note.incidentVerdict(verdictWords[verdict.word].toLowerCase())}${note}`);
    const priority = change.alert.priority === 'A' ? shared.note.anomaly : shared.note.priority(change.alert.priority);
    const about = change.kind === 'raised' ? priority : change.kind === 'judged' ? verdictOf(change.alert) : triageOf(change);
    const joined = change.kind === 'raised' ? joinedText(joinedBy.get(change.alert.id) ?? {}) : '';
    const more = [about, joined].filter((part) => part !== '').join(', ');
    return line(`${word}: ${change.alert.title}${more === '' ? '' : ` (${more})`}${note}`);
  });
  return [...findings, ...outlooks, ...lives].sort((a, b) => a.time - b.time || (a.kind === 'finding' ? -1 : 1));
}

/** Changes of two answers in order, each once. */
export function mergedSteps(known: readonly IncidentChange[], more: readonly IncidentChange[]): readonly IncidentChange[] {
  const bySequence = new Map([...known, ...more].map((change) => [change.sequence, change]));
  return [...bySequence.values()].sort((a, b) => a.sequence - b.sequence);
}

/** The history of an incident names users; the monitor and older entries have none. */
const actorText = ({ role, user }: Actor): string => (user === undefined ? role : `${user} (${role})`);
