import type { Json } from '../../src/core/detector.ts';
import type { Influence } from '../../src/core/influence.ts';
import type { TagTable } from '../../src/core/tag.ts';
import { baselineSchema } from './schema.ts';

/** Each level with each of its flows, also those that count in one mode only (`FL1.FT/filtering`). */
export function balanceInfluences(baseline: Json, tags: TagTable): readonly Influence[] {
  const read = baselineSchema.safeParse(baseline);
  if (!read.success) return [];
  const flowOf = (term: string): string => (tags.indexOf(term) === undefined ? term.slice(0, term.lastIndexOf('/')) : term);
  return Object.values(read.data.groups).flatMap(({ balances }) =>
    balances.flatMap(({ level, terms }) => terms.map(({ tag }): Influence => ({ tags: [level, flowOf(tag)], isBalance: true }))),
  );
}
