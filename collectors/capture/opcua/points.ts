import type { DeviceEndpoint } from '../../../src/core/collector.ts';
import { addressesOn, type TagTable } from '../../../src/core/tag.ts';

interface DevicePoints {
  readonly tagOfNode: Map<string, number>;
  readonly nodeOfTag: Map<number, string>;
  /** Tags whose NodeId depends on the server: on its namespace indices, or on a browse path. */
  readonly byNamespace: readonly { readonly tag: number; readonly uri: string; readonly id: string }[];
  readonly byPath: ReadonlyMap<string, number>;
  /** Last known namespaces of the server. */
  uris: string;
}

/**
 * Finds the tag of a node. Addresses by NodeId are known from the start. Addresses by namespace URI become known when a client
 * reads the server's NamespaceArray unencrypted, and those by browse path when a client has the path translated.
 */
export class OpcuaPoints {
  readonly #devices = new Map<string, DevicePoints>();

  constructor(tags: TagTable, devices: readonly DeviceEndpoint[]) {
    for (const { name, type } of devices) if (type === 'opcua') this.#devices.set(name, pointsOf(tags, name));
  }

  /** Index in the tag table of the run; undefined if no tag has this node. */
  tagOf(device: string | undefined, node: string): number | undefined {
    return this.#of(device)?.tagOfNode.get(node);
  }

  /** Stores the URI of each namespace index of a server. */
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

  /** Stores the node at a browse path below the Objects folder of a server. */
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
  for (const [tag, address] of addressesOn(tags, device)) {
    const { node, namespaceUri, id, path } = (address ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof node === 'string') place(points, tag, usualForm(node));
    else if (typeof namespaceUri === 'string' && typeof id === 'string') byNamespace.push({ tag, uri: namespaceUri, id });
    else if (typeof path === 'string') byPath.set(path, tag);
  }
  return points;
}

/** Canonical text form of a NodeId: no `ns=0;`, GUIDs in lower case. */
function usualForm(node: string): string {
  const short = node.replace(/^ns=0+;/, '');
  return /^(ns=\d+;)?g=/.test(short) ? short.toLowerCase() : short;
}

/** Points of a site's OPC UA devices, for `opcuaStream`. */
export const opcuaPoints = (tags: TagTable, devices: readonly DeviceEndpoint[]): OpcuaPoints => new OpcuaPoints(tags, devices);
