import {
  bytes,
  expandedNodeId,
  extensionObject,
  f64,
  flag,
  nodeId,
  qualifiedName,
  secret,
  text,
  time,
  u8,
  u32,
} from './builtin.ts';
import { list, type Read, struct } from './reader.ts';
import type { ServiceName } from './services.ts';
import { applicationDescription, monitoringParameters, readValueId, registeredServer, signature } from './structures.ts';
import { dataValue, variant } from './variant.ts';

/** Body after the request header, by service (OPC 10000-4, clause 5). Only the names of other services are reported. */
export const requests = {
  OpenSecureChannel: struct({ protocolVersion: u32, renew: u32, securityMode: u32, nonce: secret, lifetimeMs: u32 }),
  CloseSecureChannel: struct({}),
  FindServers: struct({ endpointUrl: text, localeIds: list(text), serverUris: list(text) }),
  FindServersOnNetwork: struct({ startingRecordId: u32, maxRecords: u32, capabilities: list(text) }),
  GetEndpoints: struct({ endpointUrl: text, localeIds: list(text), profileUris: list(text) }),
  RegisterServer: struct({ server: registeredServer }),
  RegisterServer2: struct({ server: registeredServer, configuration: list(extensionObject) }),
  CreateSession: struct({
    client: applicationDescription,
    serverUri: text,
    endpointUrl: text,
    sessionName: text,
    nonce: secret,
    certificate: bytes,
    timeoutMs: f64,
    maxResponseMessageSize: u32,
  }),
  ActivateSession: struct({
    clientSignature: signature,
    softwareCertificates: list(struct({ data: bytes, signature: bytes })),
    localeIds: list(text),
    token: extensionObject,
    tokenSignature: signature,
  }),
  CloseSession: struct({ deleteSubscriptions: flag }),
  Cancel: struct({ requestHandle: u32 }),
  AddNodes: struct({
    nodes: list(
      struct({
        parent: expandedNodeId,
        referenceType: nodeId,
        node: expandedNodeId,
        browseName: qualifiedName,
        nodeClass: u32,
        attributes: extensionObject,
        typeDefinition: expandedNodeId,
      }),
    ),
  }),
  AddReferences: struct({
    references: list(
      struct({ source: nodeId, type: nodeId, forward: flag, serverUri: text, target: expandedNodeId, targetClass: u32 }),
    ),
  }),
  DeleteNodes: struct({ nodes: list(struct({ node: nodeId, deleteReferences: flag })) }),
  DeleteReferences: struct({
    references: list(struct({ source: nodeId, type: nodeId, forward: flag, target: expandedNodeId, bidirectional: flag })),
  }),
  Browse: struct({
    view: struct({ node: nodeId, timestamp: time, version: u32 }),
    maxReferences: u32,
    nodes: list(struct({ node: nodeId, direction: u32, referenceType: nodeId, subtypes: flag, classMask: u32, resultMask: u32 })),
  }),
  BrowseNext: struct({ release: flag, continuationPoints: list(bytes) }),
  TranslateBrowsePathsToNodeIds: struct({
    paths: list(
      struct({
        start: nodeId,
        elements: list(struct({ referenceType: nodeId, inverse: flag, subtypes: flag, name: qualifiedName })),
      }),
    ),
  }),
  RegisterNodes: struct({ nodes: list(nodeId) }),
  UnregisterNodes: struct({ nodes: list(nodeId) }),
  Read: struct({ maxAge: f64, timestamps: u32, nodes: list(readValueId) }),
  HistoryRead: struct({
    details: extensionObject,
    timestamps: u32,
    release: flag,
    nodes: list(struct({ node: nodeId, range: text, encoding: qualifiedName, continuationPoint: bytes })),
  }),
  Write: struct({ nodes: list(struct({ node: nodeId, attribute: u32, range: text, value: dataValue })) }),
  HistoryUpdate: struct({ details: list(extensionObject) }),
  Call: struct({ methods: list(struct({ object: nodeId, method: nodeId, inputs: list(variant) })) }),
  CreateMonitoredItems: struct({
    subscription: u32,
    timestamps: u32,
    items: list(struct({ target: readValueId, mode: u32, parameters: monitoringParameters })),
  }),
  ModifyMonitoredItems: struct({
    subscription: u32,
    timestamps: u32,
    items: list(struct({ item: u32, parameters: monitoringParameters })),
  }),
  SetMonitoringMode: struct({ subscription: u32, mode: u32, items: list(u32) }),
  SetTriggering: struct({ subscription: u32, triggeringItem: u32, add: list(u32), remove: list(u32) }),
  DeleteMonitoredItems: struct({ subscription: u32, items: list(u32) }),
  CreateSubscription: struct({
    publishingMs: f64,
    lifetimeCount: u32,
    keepAliveCount: u32,
    maxNotifications: u32,
    publishing: flag,
    priority: u8,
  }),
  ModifySubscription: struct({
    subscription: u32,
    publishingMs: f64,
    lifetimeCount: u32,
    keepAliveCount: u32,
    maxNotifications: u32,
    priority: u8,
  }),
  SetPublishingMode: struct({ publishing: flag, subscriptions: list(u32) }),
  Publish: struct({ acknowledged: list(struct({ subscription: u32, sequenceNumber: u32 })) }),
  Republish: struct({ subscription: u32, sequenceNumber: u32 }),
  TransferSubscriptions: struct({ subscriptions: list(u32), sendInitialValues: flag }),
  DeleteSubscriptions: struct({ subscriptions: list(u32) }),
} satisfies Partial<Record<ServiceName, Read<unknown>>>;

type Requests = typeof requests;

/** A decoded request with the name of its service. */
export type Request = { [N in keyof Requests]: { readonly name: N; readonly body: ReturnType<Requests[N]> } }[keyof Requests];

/** NodeIds that a request touches, at most 1000; undefined for services that touch none. */
export function nodesOf(request: Request): readonly string[] | undefined {
  switch (request.name) {
    case 'Browse':
    case 'Read':
    case 'HistoryRead':
    case 'Write':
    case 'DeleteNodes':
      return request.body.nodes.items.map(({ node }) => node);
    case 'AddNodes':
      return request.body.nodes.items.map(({ parent }) => parent);
    case 'CreateMonitoredItems':
      return request.body.items.items.map(({ target }) => target.node);
    case 'Call':
      return request.body.methods.items.map(({ method }) => method);
    case 'TranslateBrowsePathsToNodeIds':
      return request.body.paths.items.map(({ start }) => start);
    case 'RegisterNodes':
      return request.body.nodes.items;
    default:
      return undefined;
  }
}
