import { z } from 'zod';
import type { FeedSettings, RefusedIndicator } from '../core/feed.ts';
import { isGlobalAddress } from '../siem/index.ts';
import { type AddressRange, firstAddress, isInRange, parseRange } from './address-range.ts';
import type { Indicator, Match } from './indicator.ts';
import { certificateMatch, parsePattern } from './stix-pattern.ts';

/** Entries between two pauses. */
const entriesAtOnce = 500;

/** Smallest prefixes: a larger block has innocent neighbours. */
const leastPrefix = { 4: 16, 6: 48 } as const;

/** Indicators of a file, and those that cannot be used. */
export interface Parsed {
  readonly indicators: readonly Indicator[];
  readonly refused: readonly RefusedIndicator[];
}

export interface ParseOptions extends Pick<FeedSettings, 'name' | 'maxAgeMs' | 'allowPrivate'> {
  /** Addresses of the plant's own devices. */
  readonly own: readonly string[];
}

const text = z.string();
const stixIndicator = z.looseObject({
  type: z.literal('indicator'),
  id: text,
  name: text.optional(),
  pattern: text,
  pattern_type: text.optional(),
  valid_from: text.optional(),
  valid_until: text.optional(),
  created: text.optional(),
  modified: text.optional(),
  revoked: z.boolean().optional(),
});
const attribute = z.looseObject({
  uuid: text,
  type: text,
  value: text,
  comment: text.optional(),
  to_ids: z.boolean().optional(),
  deleted: z.boolean().optional(),
  timestamp: z.union([text, z.number()]).optional(),
});
// each attribute is checked by itself, so that a large event does not block other work
const attributes = z.array(z.unknown());
const event = z.looseObject({
  info: text.optional(),
  Attribute: attributes.optional(),
  Object: z.array(z.looseObject({ Attribute: attributes.optional() })).optional(),
});
const mispFile = z.union([
  z.looseObject({ Event: event }),
  z.looseObject({ response: z.array(z.looseObject({ Event: event })) }),
]);

/**
 * Indicators of a STIX 2.1 bundle or of events of MISP.
 * @param pause lets other work run; called between parts of a large feed
 * @throws Error if the text is neither
 */
export async function parseFeed(content: string, options: ParseOptions, pause: () => Promise<void>): Promise<Parsed> {
  const json: unknown = JSON.parse(content);
  const objects = objectsOf(json);
  const misp = objects === undefined ? mispFile.safeParse(json) : undefined;
  if (misp?.success === false) throw new Error('it is neither a STIX bundle nor an event of MISP');
  const indicators: Indicator[] = [];
  const refused: RefusedIndicator[] = [];
  let count = 0;
  for (const found of objects === undefined ? mispEntries(misp?.data) : stixEntries(objects)) {
    if (++count % entriesAtOnce === 0) await pause();
    const reason =
      found.matches === undefined ? found.reason : found.matches.map((match) => refusal(match, options)).find(Boolean);
    if (reason !== undefined) refused.push({ id: found.id, reason });
    else for (const match of found.matches ?? []) indicators.push(indicatorOf(found, match, options));
  }
  return { indicators, refused };
}

/** The objects of a STIX bundle; undefined for anything else. */
function objectsOf(json: unknown): readonly unknown[] | undefined {
  if (typeof json !== 'object' || json === null || !('type' in json) || !('objects' in json)) return undefined;
  return json.type === 'bundle' && Array.isArray(json.objects) ? json.objects : undefined;
}

interface Entry {
  readonly id: string;
  readonly name: string;
  readonly matches: readonly Match[] | undefined;
  /** Why there are no matches. */
  readonly reason: string;
  readonly statedAt: number;
  readonly from: number;
  /** NaN if it states none. */
  readonly until: number;
}

const notObservable = 'its pattern has nothing that can be observed here';

function* stixEntries(objects: readonly unknown[]): Generator<Entry> {
  for (const one of objects) {
    if (typeof one !== 'object' || one === null || !('type' in one) || one.type !== 'indicator') continue;
    const { success, data } = stixIndicator.safeParse(one);
    if (!success) {
      yield { ...nothing, id: 'id' in one ? String(one.id) : 'unnamed', reason: 'it lacks properties of an indicator' };
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

const nothing = { name: '', matches: undefined, statedAt: 0, from: 0, until: Number.NaN };

function* mispEntries(file: z.infer<typeof mispFile> | undefined): Generator<Entry> {
  const events = file === undefined ? [] : 'Event' in file ? [file.Event] : file.response.map((one) => one.Event);
  for (const { info = '', Attribute: own = [], Object: objects = [] } of events as z.infer<typeof event>[])
    for (const one of [...own, ...objects.flatMap(({ Attribute: inner = [] }) => inner)]) {
      const { success, data } = attribute.safeParse(one);
      if (!success) {
        yield { ...nothing, id: 'unnamed', reason: 'it lacks properties of an attribute' };
        continue;
      }
      // an attribute that is not for detection is context
      if (data.to_ids !== true || data.deleted === true) continue;
      const statedAt = Number(data.timestamp ?? 0) * 1_000;
      const name = [info, data.comment].filter(Boolean).join(', ') || data.value;
      yield { id: data.uuid, name, matches: mispMatches(data), reason: notObservable, statedAt, from: 0, until: Number.NaN };
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
  const device = own.find((address) => isInRange(address, range));
  return device === undefined ? undefined : `${shown} contains ${device}, a device of this plant`;
}

const isGlobal = (range: AddressRange): boolean => isGlobalAddress(firstAddress(range));

function indicatorOf(
  { id, name, statedAt, from, until }: Entry,
  match: Match,
  { name: feed, maxAgeMs }: ParseOptions,
): Indicator {
  const end = Number.isNaN(until) ? statedAt + maxAgeMs : until;
  return { id, feed, name: name.slice(0, 120), match, statedAt, from, until: end };
}

function timeOf(value: string | undefined, otherwise: number): number {
  const parsed = value === undefined ? Number.NaN : Date.parse(value);
  return Number.isNaN(parsed) ? otherwise : parsed;
}
