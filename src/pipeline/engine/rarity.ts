import type { Certainty } from '../../core/finding.ts';
import type { Rarity } from './types.ts';

/** So many times the time that was learned from is as far as a tail is believed. */
const mostBeyond = 10;

/** How sure a surprise makes, by the tail of normal running: the most that is said is ten times what was learned. */
export function certaintyOf(surprise: number, rarity: Rarity): Certainty {
  const { base, scale, perDay, learnedDays } = rarity;
  const most = mostBeyond * learnedDays;
  // a channel on which nothing ever stirred has no tail: all that is known is that it never did
  if (!(scale > 0)) return { kind: 'calibrated', onceInDays: learnedDays, learnedDays, beyond: true };
  const onceInDays = Math.exp(Math.max(0, surprise - base) / scale) / perDay;
  return { kind: 'calibrated', onceInDays: Math.min(most, onceInDays), learnedDays, beyond: onceInDays > most };
}
