import type { Fact } from '../../src/core/detector.ts';
import type { Tag } from '../../src/core/tag.ts';
import type { GroupBaseline } from './model.ts';

/** Tags that are named as those that say most about another. */
const named = 3;

/**
 * A line for each tag of a group: how much of its movement the others and their past explain, within what it is then told,
 * and which tags say most at the same instant. With P the inverse covariance of standardised values, 1 − 1/Pⱼⱼ is explained and
 * −Pⱼᵢ/Pⱼⱼ is what tag i adds to the prediction of tag j. They can be approved or unlearned, not edited.
 */
export function relationFacts(group: string, tags: readonly Tag[], baseline: GroupBaseline): Fact[] {
  const { precision, deviation } = baseline;
  const size = precision.length / baseline.tags.length;
  const unitOf = (name: string | undefined): string => tags.find((tag) => tag.name === name)?.unit ?? '';
  return baseline.tags.map((name, j) => {
    const row = precision.slice(j * size, j * size + baseline.tags.length);
    const own = row[j] as number;
    const partners = row
      .map((value, i) => ({ i, weight: -value / own }))
      .filter(({ i }) => i !== j)
      .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
      .slice(0, named);
    const all = partners.map(({ i, weight }) => {
      const slope = (weight * (deviation[j] as number)) / (deviation[i] as number);
      const told = `${slope < 0 ? '−' : '+'}${Number(Math.abs(slope).toPrecision(3))} ${unitOf(name)}`.trim();
      return `${told} per ${unitOf(baseline.tags[i]) || '1'} of ${baseline.tags[i]}`;
    });
    return {
      channel: group,
      name,
      unit: unitOf(name),
      figures: {
        within: Number(((deviation[j] as number) / Math.sqrt(own)).toPrecision(6)),
        explained: `${Math.round(100 * Math.max(0, 1 - 1 / own))} %`,
        by: all.join('; '),
      },
      editable: [],
      taught: baseline.rows,
    };
  });
}
