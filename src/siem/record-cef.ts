import { isIP } from 'node:net';
import type { SecurityRecord } from '../core/security-record.ts';
import { type CefField, cefLine, labelled } from './cef.ts';
import { product } from './event.ts';
import { activityOf, meaningOf } from './record-meaning.ts';

/** Severities of CEF: a refused act or connection is above the rest. */
const failedSeverity = 3;
const usualSeverity = 1;

/** A record in ArcSight Common Event Format, version 0. The signature is its kind. */
export function cefRecord(record: SecurityRecord): string {
  const { id, stream, time, kind, text, site, act, traffic } = record;
  const failed = stream === 'audit' ? meaningOf(record).failed : [4, 5].includes(activityOf(record).id);
  const address = act?.address ?? traffic?.client;
  const fields: readonly CefField[] = [
    ['rt', Math.round(time)],
    ['act', kind],
    ['cat', stream],
    ['outcome', failed ? 'failure' : 'success'],
    ['msg', text],
    ['src', address !== undefined && isIP(address) !== 0 ? address : undefined],
    ['dst', isIP(traffic?.server ?? '') === 0 ? undefined : traffic?.server],
    ['dpt', (traffic?.port ?? 0) === 0 ? undefined : traffic?.port],
    ['dhost', traffic?.device],
    ['app', traffic?.protocol],
    ['suser', act?.user],
    ['spriv', act?.role],
    ['reason', act?.reason],
    ...labelled('cs1', 'object', act?.object ?? ''),
    ...labelled('cs2', 'before', act?.before ?? ''),
    ...labelled('cs3', 'after', act?.after ?? ''),
    ...labelled('cs4', 'operation', traffic?.operation ?? ''),
    ...labelled('flexString1', 'delivery', id),
    ...labelled('flexString2', 'site', site),
  ];
  const name = `${stream === 'audit' ? 'Audit' : 'Network'}: ${kind}`;
  return cefLine([product.vendor, product.name, product.version, kind, name], failed ? failedSeverity : usualSeverity, fields);
}
