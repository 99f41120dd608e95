import type { Tag } from '../../core/tag.ts';

/** A tag with every property required, so that a new property of tags cannot be forgotten here. */
type WholeTag = { [Property in keyof Required<Tag>]: Tag[Property] };

/**
 * Reduces tags from another thread to their original size: a structured clone repeats each text per tag and uses larger objects.
 * Omits addresses, which detectors do not use. They use the devices of aliases.
 */
export function compactTags(tags: readonly Tag[]): Tag[] {
  const known = new Map<string, string>();
  const once = <Text extends string>(text: Text): Text => {
    const first = known.get(text);
    if (first !== undefined) return first as Text;
    known.set(text, text);
    return text;
  };
  return tags.map(
    (tag): WholeTag => ({
      name: once(tag.name),
      description: once(tag.description),
      short: once(tag.short),
      area: once(tag.area),
      equipment: once(tag.equipment),
      device: once(tag.device),
      kind: once(tag.kind),
      role: once(tag.role),
      unit: once(tag.unit),
      range: tag.range,
      limits: tag.limits,
      decimals: tag.decimals,
      states: tag.states,
      modes: tag.modes,
      restsAt: tag.restsAt,
      scanMs: tag.scanMs,
      address: undefined,
      aliases: tag.aliases?.map(({ device }) => ({ device: once(device), address: undefined })),
      sameAs: tag.sameAs?.map((name) => once(name)),
    }),
  );
}
