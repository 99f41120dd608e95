import type { Episode } from '../../core/episodes.ts';
import { moduleBeside } from '../../core/module.ts';
import type { Calibration } from '../../detection/baseline/format.ts';
import type { DetectionPlan } from '../../detection/plan/plan.ts';
import { runThread } from '../job/thread.ts';

export interface RefitJob {
  readonly plan: Pick<DetectionPlan, 'tags' | 'budgetPerDay' | 'positions'>;
  /** Folder and id of the block maxima. */
  readonly dir: string;
  readonly id: string;
  /** Text for the record of the calibration. */
  readonly source: string;
  /** Episodes with a decision. */
  readonly decided: readonly Episode[];
}

/** Thresholds after a review; the baselines of the detectors are null. */
export interface Refitted {
  readonly calibration: Calibration;
  /** Those with a decision, then those that are unusual under these thresholds. */
  readonly episodes: readonly Episode[];
}

/**
 * Sets thresholds again from kept block maxima, in a separate thread: it takes seconds.
 * @throws ScadaError INPUT_INVALID
 */
export const refit = (job: RefitJob): Promise<Refitted> =>
  runThread(moduleBeside(import.meta.url, './worker'), 'the review of the calibration', job, () => {});
