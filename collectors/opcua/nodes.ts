import {
  AttributeIds,
  BrowsePath,
  type ClientSession,
  coerceNodeId,
  type DataValue,
  type NodeId,
  QualifiedName,
} from 'node-opcua-client';
import { Quality } from '../../src/core/quality.ts';
import type { OpcuaAddress } from './config.ts';
import { emptyReading, readDataValue } from './value.ts';

/** Nodes of the standard's server object (OPC 10000-6, annex A): what we ask every server for at connect. */
const asked = {
  namespaces: 'i=2255',
  servers: 'i=2254',
  productUri: 'i=2262',
  manufacturer: 'i=2263',
  product: 'i=2261',
  softwareVersion: 'i=2264',
  buildNumber: 'i=2265',
  nodesPerRead: 'i=11705',
  itemsPerCall: 'i=11714',
  pathsPerTranslate: 'i=11712',
} as const;

/** The server's clock; its reading proves that the server lives. */
const currentTime = 'i=2258';

const objectsFolder = 'i=85';
const hierarchicalReferences = 'i=33';

/** What a server says about itself. Limits are Infinity where it names none. */
export interface ServerFacts {
  readonly namespaces: readonly string[];
  readonly identity: Readonly<Record<string, string>>;
  readonly nodesPerRead: number;
  readonly itemsPerCall: number;
  readonly pathsPerTranslate: number;
}

export const valueOf = (nodeId: NodeId | string) => ({ nodeId, attributeId: AttributeIds.Value });

/** One read of the server object. What a server lacks is left out. */
export async function readFacts(session: ClientSession): Promise<ServerFacts> {
  const names = Object.keys(asked) as (keyof typeof asked)[];
  const values = await session.read(names.map((name) => valueOf(asked[name])));
  const answers = new Map(names.map((name, i) => [name, values[i]]));
  const limit = (name: keyof typeof asked): number => {
    const reading = emptyReading();
    const answer = answers.get(name);
    if (answer !== undefined) readDataValue(answer, 'analog', reading);
    // 0 stands for "no limit"
    return reading.value > 0 ? reading.value : Number.POSITIVE_INFINITY;
  };
  const texts = ['manufacturer', 'product', 'softwareVersion', 'buildNumber', 'productUri'] as const;
  const applicationUri = listOf(answers.get('servers'))[0];
  const identity = Object.fromEntries(
    [
      ...texts.map((name) => [name, String(answers.get(name)?.value?.value ?? '')]),
      ['applicationUri', applicationUri ?? ''],
    ].filter(([, text]) => text !== ''),
  );
  return {
    namespaces: listOf(answers.get('namespaces')),
    identity,
    nodesPerRead: limit('nodesPerRead'),
    itemsPerCall: limit('itemsPerCall'),
    pathsPerTranslate: limit('pathsPerTranslate'),
  };
}

function listOf(answer: DataValue | undefined): string[] {
  const value: unknown = answer?.value?.value;
  return Array.isArray(value) ? value.map(String) : [];
}

/** The server's clock, ms UTC. NaN if it does not say. */
export async function readServerTime(session: ClientSession): Promise<number> {
  const answer = await session.read(valueOf(currentTime));
  const value: unknown = answer.value?.value;
  return value instanceof Date ? value.getTime() : Number.NaN;
}

/** A tag's node, or the quality that its tag has instead. */
export type Resolved = { readonly nodeId: NodeId } | { readonly quality: number };

/** Finds the nodes of addresses, in their order. An address that leads nowhere is a quality, not an error. */
export async function resolveNodes(
  session: ClientSession,
  facts: ServerFacts,
  addresses: readonly OpcuaAddress[],
): Promise<Resolved[]> {
  const resolved = addresses.map((address) => directNode(address, facts.namespaces));
  const open = addresses.flatMap((address, i) => ('path' in address ? [{ i, path: address.path }] : []));
  for (const part of chunks(open, facts.pathsPerTranslate)) {
    const results = await session.translateBrowsePath(part.map(({ path }) => browsePath(path)));
    results.forEach((result, k) => {
      const place = part[k];
      if (place === undefined) return;
      const target = result.targets?.[0]?.targetId;
      resolved[place.i] =
        target === undefined || !result.statusCode.isGood()
          ? { quality: result.statusCode.value >>> 0 || Quality.BadNodeIdUnknown }
          : { nodeId: coerceNodeId(target) };
    });
  }
  return resolved;
}

/**
 * `/2:Area/2:CL.AT01` as a path below the Objects folder. Not by the standard's text form of paths, in which the dot of a tag
 * name would begin another reference.
 */
function browsePath(path: string): BrowsePath {
  const elements = path
    .slice(1)
    .split('/')
    .map((step) => {
      const [, namespaceIndex = '0', name] = /^(?:(\d+):)?(.*)$/.exec(step) ?? [];
      return {
        referenceTypeId: hierarchicalReferences,
        isInverse: false,
        includeSubtypes: true,
        targetName: new QualifiedName({ namespaceIndex: Number(namespaceIndex), name: name ?? '' }),
      };
    });
  return new BrowsePath({ startingNode: objectsFolder, relativePath: { elements } });
}

function directNode(address: OpcuaAddress, namespaces: readonly string[]): Resolved {
  if ('node' in address) return { nodeId: coerceNodeId(address.node) };
  if ('path' in address) return { quality: Quality.BadWaitingForInitialData };
  const index = namespaces.indexOf(address.namespaceUri);
  return index < 0 ? { quality: Quality.BadNodeIdUnknown } : { nodeId: coerceNodeId(`ns=${index};${address.id}`) };
}

/** Cuts a list into parts of at most `size`. */
export function* chunks<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  const step = Math.min(size, items.length);
  for (let i = 0; i < items.length; i += step) yield items.slice(i, i + step);
}
