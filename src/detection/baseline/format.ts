import type { Json } from '../../core/detector.ts';
import type { Episode } from '../../core/episodes.ts';
import type { LineMark, NormalBand } from '../../core/monitor.ts';
import type { TagModes } from '../../core/tag.ts';
import type { LearnedStates, Threshold } from '../engine/index.ts';

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
  /**
   * `short`: too few independent values. `stays`: too few stays in its mode, or too different ones. `nothing`: the detector has learned
   * nothing by which it could judge: too little data, tags that never changed or change irregularly, or none that explain it. `unmoved`:
   * its contacts did not move, or only for moments, so that there was nothing to compare. `absent`: its data have nothing of what the
   * detector compares, such as a daily cycle.
   */
  readonly cause: 'short' | 'stays' | 'nothing' | 'unmoved' | 'absent';
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
export const calibrationVersion = 4;

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
  /** States of status tags that occurred. Absent in baselines of earlier versions: every state then counts as learned. */
  readonly states?: LearnedStates | undefined;
  readonly detectors: Readonly<Record<string, CalibratedDetector>>;
}

/** The part of a calibration that detectors start from. */
export type StartingPoint = Pick<Calibration, 'states' | 'detectors'>;

/** Proved modes of an equipment. */
export interface LearnedModes extends TagModes {
  readonly equipment: string;
  /** Values of its tag at which the equipment rests. */
  readonly restsAt: readonly number[];
  /** Share of the time in each mode, 0–1. */
  readonly shares: Readonly<Record<string, number>>;
  /** Number of changes of mode. */
  readonly changes: number;
  /** The measurement whose variance the mode explains best, and the explained share, 0–1, in the proof data. */
  readonly proof: { readonly tag: string; readonly share: number };
  /** ms UTC of the data that proved them. */
  readonly from: number;
  readonly to: number;
}

/** Modes of an equipment, as proposed by a calibration or as used in it. */
export interface StoredModes extends LearnedModes {
  /** Set if a person approved them before this calibration: its baselines are then by mode. */
  readonly approved?: LineMark | undefined;
}

/** Unusual episodes of a calibration, with the decisions of people about them. */
export interface StoredEpisodes {
  /** Id of the file with the block maxima; absent if they were not kept. */
  readonly maxima?: string | undefined;
  /** Why the file does not exist, if that is known. */
  readonly withoutMaxima?: string | undefined;
  readonly list: readonly Episode[];
}

/** Stored result of a calibration. */
export interface Baseline {
  /** Fingerprint of its plan. */
  readonly fingerprint: string;
  readonly calibration: Calibration;
  /** Normal range of each tag by name, for displays. */
  readonly bands: Readonly<Record<string, NormalBand>>;
  /** Modes of equipment that the configuration does not define; absent if none were learned. */
  readonly modes?: readonly StoredModes[];
  /** Absent in baselines of earlier versions. */
  readonly episodes?: StoredEpisodes | undefined;
}

/** Difference from the previous baseline: all of it was learned again, or people decided about entries. */
export type BaselineChange = 'learned' | 'reviewed';
