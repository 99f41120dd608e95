import type { DeviceEndpoint } from '../../../src/core/collector.ts';
import type { TagTable } from '../../../src/core/tag.ts';

interface DevicePoints {
  readonly tagOfNode: Map<string, number>;
  readonly nodeOfTag: Map<number, string>;
  /** Tags that need the server's own words: which index a namespace has, or what is at a path. */
  readonly byNamespace: readonly { readonly tag: number; readonly uri: string; readonly id: string }[];
  readonly byPath: ReadonlyMap<string, number>;
  /** The server's namespaces as they were last seen. */
  uris: string;
}

/**
 * Finds the tag of a node. Addresses by NodeId are known from the start; those by namespace URI from when a server's
 * NamespaceArray was read in clear, those by browse path from when somebody had it translated in clear.
 */
export class OpcuaPoints {
  readonly #devices = new Map<string, DevicePoints>();

  constructor(tags: TagTable, devices: readonly DeviceEndpoint[]) {
    for (const { name, type } of devices) if (type === 'opcua') this.#devices.set(name, pointsOf(tags, name));
  }

  /** The tag's index in the run's table; undefined where no tag lives at the node. */
  tagOf(device: string | undefined, node: string): number | undefined {
    return this.#of(device)?.tagOfNode.get(node);
  }

  /** A server said which URI each namespace index stands for. */
  namespaces(device: string | undefined, uris: readonly (string | number)[]): void {
    const points = this.#of(device);
    const now = uris.join('\n');
    if (points === undefined || points.uris === now) return;
    points.uris = now;
    for (const { tag, uri, id } of points.byNamespace) {
      const index = uris.indexOf(uri);
      if (index >= 0) place(points, tag, usualForm(`ns=${index};${id}`));
    }
  }

  /** A server said which node is at a browse path below the Objects folder. */
  path(device: string | undefined, path: string, node: string): void {
    const points = this.#of(device);
    const tag = points?.byPath.get(path);
    if (points !== undefined && tag !== undefined) place(points, tag, node);
  }

  #of(device: string | undefined): DevicePoints | undefined {
    return device === undefined ? undefined : this.#devices.get(device);
  }
}

function place({ tagOfNode, nodeOfTag }: DevicePoints, tag: number, node: string): void {
  const old = nodeOfTag.get(tag);
  if (old !== undefined && tagOfNode.get(old) === tag) tagOfNode.delete(old);
  nodeOfTag.set(tag, node);
  tagOfNode.set(node, tag);
}

function pointsOf(tags: TagTable, device: string): DevicePoints {
  const byNamespace: { readonly tag: number; readonly uri: string; readonly id: string }[] = [];
  const byPath = new Map<string, number>();
  const points: DevicePoints = { tagOfNode: new Map(), nodeOfTag: new Map(), byNamespace, byPath, uris: '' };
  for (const tag of tags.ofDevice(device)) {
    const { node, namespaceUri, id, path } = (tags.at(tag).address ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof node === 'string') place(points, tag, usualForm(node));
    else if (typeof namespaceUri === 'string' && typeof id === 'string') byNamespace.push({ tag, uri: namespaceUri, id });
    else if (typeof path === 'string') byPath.set(path, tag);
  }
  return points;
}

/** The one text form that a NodeId has on the wire side: no `ns=0;`, GUIDs in small letters. */
function usualForm(node: string): string {
  const short = node.replace(/^ns=0+;/, '');
  return /^(ns=\d+;)?g=/.test(short) ? short.toLowerCase() : short;
}

/** The points of a site's OPC UA devices, for `opcuaStream`. */
export const opcuaPoints = (tags: TagTable, devices: readonly DeviceEndpoint[]): OpcuaPoints => new OpcuaPoints(tags, devices);
