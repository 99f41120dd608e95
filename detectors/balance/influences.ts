import type { Json } from '../../src/core/detector.ts';
import type { Influence } from '../../src/core/influence.ts';
import { baselineSchema } from './schema.ts';

/** Each level with each of its flows. */
export function balanceInfluences(baseline: Json): readonly Influence[] {
  const read = baselineSchema.safeParse(baseline);
  if (!read.success) return [];
  return Object.values(read.data.groups).flatMap(({ balances }) =>
    balances.flatMap(({ level, terms }) => terms.map(({ tag }): Influence => ({ tags: [level, tag], isBalance: true }))),
  );
}
