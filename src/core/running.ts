import type { Equipment } from './monitor.ts';
import { plural } from './plural.ts';
import type { Tag } from './tag.ts';

const runs = /^(running|on|open|started)$/i;

/** True for a state named running, on, open or started. */
export function isRunning(tag: Pick<Tag, 'states'>, value: number): boolean {
  const word = tag.states?.[String(value)];
  return word === undefined ? value === 1 : runs.test(word);
}

const wordsOf = (states: Tag['states']): readonly string[] => Object.values(states ?? {});
const isContact = ({ states }: Pick<Tag, 'states'>): boolean => wordsOf(states).length <= 2;

/**
 * Status tags of running equipment, grouped by its kind; the largest group first. The step of a sequence does not count beside the contact of
 * the same equipment: it would count the machine twice.
 */
export function runningTags<T extends Tag>(
  equipment: readonly Equipment[],
  tags: readonly T[],
): readonly { readonly kind: string; readonly tags: readonly T[] }[] {
  const groups = new Map<string, T[]>();
  const possible = tags.filter(
    ({ kind, role, states }) => kind === 'discrete' && role === 'status' && wordsOf(states).some((word) => runs.test(word)),
  );
  const withContact = new Set(possible.filter(isContact).map(({ equipment: id }) => id));
  for (const tag of possible.filter((one) => isContact(one) || !withContact.has(one.equipment))) {
    const kind = equipment.find((one) => one.id === tag.equipment)?.kind ?? 'equipment';
    groups.set(kind, [...(groups.get(kind) ?? []), tag]);
  }
  return [...groups]
    .map(([kind, members]) => ({ kind: plural(`${kind.slice(0, 1).toUpperCase()}${kind.slice(1)}`), tags: members }))
    .sort((a, b) => b.tags.length - a.tags.length);
}
