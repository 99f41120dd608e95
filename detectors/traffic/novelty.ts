import type { Habit } from './habit-tree.ts';

/** A new thing is a finding where normal traffic makes it less probable than this: three occasions without one. */
const bound = 0.25;

/**
 * Probability that the next thing seen under a habit is a new one: by Good and Turing, the share of what was seen only once
 * (I. J. Good, Biometrika 40, 1953), with one more occasion that was new, so that few occasions prove little.
 */
export const chanceOfNew = (total: number, singles: number): number => (singles + 1) / (total + 1);

/** The same for what stands under a habit. */
export const chanceUnder = ({ total, singles }: Habit): number => chanceOfNew(total, singles);

/** Score of something new that had this chance: 1 at the bound, growing with the logarithm of the odds. */
export const surpriseOf = (chance: number, weight = 1): number =>
  Math.max(0, (weight * Math.log(1 / Math.min(1, chance))) / Math.log(1 / bound));
