import type { Certainty } from '../../core/finding.ts';
import type { Rarity, Threshold } from './types.ts';

/** Greatest extrapolation of a tail, as a multiple of the learned time. */
const mostBeyond = 10;

/** Certainty of a surprise, by the tail of normal operation: at most ten times the learned time. */
export function certaintyOf(surprise: number, rarity: Rarity): Certainty {
  const { base, scale, perDay, learnedDays } = rarity;
  const most = mostBeyond * learnedDays;
  // a channel without any surprise has no tail: only the learned time is known
  if (!(scale > 0)) return { kind: 'calibrated', onceInDays: learnedDays, learnedDays, beyond: true };
  const onceInDays = Math.exp(Math.max(0, surprise - base) / scale) / perDay;
  return { kind: 'calibrated', onceInDays: Math.min(most, onceInDays), learnedDays, beyond: onceInDays > most };
}

/** Rarities by channel in flat columns: a site has ten channels per tag. */
export class RarityColumns {
  readonly #figures: Float64Array;

  constructor(thresholds: readonly Threshold[]) {
    this.#figures = Float64Array.from(
      thresholds.flatMap(({ rarity }) =>
        rarity === undefined ? none : [rarity.base, rarity.scale, rarity.perDay, rarity.learnedDays],
      ),
    );
  }

  at(channel: number): Rarity | undefined {
    const [base = 0, scale = 0, perDay = 0, learnedDays = 0] = this.#figures.subarray(4 * channel, 4 * channel + 4);
    return Number.isNaN(learnedDays) ? undefined : { base, scale, perDay, learnedDays };
  }
}

/** For a channel without a tail. */
const none = [Number.NaN, Number.NaN, Number.NaN, Number.NaN];
