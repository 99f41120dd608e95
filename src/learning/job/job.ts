import type { Baseline, StoredModes } from '../../detection/baseline/format.ts';
import type { DetectionPlan } from '../../detection/plan/plan.ts';
import { moduleBeside } from '../../core/module.ts';
import type { Excluded } from './exclude.ts';
import type { Keeping } from './kept.ts';
import { type Progress, runThread } from './thread.ts';

/** Source of normal operation: a simulation, or the recording of a historian. */
export type CalibrationSource =
  | {
      readonly type: 'simulate';
      readonly plant: string;
      readonly seed: number;
      readonly from: number;
      readonly to: number;
      /** See `PlantOptions`. */
      readonly season?: number | undefined;
    }
  | {
      readonly type: 'history';
      readonly historian: { readonly type: string; readonly config: unknown };
      readonly dataDir: string;
      readonly from: number;
      readonly to: number;
      /** Anomalous spans that must not be learned. */
      readonly excluded: readonly Excluded[];
    };

export interface CalibrationJob {
  readonly plan: DetectionPlan;
  readonly source: CalibrationSource;
  /** Learned modes of the plan's tags, which the baseline keeps. The calibration proposes others. */
  readonly modes?: readonly StoredModes[];
  /** Number of threads that share the detectors. */
  readonly workers: number;
  /** Folder for the block maxima, and the ids of files in it that stay. Without it, the result cannot be reviewed. */
  readonly keep?: Keeping | undefined;
}

/**
 * Learns a baseline in separate threads.
 * @throws ScadaError of the calibration; AbortError when the signal aborts
 */
export function runCalibration(job: CalibrationJob, onProgress: Progress, signal: AbortSignal): Promise<Baseline> {
  return runThread(moduleBeside(import.meta.url, './worker'), 'the calibration', job, onProgress, signal);
}
