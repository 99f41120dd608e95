import {
  AttributeIds,
  type DataValue,
  type EndpointDescription,
  GetEndpointsRequest,
  GetEndpointsResponse,
  MessageSecurityMode,
  ServerState,
  UserTokenType,
} from 'node-opcua-client';
import { qualityName } from '../../../src/core/quality.ts';
import type { BatchSize } from '../requests/limits.ts';
import type { Resolved } from '../requests/nodes.ts';
import { type Requester, sendFor, read, valueOf } from '../requests/services.ts';
import type { Facets } from './memory.ts';
import type { Subject } from './subjects.ts';

/** Nodes of the standard's Server object (OPC 10000-6, annex A) that describe the server's posture. */
const postureNodes = {
  startTime: 'i=2257',
  state: 'i=2259',
  productUri: 'i=2262',
  manufacturer: 'i=2263',
  product: 'i=2261',
  softwareVersion: 'i=2264',
  buildNumber: 'i=2265',
  namespaces: 'i=2255',
  sessionCount: 'i=2277',
  securityRejected: 'i=2279',
  sessions: 'i=3707',
} as const;

/** Maximum number of distinguished clients; a server with more of them is being scanned or faulty. */
const mostClients = 256;

/** Fields used from a SessionDiagnosticsDataType (OPC 10000-5, 12.12). */
interface SessionDiagnostics {
  readonly clientDescription: {
    readonly applicationUri?: string | null;
    readonly applicationName?: { readonly text?: string | null };
  };
}

/**
 * Reads state, build, namespaces, number of sessions and their clients, as far as the server permits it. What it does not permit
 * is omitted, and causes no change.
 */
export async function readServer(requester: Requester, size: BatchSize, signal: AbortSignal): Promise<Map<Subject, Facets>> {
  const answers = new Map<string, DataValue>();
  const values = await read(requester, Object.values(postureNodes).map(valueOf), size, signal);
  Object.keys(postureNodes).forEach((name, i) => {
    const value = values[i];
    if (value?.statusCode.isGood() === true) answers.set(name, value);
  });
  const value = (name: keyof typeof postureNodes): unknown => answers.get(name)?.value?.value;
  const subjects = new Map<Subject, Facets>();
  const state = value('state');
  if (typeof state === 'number') subjects.set('server-state', { state: ServerState[state] ?? String(state) });
  const startTime = value('startTime');
  if (startTime instanceof Date) subjects.set('start-time', { time: startTime.toISOString() });
  const build = buildOf(value);
  if (Object.keys(build).length > 0) subjects.set('build', build);
  const namespaces = value('namespaces');
  if (Array.isArray(namespaces)) {
    subjects.set('namespaces', Object.fromEntries(namespaces.map((uri, index) => [String(index), String(uri)])));
  }
  const count = value('sessionCount');
  if (typeof count === 'number') subjects.set('sessions', { count: String(count) });
  const rejected = value('securityRejected');
  if (typeof rejected === 'number') subjects.set('rejected-sessions', { count: String(rejected) });
  const sessions = value('sessions');
  if (Array.isArray(sessions)) subjects.set('clients', clientsOf(sessions));
  return subjects;
}

function buildOf(value: (name: keyof typeof postureNodes) => unknown): Facets {
  // Without the build date: some servers, such as open62541, return their start time for it.
  const names = ['manufacturer', 'product', 'productUri', 'softwareVersion', 'buildNumber'] as const;
  return Object.fromEntries(
    names.flatMap((name) => {
      const text = value(name);
      return typeof text === 'string' && text !== '' ? [[name, text]] : [];
    }),
  );
}

function clientsOf(sessions: readonly unknown[]): Facets {
  const counts = new Map<string, number>();
  for (const { clientDescription } of sessions.slice(0, mostClients) as readonly Partial<SessionDiagnostics>[]) {
    const name = clientDescription?.applicationUri ?? clientDescription?.applicationName?.text ?? 'a client without a name';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].map(([name, count]) => [name, String(count)]));
}

/** Reads the endpoints of the server: policy, mode and the user token kinds of each. */
export async function readEndpoints(requester: Requester, endpointUrl: string, signal: AbortSignal): Promise<Facets> {
  const { endpoints } = await sendFor(requester, new GetEndpointsRequest({ endpointUrl }), GetEndpointsResponse, signal);
  return endpointFacets(endpoints ?? []);
}

function endpointFacets(endpoints: readonly EndpointDescription[]): Facets {
  const tokens = new Map<string, Set<string>>();
  for (const { securityPolicyUri, securityMode, userIdentityTokens } of endpoints) {
    const policy = /#(\w+)$/.exec(securityPolicyUri ?? '')?.[1] ?? securityPolicyUri ?? '';
    const key = `${policy} ${MessageSecurityMode[securityMode] ?? securityMode}`;
    const known = tokens.get(key) ?? new Set();
    for (const { tokenType } of userIdentityTokens ?? []) known.add(UserTokenType[tokenType] ?? String(tokenType));
    tokens.set(key, known);
  }
  return Object.fromEntries([...tokens].map(([key, kinds]) => [key, [...kinds].toSorted().join(', ')]));
}

const signed = [AttributeIds.BrowseName, AttributeIds.DataType, AttributeIds.ValueRank, AttributeIds.AccessLevel] as const;
/** CurrentWrite bit of AccessLevel (OPC 10000-3, 8.57). */
const currentWrite = 0x02;

/**
 * Reads the signature of each watched node: NodeId, browse name, data type, value rank and access level as one line. A missing
 * node has the StatusCode instead.
 * @param nodes by the names that events show
 */
export async function readSignature(
  requester: Requester,
  nodes: ReadonlyMap<string, Resolved>,
  size: BatchSize,
  signal: AbortSignal,
): Promise<Facets> {
  const attributes = [...nodes.values()].flatMap((node) =>
    'nodeId' in node ? signed.map((attributeId) => ({ nodeId: node.nodeId, attributeId })) : [],
  );
  const values = await read(requester, attributes, size, signal);
  let at = 0;
  const facets: Record<string, string> = {};
  for (const [name, node] of nodes) {
    if ('quality' in node) facets[name] = qualityName(node.quality);
    else {
      facets[name] = `${node.nodeId.toString()} ${signatureOf(values.slice(at, at + signed.length))}`;
      at += signed.length;
    }
  }
  return facets;
}

function signatureOf([name, type, rank, access]: readonly (DataValue | undefined)[]): string {
  if (name === undefined || !name.statusCode.isGood()) return name?.statusCode.name ?? 'unread';
  const text = (value: DataValue | undefined): string => String(value?.value?.value ?? '?');
  const level: unknown = access?.value?.value;
  const rights = typeof level === 'number' ? `access ${level}${(level & currentWrite) === 0 ? '' : ' writable'}` : 'access ?';
  return `${text(name)} type ${text(type)} rank ${text(rank)} ${rights}`;
}
