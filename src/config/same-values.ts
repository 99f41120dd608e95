import type { Tag } from '../core/tag.ts';

/**
 * States for each tag which tags of other devices read the same value: those whose address is one of its aliases. The monitor then has two
 * readings of one value, over two connections.
 */
export function withSameValues(tags: readonly Tag[]): Tag[] {
  const byAddress = Map.groupBy(tags, ({ device, address }) => keyOf(device, address));
  return tags.map((tag) => {
    const others = (tag.aliases ?? []).flatMap(({ device, address }) => byAddress.get(keyOf(device, address)) ?? []);
    const names = [...new Set(others.map(({ name }) => name))].filter((name) => name !== tag.name);
    return names.length === 0 ? tag : { ...tag, sameAs: names };
  });
}

/** Addresses were read by the schema of their collector, so that equal ones have the same text. */
const keyOf = (device: string, address: unknown): string => `${device}\n${JSON.stringify(address)}`;
