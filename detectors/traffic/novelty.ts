import type { Habit } from './habit-tree.ts';

/** Probability of something new in normal traffic below which it is a finding: after three occasions without anything new. */
const bound = 0.25;

/**
 * Probability that the next sub-habit is new: by Good and Turing, the share of those that were seen only once (I. J. Good,
 * Biometrika 40, 1953). One more new occasion is added, so that few occasions give little evidence.
 */
export const chanceOfNew = (total: number, singles: number): number => (singles + 1) / (total + 1);

/** Probability of a new sub-habit of a habit. */
export const chanceUnder = ({ total, singles }: Habit): number => chanceOfNew(total, singles);

/** Score of something new with this probability: 1 at the bound, growing with the logarithm of the odds. */
export const surpriseOf = (chance: number, weight = 1): number =>
  Math.max(0, (weight * Math.log(1 / Math.min(1, chance))) / Math.log(1 / bound));
