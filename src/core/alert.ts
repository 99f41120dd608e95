import type { Role } from './access.ts';
import type { Rationale } from './alarm-rationale.ts';
import type { Certainty, Explanation } from './finding.ts';
import type { ReturnWait } from './return-condition.ts';

/**
 * The nine states of ISA-18.2 / IEC 62682, by the letters of the standard. The process is in alarm in B and C, and back to normal
 * in A, D, E and F. G, H and I hide an alert, which is still evaluated.
 */
export const AlertState = {
  Normal: 'A',
  Unacknowledged: 'B',
  Acknowledged: 'C',
  ReturnedUnacknowledged: 'D',
  LatchedUnacknowledged: 'E',
  LatchedAcknowledged: 'F',
  Shelved: 'G',
  SuppressedByDesign: 'H',
  OutOfService: 'I',
} as const;
export type AlertState = (typeof AlertState)[keyof typeof AlertState];

/** 1–3 are alarms with a response text. A is an anomaly: it makes no sound and can be acknowledged. */
export type Priority = 1 | 2 | 3 | 'A';

/**
 * A technique of MITRE ATT&CK for ICS that an alert resembles. Techniques of the tactic Impact are never more than `possible`.
 */
export interface Technique {
  /** Id in `version`, e.g. `T1692.001`. */
  readonly id: string;
  readonly name: string;
  /** Id before the renumbering of v19, e.g. `T0855`. */
  readonly idV18: string;
  readonly version: string;
  readonly certainty: 'seen' | 'possible';
}

/**
 * A finding as stored in its alert. Repeats of a finding share one entry: `since` and `beganAt` belong to the first occurrence,
 * `id`, `endedAt`, `score` and `explanation` to the last one. `peak` is the highest score.
 */
export interface AlertFinding {
  readonly id: string;
  readonly detector: string;
  /** Absent in alerts of versions up to 0.1. */
  readonly channel?: string | undefined;
  readonly tags: readonly string[];
  readonly since: number;
  readonly beganAt: number;
  readonly endedAt?: number | undefined;
  /** Number of occurrences and time of the last one; absent if there was one. */
  readonly times?: number | undefined;
  readonly lastBeganAt?: number | undefined;
  readonly score: number;
  readonly peak: number;
  /** Absent in alerts of earlier versions. */
  readonly certainty?: Certainty | undefined;
  readonly explanation: Explanation;
  /** Sentence with which the first occurrence began, if `explanation` has another one. Absent in alerts of earlier versions. */
  readonly firstSentence?: string | undefined;
  /** See `Finding`. Absent in alerts of earlier versions. */
  readonly physical?: true | undefined;
  /** Set for an act of a client on the network; absent in alerts of earlier versions. */
  readonly network?: true | undefined;
  /** Set for a fault of the signal itself; absent in alerts of earlier versions. */
  readonly signal?: true | undefined;
  /** Set for a signal that somebody falsifies; absent in alerts of earlier versions. */
  readonly deliberate?: true | undefined;
}

/** Actor of a change. Stored completely; `shown.ts` decides which fields leave the server. */
export interface Actor {
  readonly role: string;
  /** Id of the session, or `monitor`. It never leaves the server. */
  readonly session?: string | undefined;
  /** Name of the user, or of the system account for the console. Absent for the monitor and in records of earlier versions. */
  readonly user?: string | undefined;
  /**
   * Identity of the person, which outlives a change of the name: see `personOf` and `federatedPerson`. A program has that of the person who
   * created its token. Absent for the monitor, the console and records of earlier versions. It never leaves the server.
   */
  readonly person?: string | undefined;
}

/** Verdict of a person on an alert: true, false, or expected (a planned act). */
export const verdicts = ['true', 'false', 'expected'] as const;
export type VerdictWord = (typeof verdicts)[number];

/** A person's verdict on an alert. Statistics and similar alerts show it; it changes no baseline. */
export interface Verdict {
  readonly word: VerdictWord;
  readonly at: number;
  readonly by: Actor;
  readonly note?: string | undefined;
  /** Set if it was given on the whole incident: the next verdict on the incident replaces it. Absent in alerts of earlier versions. */
  readonly ofIncident?: true | undefined;
}

/** Longest time for which an operator can shelve an alert unless the configuration states another one: one shift, ms. */
export const defaultShelvingMs = 43_200_000;
/** Longest time for which anybody can shelve an alert, ms. */
export const longestShelvingMs = 30 * 86_400_000;

/** Shelving of an alert (ISA-18.2 state G). */
export interface Shelf {
  /** ms UTC. */
  readonly at: number;
  /** End of the shelving, ms UTC. */
  readonly until: number;
  /** Set if it also ends with the condition of the alert (one-shot). */
  readonly once?: true | undefined;
  readonly by: Actor;
  /** Role of the second person who has approved it. */
  readonly approvedBy?: string | undefined;
  readonly reason: string;
  /** Keys of the shelved findings: detector and channel. Any other finding at the same place raises an alert of its own. */
  readonly findings: readonly string[];
}

