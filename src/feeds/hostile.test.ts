import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FeedSettings } from '../core/feed.ts';
import type { WireEnds, WireEvent } from '../core/wire.ts';
import { Collected } from './collected.ts';
import { Feed, FeedHits, feedLimits, IndicatorSet } from './index.ts';
import { OwnAddresses } from './own-addresses.ts';
import { parseFeed } from './parse.ts';
import { parsePattern } from './stix-pattern.ts';

const { signal } = new AbortController();
const now = Date.UTC(2026, 10, 28);
const yearMs = 365 * 86_400_000;
const pause = async (): Promise<void> => {};
const options = { name: 'isac', maxAgeMs: yearMs, allowPrivate: true, own: new OwnAddresses([]) };

const anIndicator = (id: string, pattern: unknown, more: object = {}) => ({
  type: 'indicator',
  id,
  pattern,
  pattern_type: 'stix',
  modified: '2026-11-16T00:00:00Z',
  ...more,
});
const aBundle = (...objects: readonly unknown[]): string => JSON.stringify({ type: 'bundle', objects });

function collect(content: string, room: number = feedLimits.indicators): Collected {
  const collected = new Collected(room, now);
  parseFeed(content, options, collected);
  return collected;
}

/** A comparison that the generator has made, before it is text. */
type Plain =
  | { readonly kind: 'address'; readonly values: readonly string[] }
  | { readonly kind: 'certificate'; readonly values: readonly string[] }
  | { readonly kind: 'write'; readonly target: string; readonly unit?: number | undefined; readonly value?: number | undefined };

const addresses = ['203.0.113.7', '203.0.113.8', '198.51.100.0/24', '198.51.100.9', '2001:db8::1'];
const certificates = ['a', 'b'].map((digit) => digit.repeat(40));
const targets = ['holding 12', 'coil 3', "it's \\ odd"];
const some = <Item>(list: readonly Item[]) => fc.array(fc.constantFrom(...list), { minLength: 1, maxLength: 3 });
const option = (list: readonly number[]) => fc.option(fc.constantFrom(...list), { nil: undefined });
const plain: fc.Arbitrary<Plain> = fc.oneof(
  fc.record({ kind: fc.constant('address' as const), values: some(addresses) }),
  fc.record({ kind: fc.constant('certificate' as const), values: some(certificates) }),
  fc.record({
    kind: fc.constant('write' as const),
    target: fc.constantFrom(...targets),
    unit: option([1, 2]),
    value: option([0, -0.5]),
  }),
);

