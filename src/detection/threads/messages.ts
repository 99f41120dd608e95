import type { Baseline, BaselineChange } from '../baseline/format.ts';
import type { BatchMessage } from '../../core/batch.ts';
import type { FollowedThreshold } from '../../core/monitor.ts';
import type { FindingChange } from '../../core/finding.ts';
import type { Event } from '../../core/observation.ts';
import type { DetectionPlan } from '../plan/plan.ts';

export type ToDetection =
  | {
      readonly type: 'start';
      readonly plan: DetectionPlan;
      readonly baseline?: Baseline | undefined;
      /** `v8.serialize` of an engine snapshot taken under this baseline. */
      readonly snapshot?: Uint8Array | undefined;
      /** What thresholds of this baseline's calibration have followed; a snapshot knows it better. */
      readonly followed?: readonly FollowedThreshold[] | undefined;
    }
  | { readonly type: 'batch'; readonly batch: BatchMessage }
  | { readonly type: 'event'; readonly event: Event }
  | {
      readonly type: 'baseline';
      readonly baseline: Baseline;
      readonly change: BaselineChange;
      readonly followed?: readonly FollowedThreshold[] | undefined;
    }
  /** Whether findings are open in other threads, and the indices of the tags that they concern. */
  | { readonly type: 'elsewhere'; readonly open: boolean; readonly tags: readonly number[] }
  | { readonly type: 'snapshot' };

/** Every message to the thread is answered by one. */
export type FromDetection =
  | {
      readonly type: 'done';
      readonly changes: readonly FindingChange[];
      /** Set when a finding began or ended: indices of the tags that those which are open concern. */
      readonly concerned?: readonly number[] | undefined;
      /** Set at a start and once after each day that moved a threshold: all that are not where calibration set them. */
      readonly followed?: readonly FollowedThreshold[] | undefined;
    }
  | { readonly type: 'snapshot'; readonly bytes: Uint8Array }
  | { readonly type: 'failed'; readonly message: string };
