import { isIP } from 'node:net';
import type { RecordedAct, SecurityRecord } from '../core/security-record.ts';
import { product } from './event.ts';
import { jsonLine } from './json-line.ts';
import { type ActKind, activityOf, meaningOf } from './record-meaning.ts';

const version = '1.6.0';

/** Classes of OCSF 1.6. `entity` is the class of acts that concern neither sign-ins nor accounts. */
const classes: Readonly<Record<ActKind, readonly [uid: number, name: string]>> = {
  account: [3001, 'Account Change'],
  authentication: [3002, 'Authentication'],
  configuration: [3004, 'Entity Management'],
  access: [3005, 'User Access Management'],
};

/** A record as JSON of OCSF 1.6: 3001, 3002, 3004 or 3005 for an act, 4001 Network Activity for an event of the network. */
export const ocsfRecord = (record: SecurityRecord): string =>
  jsonLine(record.stream === 'audit' ? actOf(record) : networkActivity(record));

function base({ id, time, text, kind, stream, site }: SecurityRecord) {
  return {
    time: Math.round(time),
    message: text,
    metadata: {
      version,
      uid: id,
      log_name: stream,
      event_code: kind,
      product: { name: product.name, vendor_name: product.vendor, version: product.version },
    },
    unmapped: { site },
  };
}

function classOf(category: readonly [number, string], uid: number, name: string, activity: readonly [number, string]) {
  const [id, caption] = activity;
  return {
    category_uid: category[0],
    category_name: category[1],
    class_uid: uid,
    class_name: name,
    activity_id: id,
    activity_name: caption,
    type_uid: uid * 100 + id,
    type_name: `${name}: ${caption}`,
  };
}

function actOf(record: SecurityRecord) {
  const { kind, act } = record;
  const meaning = meaningOf(record);
  const [uid, name] = classes[meaning.kind];
  const severity = meaning.failed ? { severity_id: 2, severity: 'Low' } : { severity_id: 1, severity: 'Informational' };
  const status = meaning.failed ? { status_id: 2, status: 'Failure' } : { status_id: 1, status: 'Success' };
  const { unmapped, ...common } = base(record);
  const { role = 'monitor', user, address, object = '', before, after, reason } = act ?? ({} as Partial<RecordedAct>);
  const activity = act === undefined ? ([99, 'Records missing'] as const) : ([meaning.id, meaning.name] as const);
  // the account that the act concerns; a sign-in is that of its user
  const concerned = { name: object === '' ? (user ?? role) : object };
  const more = { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
  return {
    ...classOf([3, 'Identity & Access Management'], uid, name, activity),
    ...common,
    ...severity,
    ...status,
    ...(reason === undefined ? {} : { status_detail: reason }),
    actor: { user: { name: user ?? role, type: role, type_id: 99 } },
    ...(address === undefined ? {} : { src_endpoint: endpointOf(address) }),
    ...(meaning.kind === 'configuration'
      ? {
          entity: { name: object === '' ? kind : object, type: kind.split('.')[0] ?? kind },
          ...(reason === undefined ? {} : { comment: reason }),
        }
      : { user: concerned }),
    ...(meaning.kind === 'authentication' ? { service: { name: product.name } } : {}),
    ...(meaning.kind === 'access' ? { privileges: [after ?? before ?? 'none'] } : {}),
    unmapped: { ...unmapped, role, ...more },
  };
}

function networkActivity(record: SecurityRecord) {
  const { traffic, kind } = record;
  const { id, name } = activityOf(record);
  const { unmapped, ...common } = base(record);
  const { client, server, port = 0, protocol, device, operation, packets, bytes } = traffic ?? {};
  const target = { ...(server === undefined ? {} : endpointOf(server)), ...(port === 0 ? {} : { port }) };
  const flow = { ...(packets === undefined ? {} : { packets }), ...(bytes === undefined ? {} : { bytes }) };
  return {
    ...classOf([4, 'Network Activity'], 4001, 'Network Activity', [id, name]),
    ...common,
    severity_id: 1,
    severity: 'Informational',
    status_id: id === 4 || id === 5 ? 2 : 1,
    status: id === 4 || id === 5 ? 'Failure' : 'Success',
    src_endpoint: client === undefined ? { name: product.name } : endpointOf(client),
    ...(device === undefined && server === undefined
      ? {}
      : { dst_endpoint: { ...target, ...(device === undefined ? {} : { hostname: device }) } }),
    ...(protocol === undefined ? {} : { app_name: protocol }),
    connection_info: { direction_id: 0, direction: 'Unknown', ...transportOf(protocol) },
    ...(Object.keys(flow).length === 0 ? {} : { traffic: flow }),
    unmapped: { ...unmapped, kind, ...(operation === undefined || operation === '' ? {} : { operation }) },
  };
}

const transports: Readonly<Record<string, readonly [number, string]>> = {
  modbus: [6, 'tcp'],
  opcua: [6, 'tcp'],
  tcp: [6, 'tcp'],
  udp: [17, 'udp'],
  icmp: [1, 'icmp'],
};

function transportOf(protocol: string | undefined) {
  const [number, name] = transports[protocol ?? ''] ?? [];
  return number === undefined ? {} : { protocol_num: number, protocol_name: name };
}

/** A pseudonym of an address is a name. */
const endpointOf = (address: string) => (isIP(address) === 0 ? { name: address } : { ip: address });
