import type { Json } from '../../src/core/detector.ts';
import type { Influence } from '../../src/core/influence.ts';
import type { GroupBaseline } from './model/baseline.ts';
import { baselineSchema, groupBaselineSchema } from './schema.ts';

/** Standard errors from which a partial correlation is one: a group has thousands of pairs. */
const sureErrors = 5;
/**
 * Least partial correlation: a thousandth of the variance of one tag that the other explains. In many days also smaller ones are certain,
 * and they are the weather and the hour that both tags follow: a tank of alkali and the level of a tank in the network.
 */
const leastCorrelation = Math.sqrt(0.001);
/**
 * Partial correlation of two terms of one sum, such as the loads of two feeders beside the power of their transformers. What only follows
 * the same day has a few hundredths.
 */
const ofOneSum = 0.5;

/**
 * Pairs of a group that are correlated while all other tags of the group stay the same. With P the inverse covariance, the partial
 * correlation is −Pⱼᵢ / √(Pⱼⱼ·Pᵢᵢ), and its standard error about 1/√rows.
 */
export function relationInfluences(baseline: Json): readonly Influence[] {
  const read = baselineSchema.safeParse(baseline);
  if (!read.success) return [];
  return Object.values(read.data.groups).flatMap((saved) => {
    const group = groupBaselineSchema.safeParse(saved);
    return group.success ? pairsOf(group.data) : [];
  });
}

function pairsOf({ tags, precision, rows }: GroupBaseline): readonly Influence[] {
  const size = precision.length / tags.length;
  const least = Math.max(sureErrors / Math.sqrt(rows), leastCorrelation);
  return tags.flatMap((a, j) =>
    tags.slice(0, j).flatMap((b, i): Influence[] => {
      const scale = Math.sqrt((precision[j * size + j] ?? 0) * (precision[i * size + i] ?? 0));
      const correlation = Math.abs((precision[j * size + i] ?? 0) / scale);
      if (correlation < least) return [];
      return [correlation < ofOneSum ? { tags: [b, a] } : { tags: [b, a], isSum: true }];
    }),
  );
}
