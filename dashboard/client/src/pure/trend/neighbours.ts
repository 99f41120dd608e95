import type { Tag } from '../../../../../src/core/tag.ts';

/** The set point of a measurement: the only one of the same equipment and unit. */
export function setpointOf<T extends Tag>(tag: T, tags: readonly T[]): T | undefined {
  if (tag.role !== 'measurement' || tag.unit === '') return undefined;
  const found = tags.filter((other) => other.role === 'setpoint' && other.equipment === tag.equipment && other.unit === tag.unit);
  return found.length === 1 ? found[0] : undefined;
}

/**
 * Tags to show with a tag: first those of the same open findings, then measurements of the same equipment, then of the same
 * area. Tags of one unit are together, so that they share a scale.
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

/** Tags grouped by unit, in the order of the first tag of each group. Each group has its own pane. */
export function byUnit<T extends Tag>(tags: readonly T[]): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const tag of tags) groups.set(tag.unit, [...(groups.get(tag.unit) ?? []), tag]);
  return [...groups.values()];
}
