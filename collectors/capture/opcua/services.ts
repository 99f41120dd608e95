/** Encodings of each service's request and response, which identify a message: NodeIds of namespace 0 (OPC 10000-6, A.1). */
const encodings = {
  FindServers: [422, 425],
  GetEndpoints: [428, 431],
  RegisterServer: [437, 440],
  OpenSecureChannel: [446, 449],
  CloseSecureChannel: [452, 455],
  CreateSession: [461, 464],
  ActivateSession: [467, 470],
  CloseSession: [473, 476],
  Cancel: [479, 482],
  AddNodes: [488, 491],
  AddReferences: [494, 497],
  DeleteNodes: [500, 503],
  DeleteReferences: [506, 509],
  Browse: [527, 530],
  BrowseNext: [533, 536],
  TranslateBrowsePathsToNodeIds: [554, 557],
  RegisterNodes: [560, 563],
  UnregisterNodes: [566, 569],
  QueryFirst: [615, 618],
  QueryNext: [621, 624],
  Read: [631, 634],
  HistoryRead: [664, 667],
  Write: [673, 676],
  HistoryUpdate: [700, 703],
  Call: [712, 715],
  CreateMonitoredItems: [751, 754],
  ModifyMonitoredItems: [763, 766],
  SetMonitoringMode: [769, 772],
  SetTriggering: [775, 778],
  DeleteMonitoredItems: [781, 784],
  CreateSubscription: [787, 790],
  ModifySubscription: [793, 796],
  SetPublishingMode: [799, 802],
  Publish: [826, 829],
  Republish: [832, 835],
  TransferSubscriptions: [841, 844],
  DeleteSubscriptions: [847, 850],
  FindServersOnNetwork: [12208, 12209],
  RegisterServer2: [12211, 12212],
  SessionlessInvoke: [15903, 21001],
} as const satisfies Readonly<Record<string, readonly [request: number, response: number]>>;

export type ServiceName = keyof typeof encodings;

/** Service of a message, from the NodeId at its beginning. */
export interface Service {
  /** Name of the service, `ServiceFault`, or `service i=NNN` for a non-standard one. */
  readonly operation: string;
  /** Undefined for a non-standard service. */
  readonly name: ServiceName | undefined;
  readonly kind: 'request' | 'response' | 'other';
}

export const serviceFault: Service = { operation: 'ServiceFault', name: undefined, kind: 'response' };

const byId = new Map<string, Service>([['i=397', serviceFault]]);
for (const [name, [request, response]] of Object.entries(encodings) as [ServiceName, readonly [number, number]][]) {
  byId.set(`i=${request}`, { operation: name, name, kind: 'request' });
  byId.set(`i=${response}`, { operation: name, name, kind: 'response' });
}

/** Service of the standard with this encoding NodeId, or undefined. */
export const standardService = (type: string): Service | undefined => byId.get(type);

/** Service with this encoding NodeId. */
export const serviceOf = (type: string): Service =>
  byId.get(type) ?? { operation: `service ${type}`, name: undefined, kind: 'other' };

/** NodeId of the encoding of a service's request or response. */
export const encodingOf = (name: ServiceName, kind: 'request' | 'response'): number =>
  encodings[name][kind === 'request' ? 0 : 1];
