import type { Tag } from '../../../../src/core/tag.ts';

/** The set point that a measurement is controlled to: of the same equipment and unit, if there is only one. */
export function setpointOf<T extends Tag>(tag: T, tags: readonly T[]): T | undefined {
  if (tag.role !== 'measurement' || tag.unit === '') return undefined;
  const found = tags.filter((other) => other.role === 'setpoint' && other.equipment === tag.equipment && other.unit === tag.unit);
  return found.length === 1 ? found[0] : undefined;
}

/**
 * Tags worth seeing beside one: first those that an open finding names with it, then measurements of the same equipment,
 * then of the same area; those of one unit together, so that they share a scale.
 */
export function neighboursOf<T extends Tag>(tag: T, tags: readonly T[], named: readonly string[], most: number): readonly T[] {
  const rank = (other: T): number => {
    const at = named.indexOf(other.name);
    if (at >= 0) return at;
    if (other.equipment === tag.equipment) return 100 + (other.unit === tag.unit ? 0 : 1);
    return 200 + (other.unit === tag.unit ? 0 : 1);
  };
  return tags
    .filter(
      (other) =>
        other.name !== tag.name && other.kind === 'analog' && (other.role === 'measurement' || named.includes(other.name)),
    )
    .map((other) => ({ other, rank: rank(other) }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map(({ other }) => other);
}

/** Tags that share a unit, in the order of their first one: each group is a pane of its own, never a second axis. */
export function byUnit<T extends Tag>(tags: readonly T[]): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const tag of tags) groups.set(tag.unit, [...(groups.get(tag.unit) ?? []), tag]);
  return [...groups.values()];
}
