import type { Actor } from './alert.ts';
import type { DecidedEpisode } from './episode-decision.ts';
import type { CalendarPeriod } from './calendar.ts';
import type { LineRef } from './line-ref.ts';
import type { MaintenancePlace } from './maintenance.ts';
import type { ReferenceValue } from './reference.ts';
import type { ThresholdRaise } from './threshold-raise.ts';

/** Kinds of acts that reduce the protection of the plant, beside changes of alarm records, which keep their own versions. */
export const reducingKinds = [
  'unlearn',
  'edit',
  'learn',
  'episodes',
  'shelve',
  'maintain',
  'plan',
  'configuration',
  'reference',
] as const;

/**
 * An act that reduces the protection of the plant: unlearning, new figures of a baseline entry, learning an alert as
 * normal, which raises thresholds, decisions about episodes of the calibration, which set thresholds again, shelving or
 * maintenance beyond the bounds of a role, the confirmation of a changed configuration, or the approval of a reference set.
 */
export type ReducingAct =
  | { readonly kind: 'unlearn'; readonly line: LineRef }
  | { readonly kind: 'edit'; readonly line: LineRef; readonly figures: Readonly<Record<string, number>> }
  | { readonly kind: 'learn'; readonly alert: string; readonly raises: readonly ThresholdRaise[] }
  | { readonly kind: 'episodes'; readonly decisions: readonly DecidedEpisode[] }
  | { readonly kind: 'shelve'; readonly ids: readonly string[]; readonly minutes: number; readonly once?: true | undefined }
  | { readonly kind: 'maintain'; readonly place: MaintenancePlace; readonly minutes: number }
  /** `from` is ms UTC. */
  | {
      readonly kind: 'plan';
      readonly place: MaintenancePlace;
      readonly from: number;
      readonly lastsMs: number;
      readonly repeat?: CalendarPeriod | undefined;
    }
  /** `text` names the first changed settings. */
  | { readonly kind: 'configuration'; readonly change: string; readonly text: string }
  /** `base` is the version that it replaces; `text` names the first changed values. */
  | { readonly kind: 'reference'; readonly values: readonly ReferenceValue[]; readonly base: number; readonly text: string };

/** An act of one user that takes effect when another user approves it. */
export interface ApprovalRequest {
  readonly id: string;
  /** ms UTC */
  readonly at: number;
  /** Without an approval, the request ends at this time, ms UTC. */
  readonly expiresAt: number;
  readonly by: Actor;
  readonly reason: string;
  readonly act: ReducingAct;
}

/**
 * Requests that wait for a second person. The audit trail records every request and every decision. An act that is not on disk does not
 * take effect: it is refused with STATE_UNAVAILABLE.
 */
export interface ApprovalControl {
  /** True if every act that reduces protection needs a second person. */
  readonly required: boolean;
  /** True if this actor may not perform the act alone. */
  needs(act: ReducingAct, by: Actor): boolean;
  /** Waiting requests, oldest first. */
  waiting(): readonly ApprovalRequest[];
  /** Adds a request. @throws ScadaError INPUT_INVALID if the same act waits already, or too many requests wait */
  request(act: ReducingAct, by: Actor, reason: string): Promise<ApprovalRequest>;
  /**
   * Approves a request of another user and performs its act in the name of that user. If the act fails, the request stays.
   * @throws ScadaError INPUT_INVALID if the request has ended or is the approver's own
   */
  approve(id: string, by: Actor, reason: string, perform: (request: ApprovalRequest) => Promise<void>): Promise<void>;
  /** Ends a request without its act; also for one's own. @throws ScadaError INPUT_INVALID if it has ended */
  reject(id: string, by: Actor, reason: string): Promise<void>;
}