/** Request to shelve an alert until a time, ms UTC. */
export type ShelfRequest = Pick<Shelf, 'until' | 'once' | 'reason' | 'approvedBy'>;

/** Progress of the work on an incident. */
export const triageStates = ['new', 'in progress', 'done'] as const;
export type TriageState = (typeof triageStates)[number];

/** Id of the alert with which an incident began: both have the same number. */
export const firstAlertId = (incident: string): string => incident.replace(/^INC/, 'ALT');

/** Triage of an incident, stored in its first alert. */
export interface Triage {
  readonly state: TriageState;
  readonly at: number;
  readonly by: Actor;
  /** Absent if nobody works on the incident. */
  readonly assignee?: Actor | undefined;
}

/** Title and first sentence of an incident, as its most recent change states them. */
export interface Headline {
  /** At most 80 characters. */
  readonly title: string;
  readonly sentence: string;
  /** Time at which it was composed, ms UTC. */
  readonly at: number;
}

/** The declared rules by which alerts join an incident, see `docs/alarms.md`. */
export const joiningRuleNames = ['place', 'supply', 'influence', 'client', 'signal'] as const;
export type JoiningRuleName = (typeof joiningRuleNames)[number];

/** Why an alert belongs to its incident. */
export interface JoinReason {
  readonly rule: JoiningRuleName;
  /** What it has in common with the other alert, e.g. `SUP → LA`. */
  readonly text: string;
  /** Id of the alert that it joined. */
  readonly to: string;
}

/** Names of the rules in sentences: `joined by supply: SUP → LA`. */
export const joiningWords: Readonly<Record<JoiningRuleName, string>> = {
  place: 'same place',
  supply: 'supply',
  influence: 'learned influence',
  client: 'client',
  signal: 'falsified signal',
};

/** Forecast of a consequence, as stated at a time. */
export interface Outlook {
  readonly at: number;
  readonly tag: string;
  /** Time at which the tag reaches its limit, ms UTC; absent if that is no longer expected. */
  readonly expectedAt?: number | undefined;
  readonly text: string;
}

/** An alert: findings joined by equipment and time, with a life cycle. Times in ms UTC. */
export interface Alert {
  readonly id: string;
  readonly incident: string;
  /**
   * Headline of the incident at the last change of this alert: of several alerts of an incident, the last composed one is valid. Absent
   * in alerts of earlier versions.
   */
  readonly headline?: Headline | undefined;
  /** Absent for the first alert of an incident, and in alerts of earlier versions. */
  readonly joined?: JoinReason | undefined;
  readonly priority: Priority;
  readonly state: AlertState;
  /** At most 48 characters. */
  readonly title: string;
  readonly area: string;
  /** All areas of the alert: its own and those of its tags. Absent in alerts of versions up to 0.1. */
  readonly areas?: readonly string[] | undefined;
  readonly equipment: string;
  readonly device?: string | undefined;
  /** Set for acts of clients on the network; absent in alerts of earlier versions. */
  readonly network?: true | undefined;
  readonly tags: readonly string[];
  /** First anomalous sample of the first finding. */
  readonly since: number;
  readonly raisedAt: number;
  readonly changedAt: number;
  readonly acknowledgedAt?: number | undefined;
  /** Absent in alerts of earlier versions. */
  readonly acknowledgedBy?: Actor | undefined;
  /** Time from which the alert waits for an acknowledgement, if later than `raisedAt`. */
  readonly annunciatedAt?: number | undefined;
  /** Set if the alert has waited for an acknowledgement for longer than configured, until it is annunciated anew. */
  readonly escalated?: { readonly at: number; readonly to: Role; readonly afterMs: number } | undefined;
  readonly returnedAt?: number | undefined;
  /** The first findings in the order of their begin. */
  readonly findings: readonly AlertFinding[];
  /** Findings beyond the bound of `findings`: total number, and number of open ones. */
  readonly unlisted?: { readonly findings: number; readonly open: number } | undefined;
  /** Explanation of the finding with the highest score. */
  readonly explanation: Explanation;
  /** Consequences that are expected, in the order in which they were stated; the last 12. Absent in alerts of earlier versions. */
  readonly outlook?: readonly Outlook[] | undefined;
  readonly techniques: readonly Technique[];
  /** Response of the operator, one step a line; empty for anomalies. */
  readonly response: string;
  /** Cause, consequence and time to respond, if an alarm record matches. Absent in alerts of versions up to 0.1. */
  readonly rationale?: Rationale | undefined;
  readonly verdict?: Verdict | undefined;
  /** Last verdict on the incident, in its first alert. Absent in alerts of earlier versions. */
  readonly incidentVerdict?: Verdict | undefined;
  readonly triage?: Triage | undefined;
  /** Number of comments on the incident, in its first alert. */
  readonly comments?: number | undefined;
  /** Set while its condition comes and goes at least three times a minute. */
  readonly chattering?: true | undefined;
  /** Set if the alert stays until it is reset, also when the process is back to normal: it is an intrusion. */
  readonly latching?: true | undefined;
  /** Set while its findings have ended and the return condition of its alarm record does not hold. */
  readonly returnWait?: ReturnWait | undefined;
  /** Set while the alert is suppressed by design, with the cause as shown to operators. */
  readonly suppressed?: { readonly at: number; readonly cause: string } | undefined;
  /** Set while the alert is shelved, also if it is out of service meanwhile. */
  readonly shelf?: Shelf | undefined;
  /** Time for which it has been shelved without the approval of a second person, in all, up to the end of the present shelving, ms. */
  readonly shelvedMs?: number | undefined;
  /** Sequence of its last change while that is not on disk: pages mark it "not saved". Never stored. */
  readonly notSaved?: number | undefined;
}

