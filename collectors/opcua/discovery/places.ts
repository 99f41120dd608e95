import type { TreeNode } from '../requests/browse.ts';
import { stepsOf } from '../requests/paths.ts';

/** Area, equipment and name of a variable, derived from the folders above it. */
export interface Place {
  readonly name: string;
  readonly area: string | undefined;
  readonly equipment: string | undefined;
}

/** A folder's name without its namespace. */
const plain = (step: string): string => step.replace(/^\d+:/, '').replaceAll(/&([&/])/g, '$1');

/**
 * Derives places. The first folder that does not contain all variables is the area, the other folders are the equipment. An
 * ambiguous name is extended by as many folders as distinguish it.
 */
export function placesOf(nodes: readonly TreeNode[]): Place[] {
  const parents = nodes.map(({ path }) => stepsOf(path).slice(0, -1).map(plain));
  const common = commonLength(parents);
  const names = namesOf(nodes, parents);
  return parents.map((all, i) => {
    // At least an area and an equipment remain if there are two folders.
    const [area, ...rest] = all.slice(Math.max(0, Math.min(common, all.length - 2)));
    return { name: names[i] ?? '', area, equipment: rest.length === 0 ? undefined : rest.join('.') };
  });
}

function namesOf(nodes: readonly TreeNode[], parents: readonly (readonly string[])[]): string[] {
  const names: string[] = [];
  let same = [...nodes.keys()];
  for (let folders = 0; same.length > 0; folders++) {
    const long = new Map(
      same.map((i) => {
        const above = parents[i] ?? [];
        return [i, [...above.slice(Math.max(0, above.length - folders)), nodes[i]?.browseName ?? ''].join('.')];
      }),
    );
    const groups = Map.groupBy(same, (i) => long.get(i));
    // Without more folders they cannot be distinguished.
    for (const i of same) names[i] = long.get(i) ?? '';
    same = same.filter((i) => (groups.get(long.get(i))?.length ?? 0) > 1 && folders < (parents[i]?.length ?? 0));
  }
  return names;
}

/** Number of folders that contain all variables. */
function commonLength(paths: readonly (readonly string[])[]): number {
  const [first = []] = paths;
  let length = 0;
  while (length < first.length && paths.every((path) => path[length] === first[length])) length++;
  return length;
}
