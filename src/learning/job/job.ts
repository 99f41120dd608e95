import type { Baseline, StoredModes } from '../../detection/baseline/format.ts';
import type { DetectionPlan } from '../../detection/plan/plan.ts';
import { moduleBeside } from '../../core/module.ts';
import type { Excluded } from './exclude.ts';
import { type Progress, runThread } from './thread.ts';

/** Normal operation to learn from: simulated, or what a historian has recorded. */
export type CalibrationSource =
  | { readonly type: 'simulate'; readonly plant: string; readonly seed: number; readonly from: number; readonly to: number }
  | {
      readonly type: 'history';
      readonly historian: { readonly type: string; readonly config: unknown };
      readonly dataDir: string;
      readonly from: number;
      readonly to: number;
      /** What was anomalous in it and must not be learned. */
      readonly excluded: readonly Excluded[];
    };

export interface CalibrationJob {
  readonly plan: DetectionPlan;
  readonly source: CalibrationSource;
  /** Learned modes that the tags of the plan have, for the baseline to keep; it proposes others beside them. */
  readonly modes?: readonly StoredModes[];
  /** Threads that share the detectors between them. */
  readonly workers: number;
}

/**
 * Learns a baseline in threads of its own.
 * @throws ScadaError of the calibration; AbortError when the signal aborts
 */
export function runCalibration(job: CalibrationJob, onProgress: Progress, signal: AbortSignal): Promise<Baseline> {
  return runThread(moduleBeside(import.meta.url, './worker'), 'the calibration', job, onProgress, signal);
}
