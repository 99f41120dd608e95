/** Decisions about an episode: it counts as learned, or it is left out of thresholds and promise. */
export const episodeDecisions = ['normal', 'exclude'] as const;
export type EpisodeDecision = (typeof episodeDecisions)[number];

/** A decision about the episode with this id; undefined withdraws an earlier one. */
export interface DecidedEpisode {
  readonly id: string;
  readonly as?: EpisodeDecision | undefined;
  readonly reason?: string | undefined;
}