const quoted = (text: string): string => `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
const oneOf = (path: string, values: readonly string[]): string =>
  values.length === 1 ? `${path} = ${quoted(values[0] ?? '')}` : `${path} IN (${values.map(quoted).join(', ')})`;

function textOf(one: Plain): string {
  if (one.kind === 'address') return `[${oneOf('network-traffic:dst_ref.value', one.values)}]`;
  if (one.kind === 'certificate') return `[${oneOf("x509-certificate:hashes.'SHA-1'", one.values)}]`;
  const { target, unit, value } = one;
  const parts = [
    `x-scadawatch-write:target = ${quoted(target)}`,
    ...(unit === undefined ? [] : [`x-scadawatch-write:unit = ${unit}`]),
    ...(value === undefined ? [] : [`x-scadawatch-write:value = ${value}`]),
  ];
  return `[${parts.join(' AND ')}]`;
}

const ends: WireEnds = { client: '10.0.0.9', server: '10.0.0.5', port: 502, protocol: 'modbus' };
const event: fc.Arbitrary<WireEvent> = fc.oneof(
  fc.record({
    type: fc.constant('wire-write' as const),
    time: fc.constant(now),
    tap: fc.constant('tap'),
    ends: fc.constant(ends),
    operation: fc.constant('FC6'),
    target: fc.constantFrom(...targets),
    unit: fc.constantFrom(1, 2),
    after: fc.constantFrom(0, -0.5),
  }),
  fc.record({
    type: fc.constant('wire-session' as const),
    time: fc.constant(now),
    tap: fc.constant('tap'),
    ends: fc.record({
      client: fc.constantFrom('203.0.113.7', '203.0.113.8', '198.51.100.77', '192.0.2.1'),
      server: fc.constantFrom('10.0.0.5', '198.51.100.9', '2001:db8::1'),
      port: fc.constant(4840),
      protocol: fc.constant('opcua' as const),
    }),
    policy: fc.constant(''),
    mode: fc.constant(''),
    token: fc.constant(''),
    applicationUri: fc.constant(''),
    certificate: fc.constantFrom(...certificates, 'c'.repeat(40)),
  }),
) as fc.Arbitrary<WireEvent>;

/** The same by comparison of each value, without text, set or look-up. */
function isMatch(one: Plain, seen: WireEvent): boolean {
  if (seen.type === 'wire-loss') return false;
  if (one.kind === 'certificate') return seen.type === 'wire-session' && one.values.includes(seen.certificate ?? '');
  if (one.kind === 'write') {
    const { target, unit, value } = one;
    if (seen.type !== 'wire-write' || seen.target !== target) return false;
    return (unit === undefined || seen.unit === unit) && (value === undefined || seen.after === value);
  }
  return one.values.some((value) =>
    [seen.ends.client, seen.ends.server].some((end) => (value.endsWith('/24') ? end.startsWith('198.51.100.') : end === value)),
  );
}

describe('a pattern of STIX', () => {
  it('matches what a comparison of each of its values matches', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(plain, { minLength: 1, maxLength: 4 }),
        fc.array(event, { maxLength: 6 }),
        async (parts, events) => {
          const pattern = parts.map(textOf).join(' OR ');
          const set = await IndicatorSet.of(collect(aBundle(anIndicator('i', pattern))).indicators(), pause);
          for (const seen of events)
            expect(set.hitsOf(seen).length > 0, `${pattern} ${JSON.stringify(seen)}`).toBe(
              parts.some((one) => isMatch(one, seen)),
            );
        },
      ),
      { seed: 11, numRuns: 300 },
    );
  });

  it('with two values of one property of a write has no signs', () => {
    const path = 'x-scadawatch-write';
    expect(parsePattern(`[${path}:target = 'coil 1' AND ${path}:target = 'coil 2']`)).toBeUndefined();
    expect(parsePattern(`[${path}:target IN ('coil 1', 'coil 2')]`)).toBeUndefined();
    expect(parsePattern(`[${path}:target = 'coil 1' AND ${path}:unit = 'x']`)).toBeUndefined();
  });

  // each of them takes minutes where a word or a bracket is searched for from every position
  it.each([
    ['-1', 500_000],
    ['[', 1_000_000],
    ["a:b'", 250_000],
    ["'\\", 500_000],
    ['a-', 500_000],
    ["[ipv4-addr:value = '1.2.3.4'] OR ", 30_000],
    ["ipv4-addr:value IN ('1.2.3.4', ", 30_000],
  ])('of %s repeated is read in one pass', (part, count) => {
    parsePattern(part.repeat(count));
    parsePattern(`[${part.repeat(count)}`);
  });
});

describe('a feed', () => {
  it('names each object that it cannot use, by its id or its position, and uses the others', () => {
    const good = anIndicator('indicator--good', "[ipv4-addr:value = '203.0.113.7']");
    const collected = collect(
      aBundle(
        7,
        null,
        [],
        { id: 'x' },
        { type: 'identity' },
        anIndicator('indicator--no-pattern', undefined),
        anIndicator('', 'x'),
        anIndicator('indicator--odd', 7),
        anIndicator('indicator--late', 'x', { valid_until: 'x'.repeat(100) }),
        anIndicator('i'.repeat(3_500_000), "[ipv4-addr:value = '203.0.113.8']"),
        good,
      ),
    );
    expect(collected.indicators().map(({ id }) => id)).toEqual(['indicator--good']);
    expect(collected.refusals).toEqual([
      { id: 'object 1', reason: 'it is no object of STIX' },
      { id: 'object 2', reason: 'it is no object of STIX' },
      { id: 'object 3', reason: 'it is no object of STIX' },
      { id: 'object 4', reason: 'it is no object of STIX' },
      { id: 'indicator--no-pattern', reason: 'its pattern is missing' },
      { id: 'object 7', reason: 'its id cannot be used' },
      { id: 'indicator--odd', reason: 'its pattern cannot be used' },
      { id: 'indicator--late', reason: 'its valid_until is too long' },
      { id: `${'i'.repeat(127)}…`, reason: 'its id is too long' },
    ]);
    expect(collected.refused).toBe(9);
  });

  it('of MISP uses its other events, objects and attributes where one is odd', () => {
    const own = { uuid: 'u', type: 'ip-dst', value: '203.0.113.7', to_ids: true };
    const content = JSON.stringify({
      response: [
        7,
        { Event: { info: 7, Attribute: [own, 7, { ...own, value: 'x'.repeat(300) }], Object: [null, { Attribute: 'x' }] } },
        { Event: { Attribute: {}, Object: { Attribute: [] } } },
      ],
    });
    const collected = collect(content);
    expect(collected.indicators()).toHaveLength(1);
    expect(collected.refusals.map(({ id, reason }) => `${id}: ${reason}`)).toEqual([
      'event 1: it is no event of MISP',
      'event 2, attribute 2: it is no attribute',
      'u: its value is too long',
      'event 2, object 1: it is no object of MISP',
      'event 2, object 2, Attribute: it is no list',
      'event 3, Attribute: it is no list',
      'event 3, Object: it is no list',
    ]);
  });

  it('of any JSON makes an error or indicators within their bounds', () => {
    const key = fc.constantFrom('type', 'objects', 'Event', 'Attribute', 'Object', 'response', 'id', 'pattern', '__proto__');
    const leaf = fc.oneof(
      fc.string(),
      fc.double(),
      fc.boolean(),
      fc.constantFrom(null, 'bundle', 'indicator', "[ipv4-addr:value = '203.0.113.7']"),
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        leaf,
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(key, tie('value'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(value, (json) => {
        try {
          for (const { id, name } of collect(JSON.stringify(json)).indicators()) {
            expect(id.length).toBeLessThanOrEqual(feedLimits.id);
            expect(name.length).toBeLessThanOrEqual(feedLimits.name);
          }
        } catch (thrown) {
          expect((thrown as Error).message).toContain('neither');
        }
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  it('has few indicators with the same sign, those that are valid longest, and names the others', () => {
    const many = Array.from({ length: 1_000 }, (_, i) =>
      anIndicator(`i-${i}`, "[ipv4-addr:value = '203.0.113.7']", {
        valid_until: new Date(now + i * 1_000).toISOString(),
        ...(i === 999 ? { valid_from: new Date(now + yearMs).toISOString() } : {}),
      }),
    );
    const collected = collect(aBundle(...many));
    const kept = collected.indicators();
    expect(kept.map(({ id }) => Number(id.slice(2))).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: feedLimits.sameSign }, (_, i) => 999 - feedLimits.sameSign + i),
    );
    expect(collected.refused).toBe(1_000 - feedLimits.sameSign);
    expect(collected.refusals[0]).toEqual({ id: 'i-0', reason: '16 other indicators of the feed have the same sign' });
  });

  it('has a bound of its indicators', () => {
    const two = aBundle(anIndicator('a', "[ipv4-addr:value IN ('203.0.113.7', '203.0.113.8')]"));
    expect(() => collect(two, 1)).toThrow('it has more than 1 indicators, beside 99999 of other feeds');
  });
});

describe('the thread that reads a feed', () => {
  let dir = '';
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'scadawatch-feed-'))));
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  function aFeed(more: Partial<FeedSettings> = {}): Feed {
    const settings = { headers: {}, periodMs: 60_000, staleMs: yearMs, maxAgeMs: yearMs, historyMs: 0, allowPrivate: false };
    return new Feed(
      { ...settings, name: 'isac', path: join(dir, 'feed.json'), mostBytes: 8 * 2 ** 20, ...more },
      join(dir, 'kept'),
      ['10.0.0.5'],
    );
  }
  const write = (content: string): void => writeFileSync(join(dir, 'feed.json'), content);

  it('reads a pattern of many comparisons, and keeps the last good state when the next content is hostile', async () => {
    const list = Array.from({ length: 40_000 }, (_, i) => `'203.${i >> 8}.${i & 255}.7'`);
    const comparisons = list.slice(0, 20_000).map((value) => `[ipv4-addr:value = ${value}]`);
    const half = `[ipv4-addr:value IN (${list.slice(20_000).join(',')})]`;
    const feed = aFeed();
    write(aBundle(anIndicator('indicator--many', comparisons.join(' OR ')), anIndicator('indicator--list', half)));
    expect(await feed.read(now, signal, pause)).toBe(true);
    expect(feed.status(now)).toMatchObject({ indicators: 40_000, refused: 0 });
    for (const [content, reason] of [
      ['['.repeat(4_000_000), 'it is not JSON'],
      [`{"type":"bundle","objects":"${'x'.repeat(7_000_000)}"}`, 'it is neither a STIX bundle nor an event of MISP'],
    ] as const) {
      write(content);
      expect(await feed.read(now, signal, pause)).toBe(false);
      expect(feed.status(now)).toMatchObject({ state: 'failed', reason, indicators: 40_000 });
    }
    write(`{"type":"bundle","objects":[${'{},'.repeat(2_000_000)}{}]}`);
    expect(await feed.read(now, signal, pause)).toBe(true);
    expect(feed.status(now)).toMatchObject({ indicators: 0, refused: 2_000_001 });
  });

  it('names the file of a folder that it cannot read', async () => {
    writeFileSync(join(dir, 'a.json'), aBundle(7));
    writeFileSync(join(dir, 'b.json'), '{');
    const feed = aFeed({ path: dir });
    expect(await feed.read(now, signal, pause)).toBe(false);
    expect(feed.status(now).reason).toBe('b.json: it is not JSON');
    writeFileSync(join(dir, 'b.json'), aBundle());
    expect(await feed.read(now, signal, pause)).toBe(true);
    expect(feed.status(now).refusals).toEqual([{ id: 'a.json: object 1', reason: 'it is no object of STIX' }]);
  });

  it('passes on no text that an alert could not hold', async () => {
    write(
      aBundle(
        anIndicator('i'.repeat(3_500_000), "[ipv4-addr:value = '203.0.113.7']"),
        anIndicator('i'.repeat(128), "[ipv4-addr:value = '203.0.113.7']", { name: 'n'.repeat(3_000_000) }),
      ),
    );
    const feed = aFeed();
    await feed.read(now, signal, pause);
    expect(feed.status(now)).toMatchObject({ indicators: 1, refused: 1 });
    const sentences: string[] = [];
    const hits = new FeedHits({ now: () => now } as never, (changes) =>
      sentences.push(...changes.map(({ finding }) => finding.explanation.sentence)),
    );
    const seen: WireEvent = {
      type: 'wire-address',
      time: now,
      tap: 'tap',
      ends: { ...ends, client: '203.0.113.7' },
      address: '02:00:00:00:00:01',
    };
    for (const hit of feed.set.hitsOf(seen)) hits.take(hit, seen);
    expect(sentences).toHaveLength(1);
    expect(sentences[0]?.length).toBeLessThan(500);
  });
});
