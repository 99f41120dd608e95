import { type Identity, identityOf, type Posture } from './posture.ts';
import { Reader } from './reader.ts';
import type { Request } from './requests.ts';
import { dataChange, dataChangeType, type Response, resultsOf } from './responses.ts';
import { isRefusal } from './status.ts';
import type { ExtensionObject } from './builtin.ts';
import { type Scalar, scalarOf } from './variant.ts';
import { callsOf, type Changes, type ChangeSink, reportChanges, valueAttribute, writesOf } from './writes.ts';

/** Parts of a request that are needed to interpret its response. A node is undefined unless its whole value was requested. */
export type Kept =
  | Changes
  | { readonly kind: 'read'; readonly nodes: readonly (string | undefined)[] }
  | {
      readonly kind: 'items';
      readonly subscription: number;
      readonly items: readonly { readonly handle: number; readonly node: string | undefined }[];
    }
  | { readonly kind: 'nodes'; readonly nodes: readonly string[] }
  | { readonly kind: 'paths'; readonly paths: readonly (string | undefined)[] }
  | { readonly kind: 'subscription'; readonly subscription: number }
  | { readonly kind: 'identity'; readonly identity: Identity };

/** Variable NamespaceArray of the Server object, and the Objects folder. */
const namespaceArray = 'i=2255';
const objectsFolder = 'i=85';
/** Value of a browse path that was resolved completely. */
const wholePath = 0xffffffff;

const modes = ['', 'None', 'Sign', 'SignAndEncrypt'] as const;

/** NodeId if the request concerns its whole value. */
const valueNode = ({ node, attribute, range }: { readonly node: string; readonly attribute: number; readonly range: string }) =>
  attribute === valueAttribute && range === '' ? node : undefined;

/** Evaluates a request, and returns the parts that are needed to interpret its response. */
export function remember(request: Request, posture: Posture, sink: ChangeSink): Kept | undefined {
  switch (request.name) {
    case 'OpenSecureChannel':
      posture.mode = modes[request.body.securityMode] ?? '';
      return undefined;
    case 'CreateSession':
      posture.applicationUri = request.body.client.applicationUri.slice(0, 200);
      posture.client(request.body.certificate);
      return undefined;
    case 'ActivateSession':
      return { kind: 'identity', identity: identityOf(request.body.token) };
    case 'Write':
      return writesOf(request, sink.seen);
    case 'Call':
      return callsOf(request);
    case 'Read':
      return {
        kind: 'read',
        nodes: request.body.nodes.items.map((item) => valueNode(item)).map((node) => node && sink.seen.nodeOf(node)),
      };
    case 'CreateMonitoredItems': {
      const items = request.body.items.items.map(({ target, parameters }) => {
        const node = valueNode(target);
        return { handle: parameters.clientHandle, node: node && sink.seen.nodeOf(node) };
      });
      return { kind: 'items', subscription: request.body.subscription, items };
    }
    case 'RegisterNodes':
      return { kind: 'nodes', nodes: request.body.nodes.items };
    case 'TranslateBrowsePathsToNodeIds':
      return {
        kind: 'paths',
        paths: request.body.paths.items.map(({ start, elements }) =>
          start === objectsFolder ? elements.items.map(({ name }) => `/${name}`).join('') : undefined,
        ),
      };
    case 'Republish':
      return { kind: 'subscription', subscription: request.body.subscription };
    default:
      return undefined;
  }
}

/**
 * Evaluates a response, and reports the changes that it confirms or rejects.
 * @param kept parts of its request; undefined if the request was not seen
 * @param response undefined if the whole request was rejected
 */
export function settle(kept: Kept | undefined, response: Response | undefined, posture: Posture, sink: ChangeSink): void {
  if (kept?.kind === 'changes') {
    reportChanges(kept, response === undefined, response === undefined ? [] : resultsOf(response.body), sink);
    return;
  }
  if (response === undefined) return;
  const { device, seen, points } = sink;
  switch (response.name) {
    case 'ActivateSession':
      if (kept?.kind === 'identity') posture.identity = kept.identity;
      return;
    case 'Read': {
      if (kept?.kind !== 'read') return;
      const values: NodeValue[] = [];
      response.body.results.items.forEach(({ value, status }, row) => {
        const node = kept.nodes[row];
        if (node === undefined || value === undefined || isRefusal(status)) return;
        values.push([node, scalarOf(value)]);
        if (node === namespaceArray) points.namespaces(device, value.items);
      });
      learn('Read', values, sink);
      return;
    }
    case 'CreateMonitoredItems':
      if (kept?.kind !== 'items') return;
      response.body.results.items.forEach(({ status }, row) => {
        const item = kept.items[row];
        if (item?.node !== undefined && !isRefusal(status)) seen.setItem(kept.subscription, item.handle, item.node);
      });
      return;
    case 'RegisterNodes':
      if (kept?.kind !== 'nodes') return;
      response.body.nodes.items.forEach((alias, row) => {
        const node = kept.nodes[row];
        if (node !== undefined && alias !== node) seen.setAlias(alias, node);
      });
      return;
    case 'TranslateBrowsePathsToNodeIds':
      if (kept?.kind !== 'paths') return;
      response.body.results.items.forEach(({ status, targets }, row) => {
        const [path, target] = [kept.paths[row], targets.items[0]];
        if (path === undefined || target?.remaining !== wholePath || isRefusal(status)) return;
        points.path(device, path, target.node);
      });
      return;
    case 'Publish':
      learn('Publish', notified(response.body.subscription, response.body.notification.notificationData.items, sink), sink);
      return;
    case 'Republish':
      // values of an earlier message: they are no present readings
      if (kept?.kind !== 'subscription') return;
      for (const [node, value] of notified(kept.subscription, response.body.notification.notificationData.items, sink))
        seen.setValue(node, value);
      return;
    default:
  }
}

/** Value of a node in a response. */
type NodeValue = readonly [node: string, value: Scalar];

function learn(operation: string, values: readonly NodeValue[], sink: ChangeSink): void {
  for (const [node, value] of values) sink.seen.setValue(node, value);
  if (values.length > 0) sink.answered(operation, values);
}

function notified(subscription: number, notifications: readonly ExtensionObject[], { seen }: ChangeSink): NodeValue[] {
  return notifications
    .filter(({ type }) => type === dataChangeType)
    .flatMap(({ body }) => dataChange(new Reader(body)).items.items)
    .flatMap(({ handle, value }): NodeValue[] => {
      const node = seen.item(subscription, handle);
      return node === undefined || value.value === undefined || isRefusal(value.status) ? [] : [[node, scalarOf(value.value)]];
    });
}