export const AlertChangeKind = [
  'raised',
  'updated',
  'acknowledged',
  'returned',
  'recurred',
  'cleared',
  'judged',
  'removed',
  'released',
  'shelved',
  'unshelved',
  'suppressed',
  'unsuppressed',
  'realarmed',
  'escalated',
  'reset',
  'commented',
  'triaged',
] as const;
export type AlertChangeKind = (typeof AlertChangeKind)[number];

/** One step in the life of an alert. Numbered without gaps; published when it is on disk, or marked as not saved. */
export interface AlertChange {
  readonly sequence: number;
  readonly time: number;
  readonly kind: AlertChangeKind;
  readonly by: Actor;
  readonly alert: Alert;
  /** Note of the actor. */
  readonly note?: string | undefined;
}

/** The parts of a change that state a verdict. */
interface Judging extends Pick<AlertChange, 'kind' | 'time'> {
  readonly alert: {
    readonly verdict?: Pick<Verdict, 'ofIncident'> | undefined;
    readonly incidentVerdict?: Pick<Verdict, 'word' | 'at'> | undefined;
  };
}

/** The verdict on an incident that a change of its first alert states; undefined for any other change. */
export const verdictOnIncident = ({ kind, time, alert }: Judging): Pick<Verdict, 'word' | 'at'> | undefined =>
  kind === 'judged' && alert.incidentVerdict?.at === time ? alert.incidentVerdict : undefined;

/** True if an alert only takes over the verdict on its incident: the change of the first alert stands for the act. */
export const takesOverVerdict = (change: Judging): boolean =>
  change.kind === 'judged' && change.alert.verdict?.ofIncident === true && verdictOnIncident(change) === undefined;

/** A change as receivers outside of the site get it. */
export interface SentChange extends AlertChange {
  readonly place?: Place | undefined;
  /** Addresses of the clients that acted in the incident, if the alert itself names none: an inference, not an observation. */
  readonly incidentClients?: readonly string[] | undefined;
}

/** Site of an alert, and the device that it concerns: its own, or that of its first tag. */
export interface Place {
  readonly site: string;
  readonly device?: string | undefined;
  /** IP address and port of the device, if the configuration states them. */
  readonly address?: string | undefined;
  readonly port?: number | undefined;
}

/** True in the states B, D and E, in which the alert waits for an acknowledgement. */
export const needsAcknowledgement = (state: AlertState): boolean => state === 'B' || state === 'D' || state === 'E';

/** True if the process is back to normal. The alert may still wait for an acknowledgement. */
export const hasReturned = (state: AlertState): boolean => state === 'A' || state === 'D' || state === 'E' || state === 'F';

/** Rank of a priority: the lower, the more urgent. */
const rank = (priority: Priority): number => (priority === 'A' ? 4 : priority);

/** The tag that an alert's explanation is about; undefined for an alert about a device. */
export const mainTag = (alert: Pick<Alert, 'explanation' | 'tags'>): string | undefined =>
  alert.explanation.band?.tag ?? alert.explanation.contributions[0]?.tag ?? alert.tags[0];

/** The headline of an incident: the one among its alerts that was composed last. Undefined if all are of earlier versions. */
export const lastHeadline = (members: readonly Pick<Alert, 'headline'>[]): Headline | undefined =>
  members.flatMap(({ headline }) => headline ?? []).toSorted((a, b) => b.at - a.at)[0];

export const isMoreUrgent = (priority: Priority, other: Priority): boolean => rank(priority) < rank(other);

/** Not annunciated: shelved, suppressed by design or out of service. It is still evaluated. */
export const isHidden = (state: AlertState): state is 'G' | 'H' | 'I' => state === 'G' || state === 'H' || state === 'I';

/** True unless the condition has ended and the alert needs no acknowledgement. */
export const isOpen = (state: AlertState): boolean => state !== 'A';
