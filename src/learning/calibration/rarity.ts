import type { Rarity } from '../../detection/engine/index.ts';
import { fitTail } from './tail.ts';

const figures = 4;

/**
 * Rarity of a channel's surprises in normal operation, from the exponential tail of the holdout parts (see `fitTail`).
 * @param maxima of equal blocks of the calibration
 * @param days days in these blocks
 */
export function rarityOf(maxima: Float32Array, days: number): Rarity {
  const { base, scale, count } = fitTail(maxima);
  const rounded = (value: number): number => Number(value.toPrecision(figures));
  return { base: rounded(base), scale: rounded(scale), perDay: rounded(count / days), learnedDays: rounded(days) };
}
