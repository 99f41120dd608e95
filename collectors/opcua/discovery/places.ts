import type { TreeNode } from '../browse.ts';
import { stepsOf } from '../paths.ts';

/** Where a variable is in the plant, by the folders above it, and what it may be called. */
export interface Place {
  readonly name: string;
  readonly area: string | undefined;
  readonly equipment: string | undefined;
}

/** A folder's name without its namespace. */
const plain = (step: string): string => step.replace(/^\d+:/, '').replaceAll(/&([&/])/g, '$1');

/**
 * The first folder that is not above all of them is taken for the area, the rest of the folders for the equipment. Where variables of
 * several equipments have the same name, it is told apart by its equipment.
 */
export function placesOf(nodes: readonly TreeNode[]): Place[] {
  const parents = nodes.map(({ path }) => stepsOf(path).slice(0, -1).map(plain));
  const common = commonLength(parents);
  const counts = new Map<string, number>();
  for (const { browseName } of nodes) counts.set(browseName, (counts.get(browseName) ?? 0) + 1);
  return nodes.map(({ browseName }, i) => {
    const all = parents[i] ?? [];
    // An area and an equipment are left, where there are two folders.
    const [area, ...rest] = all.slice(Math.max(0, Math.min(common, all.length - 2)));
    const equipment = rest.length === 0 ? undefined : rest.join('.');
    const owner = equipment ?? area;
    const ambiguous = (counts.get(browseName) ?? 0) > 1 && owner !== undefined;
    return { name: ambiguous ? `${owner}.${browseName}` : browseName, area, equipment };
  });
}

/** Folders that are above all. */
function commonLength(paths: readonly (readonly string[])[]): number {
  const [first = []] = paths;
  let length = 0;
  while (length < first.length && paths.every((path) => path[length] === first[length])) length++;
  return length;
}
