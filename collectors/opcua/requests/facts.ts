import type { DataValue } from 'node-opcua-client';
import type { BatchSize, StatedLimits } from './limits.ts';
import { type Requester, read, valueOf } from './services.ts';
import { emptyReading, readDataValue } from './value.ts';

/** Nodes of the standard's Server object (OPC 10000-6, annex A) that are read from every server at connect. */
const identityNodes = {
  namespaces: 'i=2255',
  servers: 'i=2254',
  productUri: 'i=2262',
  manufacturer: 'i=2263',
  product: 'i=2261',
  softwareVersion: 'i=2264',
  buildNumber: 'i=2265',
} as const;

/** Its limits; a server may state none. */
const limitNodes = {
  nodesPerRead: 'i=11705',
  nodesPerBrowse: 'i=11710',
  pathsPerTranslate: 'i=11712',
  itemsPerCall: 'i=11714',
  items: 'i=24097',
  itemsPerSubscription: 'i=24104',
  subscriptions: 'i=24096',
  subscriptionsPerSession: 'i=24098',
} as const satisfies Readonly<Record<keyof StatedLimits, string>>;

/** The server's clock; a successful read proves that the server responds. */
const currentTime = 'i=2258';

/** Properties of a server, as it states them. */
export interface ServerFacts {
  readonly namespaces: readonly string[];
  readonly identity: Readonly<Record<string, string>>;
  readonly limits: StatedLimits;
}

/**
 * Reads the server object: first its limit for reads, so that all other requests can respect it, then the other limits. Missing
 * nodes are omitted.
 * @param size batch size of reads; updated with the server's limit
 */
export async function readFacts(requester: Requester, size: BatchSize, signal: AbortSignal): Promise<ServerFacts> {
  const readAll = async <Name extends string>(nodes: Readonly<Record<Name, string>>): Promise<ReadonlyMap<Name, DataValue>> => {
    const names = Object.keys(nodes) as Name[];
    const values = await read(
      requester,
      names.map((name) => valueOf(nodes[name])),
      size,
      signal,
    );
    return new Map(values.map((value, i) => [names[i] as Name, value]));
  };
  const limitAnswers = new Map<string, DataValue>();
  const limit = (name: keyof typeof limitNodes): number => {
    const reading = emptyReading();
    const answer = limitAnswers.get(name);
    if (answer !== undefined) readDataValue(answer, 'analog', reading);
    // 0 stands for "no limit"
    return reading.value > 0 ? reading.value : Number.POSITIVE_INFINITY;
  };
  const { nodesPerRead, ...others } = limitNodes;
  // alone: a server may accept only one node
  for (const [name, value] of await readAll({ nodesPerRead })) limitAnswers.set(name, value);
  size.state(limit('nodesPerRead'));
  for (const [name, value] of await readAll(others)) limitAnswers.set(name, value);
  const answers = await readAll(identityNodes);
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
    limits: {
      nodesPerRead: limit('nodesPerRead'),
      nodesPerBrowse: limit('nodesPerBrowse'),
      pathsPerTranslate: limit('pathsPerTranslate'),
      itemsPerCall: limit('itemsPerCall'),
      items: limit('items'),
      itemsPerSubscription: limit('itemsPerSubscription'),
      subscriptions: limit('subscriptions'),
      subscriptionsPerSession: limit('subscriptionsPerSession'),
    },
  };
}

function listOf(answer: DataValue | undefined): string[] {
  const value: unknown = answer?.value?.value;
  return Array.isArray(value) ? value.map(String) : [];
}

/** Time of the server's clock, ms UTC. NaN if it returns none. */
export async function readServerTime(requester: Requester, size: BatchSize, signal: AbortSignal): Promise<number> {
  const [answer] = await read(requester, [valueOf(currentTime)], size, signal);
  const value: unknown = answer?.value?.value;
  return value instanceof Date ? value.getTime() : Number.NaN;
}
