import type { Rarity } from '../engine/index.ts';
import { fitTail } from './tail.ts';

const figures = 4;

/**
 * How rarely normal running surprises a channel, by the exponential tail of the parts that were kept out (see `fitTail`).
 * @param maxima of equal blocks of the calibration
 * @param days that these blocks cover
 */
export function rarityOf(maxima: Float32Array, days: number): Rarity {
  const { base, scale, count } = fitTail(maxima);
  const rounded = (value: number): number => Number(value.toPrecision(figures));
  return { base: rounded(base), scale: rounded(scale), perDay: rounded(count / days), learnedDays: rounded(days) };
}
