import { z } from 'zod';
import type { FeedSettings, RefusedIndicator } from '../core/feed.ts';
import { isGlobalAddress } from '../siem/index.ts';
import { type AddressRange, firstAddress, parseRange } from './address-range.ts';
import type { Indicator, Match } from './indicator.ts';
import { feedLimits as most } from './limits.ts';
import type { OwnAddresses } from './own-addresses.ts';
import { certificateMatch, parsePattern } from './stix-pattern.ts';

/** Smallest prefixes: a larger block has innocent neighbours. */
const leastPrefix = { 4: 16, 6: 48 } as const;

/** Receives each indicator of a file, and each that cannot be used. */
export interface FeedReceiver {
  take(indicator: Indicator): void;
  refuse(refused: RefusedIndicator): void;
}

export interface ParseOptions extends Pick<FeedSettings, 'name' | 'maxAgeMs' | 'allowPrivate'> {
  /** Addresses of the plant's own devices. */
  readonly own: OwnAddresses;
}

const id = z.string().min(1).max(most.id);
const time = z.string().max(most.time);
// longer ones are cut
const name = z.string();
const stixIndicator = z.looseObject({
  id,
  name: name.optional(),
  pattern: z.string().max(most.pattern),
  pattern_type: z.string().max(most.value).optional(),
  valid_from: time.optional(),
  valid_until: time.optional(),
  created: time.optional(),
  modified: time.optional(),
  revoked: z.boolean().optional(),
});
const attribute = z
  .looseObject({
    uuid: id,
    type: z.string().max(most.value),
    value: z.string().max(most.pattern),
    comment: name.optional(),
    to_ids: z.boolean().optional(),
    deleted: z.boolean().optional(),
    timestamp: z.union([time, z.number()]).optional(),
  })
  .refine(({ type, value }) => type === 'stix2-pattern' || value.length <= most.value, {
    path: ['value'],
    message: `Too big: at most ${most.value} characters`,
  });

/**
 * Passes on the indicators of a STIX 2.1 bundle or of events of MISP. An object that is not as it should be is refused by its id or its
 * position, and the others are used.
 * @throws SyntaxError if the text is no JSON, Error if it is neither
 */
export function parseFeed(content: string, options: ParseOptions, receiver: FeedReceiver): void {
  for (const found of entriesOf(JSON.parse(content))) {
    const reason =
      found.matches === undefined ? found.reason : found.matches.map((match) => refusal(match, options)).find(Boolean);
    if (reason !== undefined) receiver.refuse({ id: found.id, reason });
    else for (const match of found.matches ?? []) receiver.take(indicatorOf(found, match, options));
  }
}

