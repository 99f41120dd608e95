import {
  type BrowseResult,
  coerceNodeId,
  NodeClass,
  type NodeId,
  type ReferenceDescription,
  StatusCodes,
} from 'node-opcua-client';
import type { ServerLimits } from './limits.ts';
import { objectsFolder, PathGlob, type Progress, stepOf } from './paths.ts';
import { type Requester, browse, browseNext } from './services.ts';

/** Bounds of a walk, for servers whose tree is endless or generated. */
export interface BrowseBounds {
  /** Maximum number of nodes that are browsed. */
  readonly nodes: number;
  /** Maximum number of names in a path. */
  readonly depth: number;
}

export const defaultBounds: BrowseBounds = { nodes: 100_000, depth: 16 };

/** A node reached by a walk, with the shortest of its paths. */
export interface TreeNode {
  readonly nodeId: NodeId;
  /** Browse path below the Objects folder, as in the `path` of an address. */
  readonly path: string;
  readonly browseName: string;
  readonly displayName: string;
  readonly nodeClass: NodeClass;
  readonly typeDefinition: string;
}

/** Result of a walk; `incomplete` is the reason why nodes may be missing, and is empty for a complete walk. */
export interface Walk {
  readonly nodes: readonly TreeNode[];
  readonly incomplete: string;
}

/** Maximum number of references in one answer; the rest is read by continuation. */
const mostReferences = 1_000;
/** Bounds a server that always returns a continuation point. */
const mostContinuations = 1_000;
/** Type of properties, which describe a node and have no children. */
export const propertyNode = 'ns=0;i=68';
/** The Server object describes the server, not the plant. */
const serverObject = 'ns=0;i=2253';

interface Open {
  readonly nodeId: NodeId;
  readonly path: string;
  readonly depth: number;
  readonly progress: Progress;
}

/**
 * Walks the tree below the Objects folder, level by level, with as many nodes per request as the server accepts and within the
 * device's budget. Each node is visited once, so that loops end; methods, types and the Server object are skipped.
 * @param glob returns only matching nodes, and searches only where matches are possible
 */
export async function walkTree(
  requester: Requester,
  limits: ServerLimits,
  signal: AbortSignal,
  { glob, bounds = defaultBounds }: { readonly glob?: string; readonly bounds?: BrowseBounds } = {},
): Promise<Walk> {
  const pattern = new PathGlob(glob ?? '/**');
  const found = new Map<string, TreeNode>();
  // A node reached by a second path is visited again only if the pattern has made other progress there.
  const seen = new Set<string>();
  let incomplete = '';
  const end = (): Walk => ({ nodes: [...found.values()], incomplete });
  let level: readonly Open[] = [{ nodeId: coerceNodeId(objectsFolder), path: '', depth: 0, progress: pattern.start }];
  while (level.length > 0) {
    const next: Open[] = [];
    const children = await childrenOf(requester, limits, level, signal);
    for (const [i, { references, failed }] of children.entries()) {
      const parent = level[i];
      if (parent === undefined) break;
      if (failed !== '') incomplete ||= `${parent.path || '/'} cannot be browsed: ${failed}`;
      for (const reference of references.filter(isOfTree)) {
        const progress = pattern.next(parent.progress, stepOf(reference.browseName));
        const nodeId = coerceNodeId(reference.nodeId);
        const key = `${nodeId.toString()} ${progress.join()}`;
        if (progress.length === 0 || seen.has(key)) continue;
        if (seen.size >= bounds.nodes) {
          incomplete = `the walk ended at ${bounds.nodes} nodes`;
          return end();
        }
        seen.add(key);
        const path = `${parent.path}/${stepOf(reference.browseName)}`;
        const depth = parent.depth + 1;
        if (pattern.matches(progress) && !found.has(nodeId.toString())) {
          found.set(nodeId.toString(), treeNode(reference, nodeId, path));
        }
        if (!pattern.goesOn(progress) || reference.typeDefinition.toString() === propertyNode) continue;
        if (depth < bounds.depth) next.push({ nodeId, path, depth, progress });
        else incomplete ||= `the walk ended at a depth of ${bounds.depth} names`;
      }
    }
    level = next;
  }
  return end();
}

const isOfTree = ({ nodeClass, nodeId }: ReferenceDescription): boolean =>
  (nodeClass === NodeClass.Object || nodeClass === NodeClass.Variable) &&
  nodeId.serverIndex === 0 &&
  nodeId.toString() !== serverObject;

const treeNode = (
  { browseName, displayName, nodeClass, typeDefinition }: ReferenceDescription,
  nodeId: NodeId,
  path: string,
): TreeNode => ({
  nodeId,
  path,
  browseName: browseName.name ?? '',
  displayName: displayName.text ?? '',
  nodeClass,
  typeDefinition: typeDefinition.toString(),
});

interface Children {
  readonly references: readonly ReferenceDescription[];
  /** Name of the StatusCode if some references could not be read. */
  readonly failed: string;
}

async function childrenOf(
  requester: Requester,
  limits: ServerLimits,
  parents: readonly Open[],
  signal: AbortSignal,
): Promise<Children[]> {
  const ids = parents.map(({ nodeId }) => nodeId);
  const results = await browse(requester, ids, mostReferences, limits.browse, signal);
  const children: Children[] = [];
  for (const [i, first] of results.entries()) {
    const nodeId = ids[i];
    // The server has no free continuation point: repeated alone.
    const alone = first.statusCode.equals(StatusCodes.BadNoContinuationPoints) && nodeId !== undefined;
    const [result = first] = alone ? await browse(requester, [nodeId], mostReferences, limits.browse, signal) : [first];
    children.push(await allOf(requester, result, signal));
  }
  return children;
}

async function allOf(requester: Requester, first: BrowseResult, signal: AbortSignal): Promise<Children> {
  const references = [...(first.references ?? [])];
  let last = first;
  for (let more = 0; last.statusCode.isGood() && last.continuationPoint?.length > 0; more++) {
    if (more >= mostContinuations) return { references, failed: `more than ${mostContinuations} continuations` };
    last = await browseNext(requester, last.continuationPoint, signal);
    for (const reference of last.references ?? []) references.push(reference);
  }
  return { references, failed: last.statusCode.isGood() ? '' : last.statusCode.name };
}
