import type { Certainty, Explanation } from './finding.ts';

/**
 * The nine states of ISA-18.2 / IEC 62682, by the standard's letters. The process is in alarm in B and C, back to normal in
 * A, D, E and F; G, H and I hide an alert that goes on being evaluated.
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

/** 1–3 are alarms with a response text; A is an anomaly: no sound, can be acknowledged. */
export type Priority = 1 | 2 | 3 | 'A';

/** A reading of an alert in MITRE ATT&CK for ICS. Impact techniques are only ever `possible`. */
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
 * One finding as an alert keeps it. Repeats of a finding are folded into one entry: `since` and `beganAt` are those of the first time,
 * `id`, `endedAt`, `score` and `explanation` those of the last time, `peak` is the highest.
 */
export interface AlertFinding {
  readonly id: string;
  readonly detector: string;
  /** Missing in what versions up to 0.1 stored. */
  readonly channel?: string | undefined;
  readonly tags: readonly string[];
  readonly since: number;
  readonly beganAt: number;
  readonly endedAt?: number | undefined;
  /** Number of repeats and time of the last one; missing if it occurred once. */
  readonly times?: number | undefined;
  readonly lastBeganAt?: number | undefined;
  readonly score: number;
  readonly peak: number;
  /** Missing in what earlier versions have stored. */
  readonly certainty?: Certainty | undefined;
  readonly explanation: Explanation;
}

/** Actor of a change. Stored completely; `shown.ts` decides which fields leave the server. */
export interface Actor {
  readonly role: string;
  /** Id of the session, or `monitor`. Leaves the server nowhere. */
  readonly session?: string | undefined;
  /** Name of the user; of the system for the console; none for the monitor and acts of versions that did not record it. */
  readonly user?: string | undefined;
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
}

/** An alert: findings joined by equipment and time, with a life cycle. Times in ms UTC. */
export interface Alert {
  readonly id: string;
  readonly incident: string;
  readonly priority: Priority;
  readonly state: AlertState;
  /** At most 48 characters. */
  readonly title: string;
  readonly area: string;
  /** All areas that it concerns: its own and those of its tags. Missing in what versions up to 0.1 stored. */
  readonly areas?: readonly string[] | undefined;
  readonly equipment: string;
  readonly device?: string | undefined;
  readonly tags: readonly string[];
  /** First anomalous sample of the first finding. */
  readonly since: number;
  readonly raisedAt: number;
  readonly changedAt: number;
  readonly acknowledgedAt?: number | undefined;
  readonly returnedAt?: number | undefined;
  /** First-out first; a bounded number of them. */
  readonly findings: readonly AlertFinding[];
  /** Findings that are not listed because there are too many: how many there were, and how many of them are open. */
  readonly unlisted?: { readonly findings: number; readonly open: number } | undefined;
  /** Of the finding that says most now. */
  readonly explanation: Explanation;
  readonly techniques: readonly Technique[];
  /** First action of the operator; empty for anomalies. */
  readonly response: string;
  readonly verdict?: Verdict | undefined;
  /** Sequence of its last change while that is not on disk yet: pages mark it "not saved". Never stored. */
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
] as const;
export type AlertChangeKind = (typeof AlertChangeKind)[number];

/** One step of an alert's life: numbered without gaps, published once it is on disk, or marked as not saved. */
export interface AlertChange {
  readonly sequence: number;
  readonly time: number;
  readonly kind: AlertChangeKind;
  readonly by: Actor;
  readonly alert: Alert;
  /** Note of the actor. */
  readonly note?: string | undefined;
}

/** In B and D, and in E, somebody has yet to look at it. */
export const needsAcknowledgement = (state: AlertState): boolean => state === 'B' || state === 'D' || state === 'E';

/** The process is back to normal; the alert may still wait for somebody. */
export const hasReturned = (state: AlertState): boolean => state === 'A' || state === 'D' || state === 'E' || state === 'F';

/** Not annunciated: shelved, suppressed by design or out of service. It is still evaluated. */
export const isHidden = (state: AlertState): boolean => state === 'G' || state === 'H' || state === 'I';

/** Still on the list of what is wrong or unseen. */
export const isOpen = (state: AlertState): boolean => state !== 'A';