function entriesOf(json: unknown): Iterable<Entry> {
  if (isObject(json)) {
    const { type, objects, Event: event, response } = json;
    if (type === 'bundle' && Array.isArray(objects)) return stixEntries(objects);
    if (isObject(event)) return mispEntries([json]);
    if (Array.isArray(response)) return mispEntries(response);
  }
  throw new Error('it is neither a STIX bundle nor an event of MISP');
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

interface Entry {
  readonly id: string;
  readonly name: string;
  readonly matches: readonly Match[] | undefined;
  /** Reason why there are no matches. */
  readonly reason: string;
  readonly statedAt: number;
  readonly from: number;
  /** NaN if it states none. */
  readonly until: number;
}

const notObservable = 'its pattern has nothing that can be observed here';

function* stixEntries(objects: readonly unknown[]): Generator<Entry> {
  for (const [i, one] of objects.entries()) {
    const position = `object ${i + 1}`;
    if (!isObject(one) || typeof one['type'] !== 'string') {
      yield bad(position, 'it is no object of STIX');
      continue;
    }
    if (one['type'] !== 'indicator') continue;
    const { success, data, error } = stixIndicator.safeParse(one);
    if (!success) {
      yield bad(idOf(one['id'], position), faultOf(error));
      continue;
    }
    if (data.revoked === true) continue;
    const from = timeOf(data.valid_from, 0);
    const matches = (data.pattern_type ?? 'stix') === 'stix' ? parsePattern(data.pattern) : undefined;
    const statedAt = timeOf(data.modified ?? data.created, from);
    yield {
      id: data.id,
      name: data.name ?? data.pattern,
      matches,
      reason: notObservable,
      statedAt,
      from,
      until: timeOf(data.valid_until, Number.NaN),
    };
  }
}

/** An entry that cannot be used. */
const bad = (refusedId: string, reason: string): Entry => ({
  id: refusedId,
  name: '',
  matches: undefined,
  reason,
  statedAt: 0,
  from: 0,
  until: Number.NaN,
});

/** An id that can be shown, or the position of the object. */
const idOf = (stated: unknown, position: string): string =>
  typeof stated === 'string' && stated !== '' ? shortened(stated, most.id) : position;

const shortened = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

/** The first wrong property of an object, as part of a sentence. */
function faultOf({ issues }: z.ZodError): string {
  const { path = [], code, message = '' } = issues[0] ?? {};
  const property = path.join('.');
  if (code === 'too_big' || message.startsWith('Too big')) return `its ${property} is too long`;
  return message.endsWith('received undefined') ? `its ${property} is missing` : `its ${property} cannot be used`;
}

function* mispEntries(events: readonly unknown[]): Generator<Entry> {
  for (const [i, one] of events.entries()) {
    const event = isObject(one) ? one['Event'] : undefined;
    const position = events.length === 1 ? '' : `event ${i + 1}, `;
    if (!isObject(event)) {
      yield bad(`event ${i + 1}`, 'it is no event of MISP');
      continue;
    }
    const { info, Attribute: own, Object: objects } = event;
    const title = typeof info === 'string' ? info : '';
    yield* attributesOf(own, title, position);
    if (objects !== undefined && !Array.isArray(objects)) yield bad(`${position}Object`, 'it is no list');
    for (const [j, object] of (Array.isArray(objects) ? (objects as unknown[]) : []).entries()) {
      const place = `${position}object ${j + 1}`;
      if (isObject(object)) yield* attributesOf(object['Attribute'], title, `${place}, `);
      else yield bad(place, 'it is no object of MISP');
    }
  }
}

function* attributesOf(attributes: unknown, title: string, position: string): Generator<Entry> {
  if (attributes === undefined) return;
  if (!Array.isArray(attributes)) {
    yield bad(`${position}Attribute`, 'it is no list');
    return;
  }
  for (const [i, one] of (attributes as unknown[]).entries()) {
    const { success, data, error } = attribute.safeParse(one);
    if (!success) {
      const place = `${position}attribute ${i + 1}`;
      yield isObject(one) ? bad(idOf(one['uuid'], place), faultOf(error)) : bad(place, 'it is no attribute');
      continue;
    }
    // an attribute that is not for detection is context
    if (data.to_ids !== true || data.deleted === true) continue;
    const statedAt = Number(data.timestamp ?? 0) * 1_000;
    const named = [title, data.comment].filter(Boolean).join(', ') || data.value;
    yield {
      id: data.uuid,
      name: named,
      matches: mispMatches(data),
      reason: notObservable,
      statedAt: Number.isFinite(statedAt) ? statedAt : 0,
      from: 0,
      until: Number.NaN,
    };
  }
}

function mispMatches({ type, value }: { readonly type: string; readonly value: string }): readonly Match[] | undefined {
  switch (type) {
    case 'ip-src':
    case 'ip-dst':
    case 'ip-src|port':
    case 'ip-dst|port': {
      const range = parseRange(value.split('|')[0] ?? '');
      return range === undefined ? undefined : [{ kind: 'address', range }];
    }
    case 'x509-fingerprint-sha1': {
      const match = certificateMatch(value);
      return match === undefined ? undefined : [match];
    }
    case 'stix2-pattern':
      return parsePattern(value);
    default:
      return undefined;
  }
}

/** Reason why a sign must not be used; undefined if it may. */
function refusal(match: Match, { allowPrivate, own }: ParseOptions): string | undefined {
  if (match.kind !== 'address') return undefined;
  const { range } = match;
  const first = firstAddress(range);
  const shown = `${first}/${range.prefix}`;
  if (range.prefix < leastPrefix[range.version])
    return `${shown} is too broad: at least /${leastPrefix[range.version]} is required`;
  if (!isGlobal(range) && !allowPrivate) return `${shown} is in a private network; allowPrivate permits such addresses`;
  const device = own.within(range);
  return device === undefined ? undefined : `${shown} contains ${device}, a device of this plant`;
}

const isGlobal = (range: AddressRange): boolean => isGlobalAddress(firstAddress(range));

function indicatorOf(
  { id: ofEntry, name: ofIndicator, statedAt, from, until }: Entry,
  match: Match,
  { name: feed, maxAgeMs }: ParseOptions,
): Indicator {
  const end = Number.isNaN(until) ? statedAt + maxAgeMs : until;
  return { id: ofEntry, feed, name: shortened(ofIndicator, most.name), match, statedAt, from, until: end };
}

function timeOf(value: string | undefined, otherwise: number): number {
  const parsed = value === undefined ? Number.NaN : Date.parse(value);
  return Number.isNaN(parsed) ? otherwise : parsed;
}
