import type { Tag } from '../../core/tag.ts';

/** A tag with every property named, so that one that is added to tags cannot be forgotten here. */
type WholeTag = { [Property in keyof Required<Tag>]: Tag[Property] };

/**
 * Tags that came from another thread, as small as they were there: a clone holds each text once more for each tag, and its
 * objects are of the dearer kind. Without their addresses, which are nothing to a detector.
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
    }),
  );
}
