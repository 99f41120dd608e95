import type { Actor } from './alert.ts';
import type { Tag } from './tag.ts';

/** Most reference values of a plant. */
export const mostReferenceValues = 5_000;

/** Approved value of a set-point or parameter, in the unit of its tag. */
export interface ReferenceValue {
  /** Name of the tag. */
  readonly tag: string;
  readonly value: number;
  /** Allowed span, inclusive, within which operators may move the value; both ends or none. It contains `value`. */
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/** The values of set-points and parameters that the plant has approved, with who approved them and why. */
export interface ReferenceSet {
  /** Ascending from 1. */
  readonly version: number;
  /** ms UTC */
  readonly at: number;
  readonly by: Actor;
  readonly reason: string;
  /** By tag name. */
  readonly values: readonly ReferenceValue[];
}

/** True for a version without values, by which a person has withdrawn the reference set: nothing is compared. */
export const isWithdrawn = ({ values }: Pick<ReferenceSet, 'values'>): boolean => values.length === 0;

/** The reference set that is in force from now on. It is repeated at each start, and has no values if none is in force. */
export interface ReferenceEvent {
  readonly type: 'reference';
  readonly time: number;
  readonly version: number;
  /** ms UTC */
  readonly approvedAt: number;
  /** Role of the person who approved it. */
  readonly role: string;
  readonly values: readonly ReferenceValue[];
}

/** Last write to a tag on the network around the time at which its value began to differ. */
export interface ReferenceWrite {
  /** Address of the client. */
  readonly client: string;
  /** ms UTC */
  readonly at: number;
}

/**
 * `equal`: within the reference. `differs`: a finding is open. `no-value`: no good value was read. `not-referenced`: a set-point or
 * parameter without a reference value. `not-configured`: a reference value of a tag that the configuration does not have as a set-point
 * or parameter.
 */
export type ReferenceState = 'equal' | 'differs' | 'no-value' | 'not-referenced' | 'not-configured';

/** A set-point or parameter beside its reference value. */
export interface ReferenceLine {
  readonly tag: string;
  readonly state: ReferenceState;
  readonly reference?: ReferenceValue | undefined;
  /** Last good value; undefined if there is none. */
  readonly present?: number | undefined;
  /** Begin of the difference, ms UTC. */
  readonly since?: number | undefined;
  readonly write?: ReferenceWrite | undefined;
}

/** The reference set and its comparison with the present values. The audit trail records each approval. */
export interface ReferenceControl {
  /** Undefined if there is none, or the stored one is not valid. */
  current(): ReferenceSet | undefined;
  /** Reason why the stored reference set is not in force, in a sentence. */
  problem(): string | undefined;
  /** Those that differ first, then by tag name. */
  lines(signal: AbortSignal): Promise<readonly ReferenceLine[]>;
  /** @throws ScadaError INPUT_INVALID if a value is not that which the monitor reads now, or the set cannot be stored */
  check(values: readonly ReferenceValue[]): void;
  /**
   * Puts a reference set in force. One without values withdraws it.
   * @param base version that it replaces; 0 if there is none
   * @param stored `first`: takes effect when it is on disk. `queued`: is written with the other writes of this turn of the event loop
   * @throws ScadaError INPUT_INVALID if another one was approved meanwhile, STATE_UNAVAILABLE if it is not on disk
   */
  approve(values: readonly ReferenceValue[], base: number, by: Actor, reason: string, stored: 'first' | 'queued'): Promise<void>;
}

/** True for the tags that a reference set can contain. */
export const isReferable = ({ role, kind }: Pick<Tag, 'role' | 'kind'>): boolean =>
  (role === 'setpoint' || role === 'parameter') && (kind === 'analog' || kind === 'discrete');

/** Share of a value that a float of 32 bits does not hold. */
const floatShare = 1e-6;

/**
 * Largest difference that is none, in the unit of the tag: half of its last decimal, because a device may round, and the precision of a
 * 32-bit float. 0 for a state.
 */
export function slackOf({ kind, decimals }: Pick<Tag, 'kind' | 'decimals'>, value: number): number {
  return kind === 'discrete' ? 0 : Math.max(0.5 * 10 ** -decimals, floatShare * Math.abs(value));
}

/** True if a value is the reference value, or within its allowed span. */
export function isAsReferenced(value: number, reference: ReferenceValue, tag: Pick<Tag, 'kind' | 'decimals'>): boolean {
  const { low = reference.value, high = reference.value } = reference;
  const slack = slackOf(tag, reference.value);
  return value >= low - slack && value <= high + slack;
}
