import type { Detector, DetectorGroup, DetectorPlugin, Json } from '../../core/detector.ts';
import type { LineMark, Position } from '../../core/monitor.ts';
import type { Observation } from '../../core/observation.ts';
import type { TagTable } from '../../core/tag.ts';
import type { EngineSettings, Threshold } from '../engine/index.ts';

/** Creates as many unlearned detectors of one configuration as the folds need. */
export interface DetectorFactory {
  /** Unique; key of thresholds and findings. */
  readonly name: string;
  readonly plugin: Pick<DetectorPlugin, 'input' | 'passes' | 'threshold' | 'calibrated' | 'excerpt'>;
  create(): Detector;
}

export interface LearnOptions {
  readonly detectors: readonly DetectorFactory[];
  /** Normal operation in order of time; requested once per pass, and each time the same. An observation may change after 32 others were returned. */
  readonly source: () => Iterable<Observation> | AsyncIterable<Observation>;
  readonly tags: TagTable;
  readonly groups: readonly DetectorGroup[];
  /** Contiguous blocks, each judged by detectors that have not learned it. */
  readonly folds?: number;
  /** Samples of a tag beyond which detectors of usual behaviour learn from an excerpt; `enoughSamples` if absent. */
  readonly enough?: number;
  readonly settings?: EngineSettings;
  /** @param done 0–1 */
  readonly onProgress?: (done: number, text: string) => void;
  readonly signal?: AbortSignal;
}

export interface CalibrateOptions extends LearnOptions {
  /** Text for the record: "3 days of waterworks, simulated". */
  readonly description: string;
  /** Newly raised alerts per day of stream time that are accepted in normal operation. */
  readonly budgetPerDay: number;
  /** Operator positions, each with a budget for the alerts of its areas beside that of the plant. */
  readonly positions?: readonly Position[];
}

/** Promise of the alarm budget, with its evidence in the calibration data. */
export interface BudgetPromise {
  readonly budgetPerDay: number;
  /** False if the calibration is too short to prove the budget, or if no thresholds keep it. */
  readonly promised: boolean;
  /** Days of normal operation behind it. */
  readonly days: number;
  /** Alerts that these thresholds would have raised on holdout parts of the calibration, per day. */
  readonly achievedPerDay: number;
  /** Days that are missing before the budget can be promised; 0 if it is. */
  readonly missingDays: number;
  /** One sentence. */
  readonly text: string;
}

/** The same for the alerts of one operator position. */
export interface PositionPromise extends BudgetPromise {
  readonly name: string;
}

/** Reason why a calibration has no threshold for a channel. */
export interface Unlearnable {
  /** `short`: too few independent values. `stays`: too few stays in its mode, or too different ones. */
  readonly cause: 'short' | 'stays';
  /** Stays in the mode that were judged on holdout folds. */
  readonly stays?: number;
  /** Days of normal operation in all that a calibration needs; absent if unknown. */
  readonly needsDays?: number;
}

/** Baseline of one detector. */
export interface CalibratedDetector {
  readonly baseline: Json;
  /** By channel key, all finite; empty for stated rules. Baselines of earlier versions hold infinite ones, see `isUsable`. */
  readonly thresholds: Readonly<Record<string, Threshold>>;
  /** By channel key: channels without a threshold. Absent if there are none, and in baselines of earlier versions. */
  readonly unwatched?: Readonly<Record<string, Unlearnable>> | undefined;
  /** By channel key: channels whose threshold a person has removed. */
  readonly unlearned?: Readonly<Record<string, LineMark>> | undefined;
  /** By channel key: sentences that name the figures that a person has edited. */
  readonly edited?: Readonly<Record<string, string>> | undefined;
}

/** Version of the format of a stored calibration, raised with every incompatible change: since 3 the baselines of modes contain their stays. */
export const calibrationVersion = 3;

/** A stored baseline: readable, versioned, diffable JSON. */
export interface Calibration {
  readonly version: typeof calibrationVersion;
  readonly source: string;
  /** ms UTC of the first and last observation. */
  readonly from: number;
  readonly to: number;
  readonly promise: BudgetPromise;
  /** Absent if the plant is watched as a whole. */
  readonly positions?: readonly PositionPromise[];
  readonly detectors: Readonly<Record<string, CalibratedDetector>>;
}
