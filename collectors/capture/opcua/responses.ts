import {
  bytes,
  diagnosticInfo,
  expandedNodeId,
  extensionObject,
  f64,
  flag,
  localizedText,
  nodeId,
  qualifiedName,
  secret,
  text,
  time,
  u32,
} from './builtin.ts';
import { list, type Read, struct } from './reader.ts';
import type { ServiceName } from './services.ts';
import { applicationDescription, endpointDescription, notificationMessage, signature } from './structures.ts';
import { dataValue, variant } from './variant.ts';

/** OPC 10000-4, 7.33: `status` is the result of the whole request. */
export const responseHeader = struct({
  timestamp: time,
  requestHandle: u32,
  status: u32,
  diagnostics: diagnosticInfo,
  stringTable: list(text),
  additionalHeader: extensionObject,
});

const diagnostics = list(diagnosticInfo);
/** One StatusCode for each requested operation. */
const statuses = struct({ results: list(u32), diagnostics });

const browsed = struct({
  results: list(
    struct({
      status: u32,
      continuationPoint: bytes,
      references: list(
        struct({
          type: nodeId,
          forward: flag,
          node: expandedNodeId,
          browseName: qualifiedName,
          displayName: localizedText,
          nodeClass: u32,
          typeDefinition: expandedNodeId,
        }),
      ),
    }),
  ),
  diagnostics,
});

/** Body after the response header of a service that was not rejected as a whole. */
export const responses = {
  OpenSecureChannel: struct({
    protocolVersion: u32,
    channel: u32,
    token: u32,
    createdAt: time,
    lifetimeMs: u32,
    nonce: secret,
  }),
  FindServers: struct({ servers: list(applicationDescription) }),
  FindServersOnNetwork: struct({
    lastReset: time,
    servers: list(struct({ recordId: u32, serverName: text, discoveryUrl: text, capabilities: list(text) })),
  }),
  GetEndpoints: struct({ endpoints: list(endpointDescription) }),
  RegisterServer: struct({}),
  RegisterServer2: statuses,
  CreateSession: struct({
    session: nodeId,
    authenticationToken: (from): undefined => {
      nodeId(from);
      return undefined;
    },
    timeoutMs: f64,
    nonce: secret,
    certificate: bytes,
    endpoints: list(endpointDescription),
    softwareCertificates: list(struct({ data: bytes, signature: bytes })),
    signature,
    maxRequestMessageSize: u32,
  }),
  ActivateSession: struct({ nonce: secret, results: list(u32), diagnostics }),
  CloseSession: struct({}),
  Cancel: struct({ cancelled: u32 }),
  AddNodes: struct({ results: list(struct({ status: u32, node: nodeId })), diagnostics }),
  AddReferences: statuses,
  DeleteNodes: statuses,
  DeleteReferences: statuses,
  Browse: browsed,
  BrowseNext: browsed,
  TranslateBrowsePathsToNodeIds: struct({
    results: list(struct({ status: u32, targets: list(struct({ node: expandedNodeId, remaining: u32 })) })),
    diagnostics,
  }),
  RegisterNodes: struct({ nodes: list(nodeId) }),
  UnregisterNodes: struct({}),
  Read: struct({ results: list(dataValue), diagnostics }),
  HistoryRead: struct({
    results: list(struct({ status: u32, continuationPoint: bytes, history: extensionObject })),
    diagnostics,
  }),
  Write: statuses,
  HistoryUpdate: struct({
    results: list(struct({ status: u32, operations: list(u32), diagnostics })),
    diagnostics,
  }),
  Call: struct({
    results: list(struct({ status: u32, inputs: list(u32), diagnostics, outputs: list(variant) })),
    diagnostics,
  }),
  CreateMonitoredItems: struct({
    results: list(struct({ status: u32, item: u32, samplingMs: f64, queueSize: u32, filterResult: extensionObject })),
    diagnostics,
  }),
  ModifyMonitoredItems: struct({
    results: list(struct({ status: u32, samplingMs: f64, queueSize: u32, filterResult: extensionObject })),
    diagnostics,
  }),
  SetMonitoringMode: statuses,
  SetTriggering: struct({ results: list(u32), diagnostics, removed: list(u32), removedDiagnostics: diagnostics }),
  DeleteMonitoredItems: statuses,
  CreateSubscription: struct({ subscription: u32, publishingMs: f64, lifetimeCount: u32, keepAliveCount: u32 }),
  ModifySubscription: struct({ publishingMs: f64, lifetimeCount: u32, keepAliveCount: u32 }),
  SetPublishingMode: statuses,
  Publish: struct({
    subscription: u32,
    available: list(u32),
    more: flag,
    notification: notificationMessage,
    /** Results of the acknowledgements; a bad one does not reject the request. */
    acknowledged: list(u32),
    diagnostics,
  }),
  Republish: struct({ notification: notificationMessage }),
  TransferSubscriptions: struct({ results: list(struct({ status: u32, available: list(u32) })), diagnostics }),
  DeleteSubscriptions: statuses,
} satisfies Partial<Record<ServiceName, Read<unknown>>>;

type Responses = typeof responses;

/** A decoded response with the name of its service. */
export type Response = { [N in keyof Responses]: { readonly name: N; readonly body: ReturnType<Responses[N]> } }[keyof Responses];

/** StatusCodes of the individual results of a response; empty if it has none. */
export function resultsOf(body: unknown): number[] {
  const { results } = body as { readonly results?: { readonly items: readonly (number | { readonly status: number })[] } };
  return (results?.items ?? []).map((result) => (typeof result === 'number' ? result : result.status));
}

/** A data change in Publish and Republish (OPC 10000-4, 7.25.2). */
export const dataChange = struct({ items: list(struct({ handle: u32, value: dataValue })), diagnostics });
/** NodeId of its encoding. */
export const dataChangeType = 'i=811';
