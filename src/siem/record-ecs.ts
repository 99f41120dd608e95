import { isIP } from 'node:net';
import type { SecurityRecord } from '../core/security-record.ts';
import { product } from './event.ts';
import { jsonLine } from './json-line.ts';
import { type ActKind, activityOf, meaningOf } from './record-meaning.ts';

const version = '9.1.0';

const categories: Readonly<Record<ActKind, string>> = {
  authentication: 'authentication',
  account: 'iam',
  access: 'iam',
  configuration: 'configuration',
};

/** A record as JSON of the Elastic Common Schema. What the schema has no field for is under `scadawatch`. */
export function ecsRecord(record: SecurityRecord): string {
  const { id, stream, time, kind, text, site, act, traffic } = record;
  const isAudit = stream === 'audit';
  const meaning = meaningOf(record);
  const failed = isAudit ? meaning.failed : [4, 5].includes(activityOf(record).id);
  const { client, server, port = 0, protocol, device, operation, packets, bytes } = traffic ?? {};
  const address = act?.address ?? client;
  return jsonLine({
    '@timestamp': new Date(time).toISOString(),
    ecs: { version },
    message: text,
    event: {
      kind: 'event',
      category: [isAudit ? categories[meaning.kind] : 'network'],
      type: act === undefined && traffic === undefined ? ['info'] : isAudit ? meaning.types : activityOf(record).types,
      action: kind,
      outcome: failed ? 'failure' : 'success',
      id,
      dataset: `scadawatch.${stream}`,
      ...(act?.reason === undefined ? {} : { reason: act.reason }),
    },
    observer: { vendor: product.vendor, product: product.name, version: product.version, type: isAudit ? 'monitor' : 'ids' },
    ...(address === undefined ? {} : { source: endpointOf(address), related: relatedOf(address) }),
    ...(server === undefined ? {} : { destination: { ...endpointOf(server), ...(port === 0 ? {} : { port }) } }),
    ...(device === undefined ? {} : { host: { name: device } }),
    ...(traffic === undefined
      ? {}
      : {
          network: {
            ...(protocol === undefined ? {} : { protocol }),
            ...(packets === undefined ? {} : { packets }),
            ...(bytes === undefined ? {} : { bytes }),
          },
        }),
    ...(act === undefined ? {} : { user: { name: act.user ?? act.role, roles: [act.role], ...targetOf(record) } }),
    labels: { site },
    scadawatch: {
      ...(act === undefined ? {} : { object: act.object, before: act.before, after: act.after }),
      ...(operation === undefined || operation === '' ? {} : { operation }),
    },
  });
}

/** The account that an act on accounts concerns. */
const targetOf = (record: SecurityRecord) =>
  categories[meaningOf(record).kind] === 'iam' && (record.act?.object ?? '') !== ''
    ? { target: { name: record.act?.object } }
    : {};

const endpointOf = (address: string) => ({ address, ...(isIP(address) === 0 ? {} : { ip: address }) });
const relatedOf = (address: string) => (isIP(address) === 0 ? { hosts: [address] } : { ip: [address] });
