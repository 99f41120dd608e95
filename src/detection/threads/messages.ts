import type { BatchMessage } from '../../core/batch.ts';
import type { FindingChange } from '../../core/finding.ts';
import type { MinorChange } from '../../core/minor.ts';
import type { FollowedThreshold } from '../../core/monitor.ts';
import type { Event, Place } from '../../core/observation.ts';
import type { BaselineChange } from '../baseline/format.ts';
import type { CalibrationMessage } from '../baseline/message.ts';
import type { DetectionPlan } from '../plan/plan.ts';

/** Calls of a detection thread. It answers them in order. */
export interface DetectionCalls {
  /** First call. The outcome begins the findings that the snapshot has open. */
  readonly start: { readonly args: StartMessage; readonly result: Outcome };
  readonly batch: {
    readonly args: { readonly batch: BatchMessage; readonly place?: Place | undefined };
    readonly result: Outcome;
  };
  readonly event: { readonly args: { readonly event: Event; readonly place?: Place | undefined }; readonly result: Outcome };
  /** Uses another baseline from now on. The outcome ends the findings that do not continue under it. */
  readonly baseline: { readonly args: BaselineMessage; readonly result: Outcome };
  /** Tells if findings are open in other threads, with the indices of their tags. */
  readonly elsewhere: { readonly args: Elsewhere; readonly result: void };
  /** `v8.serialize` of the engine's running state after all earlier calls. */
  readonly snapshot: { readonly args: undefined; readonly result: Uint8Array };
}

export interface StartMessage {
  readonly plan: DetectionPlan;
  readonly calibration?: CalibrationMessage | undefined;
  /** A snapshot that was taken under this baseline. */
  readonly snapshot?: Uint8Array | undefined;
  /** Increases of the thresholds of this baseline's calibration; a snapshot takes precedence. */
  readonly followed?: readonly FollowedThreshold[] | undefined;
}

export interface BaselineMessage {
  readonly calibration: CalibrationMessage;
  readonly change: BaselineChange;
  readonly followed: readonly FollowedThreshold[];
}

export interface Elsewhere {
  readonly open: boolean;
  readonly tags: readonly number[];
}

/** Results of one call of a detection thread. Findings leave a thread in no other way. */
export interface Outcome {
  readonly changes: readonly FindingChange[];
  /** Begin of the canary's finding. */
  readonly canary?: FindingChange | undefined;
  /** Samples that the thread has not judged since the last outcome because they were earlier than the last one of their tag. */
  readonly dropped?: number | undefined;
  /** Changes of minor findings; absent if there are none. */
  readonly minor?: readonly MinorChange[] | undefined;
  /** Indices of the tags of open findings; set when a finding began or ended. */
  readonly concerned?: readonly number[] | undefined;
  /**
   * All thresholds that differ from their calibrated values. Set at the start, with another baseline, and after a day that
   * changed one.
   */
  readonly followed?: readonly FollowedThreshold[] | undefined;
}
