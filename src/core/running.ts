import type { Equipment } from './monitor.ts';
import { plural } from './plural.ts';
import type { Tag } from './tag.ts';

const runs = /^(running|on|open|started)$/i;

/** True for a state named running, on, open or started. */
export function isRunning(tag: Pick<Tag, 'states'>, value: number): boolean {
  const word = tag.states?.[String(value)];
  return word === undefined ? value === 1 : runs.test(word);
}

/** Status tags of running equipment, grouped by its kind; the largest group first. */
export function runningTags<T extends Tag>(
  equipment: readonly Equipment[],
  tags: readonly T[],
): readonly { readonly kind: string; readonly tags: readonly T[] }[] {
  const groups = new Map<string, T[]>();
  for (const tag of tags) {
    if (tag.kind !== 'discrete' || tag.role !== 'status' || !Object.values(tag.states ?? {}).some((word) => runs.test(word)))
      continue;
    const kind = equipment.find((one) => one.id === tag.equipment)?.kind ?? 'equipment';
    groups.set(kind, [...(groups.get(kind) ?? []), tag]);
  }
  return [...groups]
    .map(([kind, members]) => ({ kind: plural(`${kind.slice(0, 1).toUpperCase()}${kind.slice(1)}`), tags: members }))
    .sort((a, b) => b.tags.length - a.tags.length);
}
