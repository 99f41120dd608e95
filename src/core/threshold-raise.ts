import type { Actor, Alert } from './alert.ts';
import type { LineRef } from './line-ref.ts';

/** A threshold that an alert raises when a person learns it as normal. Thresholds are surprises, as in a `BaselineLine`. */
export interface ThresholdRaise {
  readonly detector: string;
  readonly channel: string;
  /** Number of tags that the channel judges: the detector is less sensitive for all of them. */
  readonly tags: number;
  readonly from: number;
  readonly to: number;
}

/** A raised threshold, as stored with who, when and why. */
export interface RaisedTo {
  /** Id of the alert that was learned as normal. */
  readonly alert: string;
  /** The threshold before, and the raised one. */
  readonly was: number;
  readonly to: number;
}

/** What learning an alert would raise, or why it cannot be learned and what to do instead. */
export interface Learnable {
  /** Empty if it is refused. */
  readonly raises: readonly ThresholdRaise[];
  readonly refused?: string | undefined;
}

/** Thresholds that people have raised because what an alert has shown is normal. */
export interface ThresholdReview {
  learnable(alert: Alert): Learnable;
  /**
   * Raises thresholds from now on.
   * @param stored `first`: it takes effect only when it is on disk; `queued`: at once, in one transaction with the approval of a second
   * person, which has just been written
   * @throws ScadaError INPUT_INVALID if one of them has changed since `learnable`, STATE_UNAVAILABLE if it is not on disk
   */
  learn(alert: string, raises: readonly ThresholdRaise[], by: Actor, reason: string, stored: 'first' | 'queued'): Promise<void>;
  /** Uses the learned threshold of the entry's channel again. @throws ScadaError INPUT_INVALID if none was raised */
  lower(line: LineRef, by: Actor, reason: string): Promise<void>;
}
