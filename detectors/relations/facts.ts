import type { Tag } from '../../src/core/tag.ts';
import type { BaselineLine } from '../../src/detector-kit/facts.ts';
import type { GroupBaseline } from './model/baseline.ts';
import { errorOf } from './model/model.ts';

/** Number of named tags with the largest influence on another. */
const named = 3;

/**
 * Baseline entry for each tag of a group: the share of its movement that the others and their past explain, the standard error of
 * that prediction, and the tags with the largest influence at the same instant. With P the inverse
 * covariance of standardised values, 1 − 1/Pⱼⱼ is explained and −Pⱼᵢ/Pⱼⱼ is the weight of tag i in the prediction of tag j. A
 * person may edit the standard error; the influences can only be learned. @param amend replaces a number
 * of the baseline
 */
export function relationLines(
  tags: readonly Tag[],
  baseline: GroupBaseline,
  amend: (change: (before: GroupBaseline) => GroupBaseline) => void,
): BaselineLine[] {
  const { precision, deviation } = baseline;
  const size = precision.length / baseline.tags.length;
  const unitOf = (name: string | undefined): string => tags.find((tag) => tag.name === name)?.unit ?? '';
  const entries = baseline.tags.map((name, j): BaselineLine => {
    const row = precision.slice(j * size, j * size + baseline.tags.length);
    const own = row[j] as number;
    const partners = row
      .map((value, i) => ({ i, weight: -value / own }))
      .filter(({ i }) => i !== j)
      .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
      .slice(0, named);
    const all = partners.map(({ i, weight }) => {
      const slope = (weight * (deviation[j] as number)) / (deviation[i] as number);
      const moved = `${slope < 0 ? '−' : '+'}${Number(Math.abs(slope).toPrecision(3))} ${unitOf(name)}`.trim();
      return `${moved} per ${unitOf(baseline.tags[i]) || '1'} of ${baseline.tags[i]}`;
    });
    const write = (_: number, value: number): void =>
      amend((before) => {
        const by = value / errorOf({ ...before, widened: undefined }, j);
        return { ...before, widened: { ...before.widened, [name]: by } };
      });
    return {
      name,
      unit: unitOf(name),
      figures: { within: { read: () => errorOf(baseline, j), write, above: 0 } },
      words: { explained: `${Math.round(100 * Math.max(0, 1 - 1 / own))} %`, by: all.join('; ') },
    };
  });
  return entries;
}
