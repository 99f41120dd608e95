import type { TagTable } from '../core/tag.ts';

/**
 * Families of similar tags: names that differ only in numbers, one tag for each equipment, with the same kind, unit and range. A detector may
 * learn similar machines together. A tag without such others is a family of its own.
 * @returns family by tag index
 */
export function familiesOf(indices: readonly number[], tags: TagTable): ReadonlyMap<number, string> {
  const alike = Map.groupBy(indices, (index) => {
    const { name, area, kind, role, unit, range, scanMs } = tags.at(index);
    return JSON.stringify([name.replaceAll(/\d+/g, '#'), area, kind, role, unit, range, scanMs]);
  });
  return new Map(
    [...alike.values()].flatMap((members) => {
      const equipments = new Set(members.map((index) => tags.at(index).equipment));
      const isFamily = members.length > 1 && equipments.size === members.length;
      return members.map((index): [number, string] => {
        const { name } = tags.at(index);
        return [index, isFamily ? name.replaceAll(/\d+/g, '#') : name];
      });
    }),
  );
}
