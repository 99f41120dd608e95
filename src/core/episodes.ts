import type { Actor } from './alert.ts';
import type { DecidedEpisode, EpisodeDecision } from './episode-decision.ts';
import type { LineMark } from './monitor.ts';

/** Decision of a person about an episode: role, time and reason, if given. The audit trail has the name. */
export interface EpisodeMark extends LineMark {
  readonly as: EpisodeDecision;
}

/** An unusual stretch of the calibration data at one place. */
export interface Episode {
  /** Place and start. */
  readonly id: string;
  /** ms UTC */
  readonly from: number;
  readonly to: number;
  readonly area: string;
  /** Empty if it concerns several. */
  readonly equipment: string;
  readonly device?: string | undefined;
  /** Names of at most five tags, most unusual first. */
  readonly tags: readonly string[];
  readonly detectors: readonly string[];
  readonly sentence: string;
  /** Highest quotient of a surprise to the threshold that was fitted without this part of the data. */
  readonly score: number;
  /** True if not even the rarest thresholds avoid its alert: only a decision keeps it from counting against the promise. */
  readonly lasting: boolean;
  readonly decided?: EpisodeMark | undefined;
}

/** Most episodes without a decision that are listed. */
export const mostEpisodes = 50;

/** Episodes of the baseline in force, with the alarm budget's promise under the present decisions. */
export interface EpisodeList {
  readonly version: number;
  readonly promise: string;
  /** Those with a decision, then the others, most unusual first. */
  readonly episodes: readonly Episode[];
  /** Reason why nothing can be decided; undefined if it can. */
  readonly closed?: string | undefined;
}

/** Review of the calibration data. The audit trail records every decision. */
export interface CalibrationReview {
  /** Undefined without a baseline. */
  list(): EpisodeList | undefined;
  /** Sets thresholds again by the decisions, as a new version of the baseline. @throws ScadaError INPUT_INVALID */
  decide(decisions: readonly DecidedEpisode[], by: Actor): Promise<EpisodeList>;
  /** The episodes and decisions as a file for a second person. @throws ScadaError INPUT_INVALID if nothing can be decided */
  file(): string;
  /** The decisions of such a file, without applying them. @throws ScadaError INPUT_INVALID */
  read(file: string): readonly DecidedEpisode[];
  /** Applies the decisions of such a file. @throws ScadaError INPUT_INVALID */
  apply(file: string, by: Actor): Promise<EpisodeList>;
}
