import type { Rationale } from './alarm-rationale.ts';

/** Contribution of a tag to a finding. It is not a proven cause. */
export interface Contribution {
  readonly tag: string;
  /** Signed share of the surprise. The absolute shares of an explanation add up to 1. Positive: above the expected value. */
  readonly share: number;
  readonly unit: string;
  /** Measured property if it is not the value: `fluctuation`, `swing`. */
  readonly of?: string | undefined;
  readonly measured: number;
  /** NaN if the method expects no particular value. */
  readonly expected: number;
  /** For a discrete tag, both values as state names. The expected value may lie between two states. */
  readonly states?: { readonly measured: string; readonly expected?: string | undefined } | undefined;
}

/** Measured value of one tag with its normal band. */
export interface MeasuredBand {
  readonly tag: string;
  readonly unit: string;
  /** Measured property if it is not the value. */
  readonly of?: string | undefined;
  readonly measured: number;
  readonly low: number;
  readonly high: number;
}

/** A write of a client that was observed on the network and not refused. */
export interface ObservedWrite {
  /** Address of the client. */
  readonly client: string;
  readonly tag: string;
  /** Values in the tag's engineering unit; `before` is absent if it is not known. */
  readonly before?: number | undefined;
  readonly after: number;
  /** Both as text: `1.00 → 0.30 mg/L`. */
  readonly change: string;
}

/** Reason of a finding: exact, deterministic, in terms of the plant. */
export interface Explanation {
  /** One sentence for operators: the tag, its behaviour, its normal behaviour. */
  readonly sentence: string;
  /** At most 48 characters, for the alarm list and the banner. */
  readonly title: string;
  readonly band?: MeasuredBand | undefined;
  /** Sorted by absolute share, largest first. */
  readonly contributions: readonly Contribution[];
  /** "It would be normal if …" */
  readonly normalIf: string;
  /** ATT&CK for ICS ids (v19) of techniques with such effects, most likely first; empty for mere faults. */
  readonly techniques: readonly string[];
  /** Techniques of the list whose use was observed on the network; the others are only possible. */
  readonly seen?: readonly string[] | undefined;
  /** Addresses of the clients whose acts on the network are explained; at most 16. Absent in findings of earlier versions. */
  readonly clients?: readonly string[] | undefined;
  /** Set if messages of the clients are encrypted: what they write is not known. Absent in findings of earlier versions. */
  readonly encrypted?: true | undefined;
  /** Writes to known tags, the last one of each client and tag, in the order of the first; at most 32. */
  readonly writes?: readonly ObservedWrite[] | undefined;
  /**
   * Time of the last act that does not repeat the one before, ms UTC: it changed a value, restarted a controller, or is none of a
   * series. Absent
   * in findings of earlier versions.
   */
  readonly actedAt?: number | undefined;
  /** What each of several clients did, because each is an alert of its own. Absent in alerts. */
  readonly acts?: readonly ClientAct[] | undefined;
}

/** The acts of one client among those of a finding. */
export interface ClientAct extends Pick<Explanation, 'title' | 'sentence' | 'techniques' | 'seen' | 'actedAt'> {
  readonly client: string;
}

/**
 * Certainty of a finding. `stated`: a rule of the user is violated. `calibrated`: frequency of an equal surprise in normal
 * operation; `beyond` if it is rarer than that. `learning`: not known yet.
 */
export type Certainty =
  | { readonly kind: 'stated' }
  | { readonly kind: 'calibrated'; readonly onceInDays: number; readonly learnedDays: number; readonly beyond: boolean }
  | { readonly kind: 'learning' };

/** Priority and response of a finding that is an alarm. */
export interface FindingAlarm {
  readonly priority: 1 | 2 | 3;
  readonly response: string;
  /** Set if an alarm record matches. */
  readonly rationale?: Rationale | undefined;
}

/** A detector's statement that a channel is anomalous. It begins, is updated while it lasts, and ends. */
export interface Finding {
  /** Unique in the site. */
  readonly id: string;
  readonly detector: string;
  readonly channel: string;
  readonly area: string;
  readonly equipment: string;
  readonly device?: string | undefined;
  readonly tags: readonly string[];
  /** First anomalous sample, before the hold-off had passed, ms UTC. */
  readonly since: number;
  /** Sample that opened the finding, ms UTC. */
  readonly beganAt: number;
  /** Last update, ms UTC. */
  readonly updatedAt: number;
  readonly endedAt?: number | undefined;
  /** Present and highest score; 1 or more is anomalous. */
  readonly score: number;
  readonly peak: number;
  /** Certainty of the highest score. */
  readonly certainty: Certainty;
  readonly explanation: Explanation;
  /** Set if it states a fact of the process, see `DetectorPlugin`. */
  readonly physical?: true | undefined;
  /** Set if it states an act of a client on the network, see `DetectorPlugin`. */
  readonly network?: true | undefined;
  /** Set if it states a fault of the signal itself, see `DetectorPlugin`. */
  readonly signal?: true | undefined;
  /** Set if somebody falsifies the signal, see `DetectorPlugin`. */
  readonly deliberate?: true | undefined;
  /** Set if its cause may be so much older, ms: its detector looks back (`DetectorPlugin`), or the monitor was late. */
  readonly lookbackMs?: number | undefined;
  /** Set if its rule has a priority and a response text, or an alarm record matches: the finding is then an alarm. */
  readonly alarm?: FindingAlarm | undefined;
}

export interface FindingChange {
  readonly change: 'begin' | 'update' | 'end';
  readonly finding: Finding;
}
