import type { Entry } from './entry.ts';
import { within } from './section.ts';

/** Sources of a node's defaults. */
export interface Parents {
  readonly group?: Entry;
}

export const fieldNameOf = (node: Entry): string => node.text('name', node.text('field_name'));

type Place = { readonly node: string } | { readonly namespaceUri: string; readonly id: string };

/** True for an address that a collector takes. */
export type IsAddress = (place: Place) => boolean;

/** Node id by namespace index or URI; undefined if it is incomplete. */
export function nodeOf(node: Entry, { group }: Parents, isAddress: IsAddress, lose: (what: string) => void): Place | undefined {
  const inherited = (key: string): string => {
    // The group is read even if the node has its own value, so that a default that only some nodes use counts as read.
    const [own, common] = [node.text(key), group?.text(key) ?? ''];
    return own || common;
  };
  const no = (why: string): undefined => {
    lose(why);
    return undefined;
  };
  const [whole, index, uri] = [node.text('id'), inherited('namespace'), inherited('namespace_uri')];
  const [type, identifier] = [inherited('identifier_type') || 's', node.text('identifier')];
  const checked = (place: Place): Place | undefined =>
    isAddress(place) ? place : no(`${Object.values(place).join(';')} is no NodeId`);
  if (whole !== '') {
    const [, namespaceUri, id] = /^nsu=([^;]+);(.+)$/.exec(whole) ?? [];
    return checked(namespaceUri === undefined || id === undefined ? { node: whole } : { namespaceUri, id });
  }
  if (identifier === '') return no('it has no identifier');
  // Telegraf refuses both, and neither. Any choice here could be the value of another node.
  if (index !== '' && uri !== '') return no('it has both a namespace and a namespace_uri');
  if (index === '' && uri === '') return no('it has neither a namespace nor a namespace_uri');
  return checked(uri === '' ? { node: `ns=${index};${type}=${identifier}` } : { namespaceUri: uri, id: `${type}=${identifier}` });
}

interface Deadband {
  readonly type: 'absolute' | 'percent';
  readonly value: number;
}

interface Watch {
  readonly scanMs: number;
  readonly samplingMs?: number;
  readonly queueSize?: number;
  readonly deadband?: Deadband;
}

/** Shortest scan period unless a sampling interval is set, ms. */
const leastScanMs = 100;

/** Sampling interval, queue and deadband of a node. */
export function watchOf(node: Entry, { group }: Parents, reportMs: number, lose: (what: string) => void): Watch {
  const params = node.table('monitoring_params');
  const [own, common] = [params.durationMs('sampling_interval'), group?.durationMs('sampling_interval')];
  const samplingMs = own || (common ?? own);
  const queueSize = params.number('queue_size');
  const deadband = deadbandOf(params.table('data_change_filter'), lose);
  // scadawatch's queue keeps the newest values, like Telegraf's default
  if (params.flag('discard_oldest') === false) lose('discard_oldest = false: the newest values are kept here');
  return {
    scanMs: samplingMs !== undefined && samplingMs >= 1 ? Math.round(samplingMs) : Math.max(leastScanMs, reportMs),
    // as fast as the server can
    ...(samplingMs !== undefined && samplingMs < 1 ? { samplingMs: 0 } : {}),
    ...(queueSize === undefined ? {} : { queueSize: within(queueSize, 1, 10_000, 'queue_size', lose) }),
    ...(deadband === undefined ? {} : { deadband }),
  };
}

function deadbandOf(filter: Entry, lose: (what: string) => void): Deadband | undefined {
  const trigger = filter.text('trigger', 'StatusValue');
  if (trigger !== 'StatusValue') lose(`trigger ${trigger}: each change of value or status is reported here`);
  const [type, value] = [filter.text('deadband_type', 'None'), filter.number('deadband_value')];
  if (type === 'None') return undefined;
  if (type !== 'Absolute' && type !== 'Percent') {
    lose(`deadband_type ${type} is not known`);
    return undefined;
  }
  // Telegraf: a negative value means no filter
  return value === undefined || value < 0 ? undefined : { type: type === 'Absolute' ? 'absolute' : 'percent', value };
}
