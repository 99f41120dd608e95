/** A tag's part in a finding: contribution, not proven cause. */
export interface Contribution {
  readonly tag: string;
  /** Signed share of the surprise; the absolute shares of one explanation add up to 1. Positive: above what was expected. */
  readonly share: number;
  readonly unit: string;
  /** Measured property of the tag, if it is not its value: `fluctuation`, `swing`. */
  readonly of?: string | undefined;
  readonly measured: number;
  /** NaN where the method expects no particular value. */
  readonly expected: number;
  /** Of a discrete tag, both in the words of its states; what is expected may lie between two of them. */
  readonly states?: { readonly measured: string; readonly expected?: string | undefined } | undefined;
}

/** The line of one tag against what was expected of it. */
export interface MeasuredBand {
  readonly tag: string;
  readonly unit: string;
  /** Measured property of the tag, if it is not its value. */
  readonly of?: string | undefined;
  readonly measured: number;
  readonly low: number;
  readonly high: number;
}

/** Why: exact and deterministic, in the words of the plant. */
export interface Explanation {
  /** One sentence an operator understands: which tag, what it does, what it normally does. */
  readonly sentence: string;
  /** At most 48 characters, for the alarm list and the banner. */
  readonly title: string;
  readonly band?: MeasuredBand | undefined;
  /** By falling absolute share. */
  readonly contributions: readonly Contribution[];
  /** "It would be normal if …" */
  readonly normalIf: string;
  /** ATT&CK for ICS ids (v19) that behaviour like this can belong to, most likely first; empty for mere faults. */
  readonly techniques: readonly string[];
  /** Those of the techniques that were watched being used, on the wire; the others are only possible. */
  readonly seen?: readonly string[] | undefined;
}

/**
 * How sure a finding is: a rule that the user stated is simply broken; a calibrated channel knows how rarely normal operation
 * surprises it as much, `beyond` when it is rarer than that; one that is learning does not know yet.
 */
export type Certainty =
  | { readonly kind: 'stated' }
  | { readonly kind: 'calibrated'; readonly onceInDays: number; readonly learnedDays: number; readonly beyond: boolean }
  | { readonly kind: 'learning' };

/** A detector's statement that something is wrong. Begins, is updated while it lasts, ends. */
export interface Finding {
  /** Unique in the site. */
  readonly id: string;
  readonly detector: string;
  readonly channel: string;
  readonly area: string;
  readonly equipment: string;
  readonly device?: string | undefined;
  readonly tags: readonly string[];
  /** ms UTC of the first sample that was anomalous, before the hold-off had passed. */
  readonly since: number;
  /** ms UTC of the sample that opened it. */
  readonly beganAt: number;
  /** ms UTC of the last update. */
  readonly updatedAt: number;
  readonly endedAt?: number | undefined;
  /** Score now and at its worst; ≥ 1 is anomalous. */
  readonly score: number;
  readonly peak: number;
  /** Of its worst. */
  readonly certainty: Certainty;
  readonly explanation: Explanation;
  /** Set when the rule behind it is rationalised: priority and response text make it an alarm. */
  readonly alarm?: { readonly priority: 1 | 2 | 3; readonly response: string } | undefined;
}

export interface FindingChange {
  readonly change: 'begin' | 'update' | 'end';
  readonly finding: Finding;
}
