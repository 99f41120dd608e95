import type { Finding } from '../../src/core/finding.ts';
import type { TagTable } from '../../src/core/tag.ts';

/** A finding of the detector `range` at the place of a tag: `CW.LT01 is high.` */
export function tagFinding(tags: TagTable, tag: string, since: number, more: Partial<Finding> = {}): Finding {
  const { area, equipment } = tags.at(tags.indexOf(tag) ?? 0);
  return {
    id: `F ${tag}`,
    detector: 'range',
    channel: tag,
    area,
    equipment,
    tags: [tag],
    since,
    beganAt: since,
    updatedAt: since,
    score: 2,
    peak: 2,
    certainty: { kind: 'learning' },
    explanation: { sentence: `${tag} is high.`, title: `${tag} is high`, contributions: [], normalIf: '', techniques: [] },
    ...more,
  };
}
