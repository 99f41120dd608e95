import type { Finding } from './finding.ts';

/** Reason why a minor finding ended. */
export const minorEnds = ['normal', 'finding', 'baseline', 'restarted', 'displaced'] as const;
/**
 * `normal`: the score fell. `finding`: it became a finding. `baseline`: the thresholds changed. `restarted`: not confirmed after a
 * restart. `displaced`: too many were open, and this one had the lowest score.
 */
export type MinorEnd = (typeof minorEnds)[number];

/** What a minor finding has in common with a finding; `score` and `peak` are below 1. */
type Common =
  | 'id'
  | 'detector'
  | 'channel'
  | 'area'
  | 'equipment'
  | 'device'
  | 'tags'
  | 'since'
  | 'updatedAt'
  | 'endedAt'
  | 'score'
  | 'peak';

/** A channel whose score is above the lower level, and below 1. It raises no alert and does not count in the alarm budget. */
export interface MinorFinding extends Pick<Finding, Common> {
  readonly end?: MinorEnd | undefined;
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
