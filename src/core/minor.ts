/** Reason why a minor finding ended. */
export const minorEnds = ['normal', 'finding', 'baseline', 'restarted', 'displaced'] as const;
/**
 * `normal`: the score fell. `finding`: it became a finding. `baseline`: the thresholds changed. `restarted`: not confirmed after a
 * restart. `displaced`: too many were open, and this one had the lowest score.
 */
export type MinorEnd = (typeof minorEnds)[number];

/** A channel whose score is above the lower level, and below 1. It raises no alert and does not count in the alarm budget. */
export interface MinorFinding {
  /** Unique in the site. */
  readonly id: string;
  readonly detector: string;
  readonly channel: string;
  readonly area: string;
  /** Empty if the channel spans several. */
  readonly equipment: string;
  readonly device?: string | undefined;
  readonly tags: readonly string[];
  /** First sample above the lower level, ms UTC. */
  readonly since: number;
  /** Last change, ms UTC. */
  readonly updatedAt: number;
  readonly endedAt?: number | undefined;
  readonly end?: MinorEnd | undefined;
  /** Present and highest score. */
  readonly score: number;
  readonly peak: number;
  readonly title: string;
  readonly sentence: string;
}

/** New figures of a minor finding. Words and tags are set if they changed. */
export interface MinorUpdate extends Pick<MinorFinding, 'id' | 'updatedAt' | 'score' | 'peak'> {
  readonly words?: Pick<MinorFinding, 'tags' | 'title' | 'sentence'> | undefined;
}

export type MinorChange =
  | { readonly change: 'begin'; readonly finding: MinorFinding }
  | { readonly change: 'update'; readonly update: MinorUpdate }
  | { readonly change: 'end'; readonly update: MinorUpdate; readonly end: MinorEnd };
