import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BlockList, isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FeedSettings } from '../core/feed.ts';
import type { WireEnds, WireEvent } from '../core/wire.ts';
import { firstAddress, isInRange, parseRange } from './address-range.ts';
import { Collected } from './collected.ts';
import { Feed, feedLimits, type Indicator, IndicatorSet } from './index.ts';
import { OwnAddresses } from './own-addresses.ts';
import { parseFeed } from './parse.ts';
import { parsePattern } from './stix-pattern.ts';

const { signal } = new AbortController();
const now = Date.UTC(2026, 10, 28);
const dayMs = 86_400_000;
const thumbprint = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';
const ends: WireEnds = { client: '203.0.113.7', server: '10.0.0.5', port: 502, protocol: 'modbus' };
const counts = { packets: 1, bytes: 9, requests: 1, responses: 1, exceptions: 0, low: 0, high: 0, latencyMs: 1 };
const traffic = (client: string, server = '10.0.0.5', time = now): WireEvent => ({
  type: 'wire-traffic',
  time,
  tap: 'tap',
  ends: { ...ends, client, server },
  operation: 'FC3',
  first: true,
  ...counts,
});

const options = { name: 'isac', maxAgeMs: 365 * dayMs, allowPrivate: false, own: new OwnAddresses(['10.0.0.5']) };
const anIndicator = (pattern: string, more: object = {}) => ({
  type: 'indicator',
  id: `indicator--${createHash('sha1').update(pattern).digest('hex').slice(0, 8)}`,
  name: 'C2 of X',
  pattern,
  pattern_type: 'stix',
  valid_from: '2026-11-01T00:00:00Z',
  modified: '2026-11-16T00:00:00Z',
  ...more,
});
const aBundle = (...patterns: readonly string[]): string =>
  JSON.stringify({
    type: 'bundle',
    id: 'bundle--1',
    objects: [{ type: 'identity' }, ...patterns.map((one) => anIndicator(one))],
  });
const pause = async (): Promise<void> => {};
const parse = (content: string, more: Partial<typeof options> = {}) => {
  const collected = new Collected(feedLimits.indicators, now);
  parseFeed(content, { ...options, ...more }, collected);
  return { indicators: collected.indicators(), refused: collected.refusals, count: collected.refused };
};
const setOf = async (...patterns: readonly string[]): Promise<IndicatorSet> =>
  await IndicatorSet.of(parse(aBundle(...patterns)).indicators, pause);

describe('an address range', () => {
  it('contains the addresses that the operating system finds in it', () => {
    const v4 = fc.ipV4();
    const v6 = fc.ipV6();
    const pair = fc.oneof(fc.tuple(v4, v4, fc.nat(32)), fc.tuple(v6, v6, fc.nat(128)));
    fc.assert(
      fc.property(pair, fc.boolean(), ([network, other, prefix], same) => {
        const range = parseRange(`${network}/${prefix}`);
        if (range === undefined) throw new Error(network);
        const kind = isIP(network) === 4 ? ('ipv4' as const) : ('ipv6' as const);
        const list = new BlockList();
        list.addSubnet(network, prefix, kind);
        // a near neighbour is in the range more often than any address
        const address = same ? firstAddress(range) : other;
        expect(isInRange(address, range)).toBe(list.check(address, kind));
      }),
      { seed: 3, numRuns: 300, examples: [] },
    );
  });

  it('is not made of anything else', () => {
    for (const text of ['10.0.0.256', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/x', 'plc1', '', '::1/129'])
      expect(parseRange(text), text).toBeUndefined();
    expect(parseRange('::ffff:203.0.113.7')).toEqual(parseRange('203.0.113.7'));
  });
});

describe('a STIX pattern', () => {
  it.each([
    ["[ipv4-addr:value = '203.0.113.7']", 1],
    ["[ipv4-addr:value ISSUBSET '203.0.113.0/24'] OR [ipv6-addr:value = '2001:db8::1']", 2],
    ["[ipv4-addr:value IN ('203.0.113.7', '203.0.113.8') OR network-traffic:dst_ref.value = '203.0.113.9']", 3],
    [`[x509-certificate:hashes.'SHA-1' = '${thumbprint}']`, 1],
    ["[x-scadawatch-write:target = 'holding 12' AND x-scadawatch-write:unit = 3 AND x-scadawatch-write:value = -0.5]", 1],
  ])('%s has %i signs', (pattern, count) => expect(parsePattern(pattern)).toHaveLength(count));

  it.each([
    "[file:hashes.'SHA-256' = 'x']",
    "[ipv4-addr:value = '203.0.113.7' AND network-traffic:dst_port = 502]",
    "[ipv4-addr:value = '203.0.113.7'] FOLLOWEDBY [ipv4-addr:value = '203.0.113.8']",
    "[ipv4-addr:value != '203.0.113.7']",
    "[ipv4-addr:value = 'plc1']",
    '[ipv4-addr:value = ',
    '[x-scadawatch-write:unit = 3]',
    '',
    ']][[',
  ])('%s has none', (pattern) => expect(parsePattern(pattern)).toBeUndefined());

  it('of any text makes no error', () => {
    const part = fc.constantFrom(
      '[',
      ']',
      '(',
      ')',
      ',',
      '=',
      'IN',
      'OR',
      'AND',
      'ipv4-addr:value',
      "'1.2.3.4'",
      "'",
      ' ',
      '\\',
      '9',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => void parsePattern(parts.join(' '))),
      { seed: 5, numRuns: 500 },
    );
  });
});

describe('a feed', () => {
  it('of STIX has indicators with their age and end, without revoked ones', async () => {
    const content = JSON.stringify({
      type: 'bundle',
      objects: [
        anIndicator("[ipv4-addr:value = '203.0.113.7']"),
        anIndicator("[ipv4-addr:value = '203.0.113.8']", { valid_until: '2026-11-20T00:00:00Z' }),
        anIndicator("[ipv4-addr:value = '203.0.113.9']", { revoked: true }),
        anIndicator('$sensor', { pattern_type: 'yara' }),
        { type: 'indicator', id: 'indicator--broken' },
      ],
    });
    const { indicators, refused } = parse(content);
    expect(indicators).toMatchObject([
      { name: 'C2 of X', statedAt: Date.UTC(2026, 10, 16), until: Date.UTC(2026, 10, 16) + 365 * dayMs },
      { until: Date.UTC(2026, 10, 20) },
    ]);
    expect(refused.map(({ reason }) => reason)).toEqual([
      'its pattern has nothing that can be observed here',
      'its pattern is missing',
    ]);
  });

  it('of MISP has the attributes that are for detection', async () => {
    const attribute = (type: string, value: string, more: object = {}) => ({
      uuid: `${type} ${value}`,
      type,
      value,
      to_ids: true,
      timestamp: String(now / 1_000),
      ...more,
    });
    const content = JSON.stringify({
      Event: {
        info: 'Campaign',
        Attribute: [
          attribute('ip-dst|port', '203.0.113.7|502'),
          attribute('ip-src', '203.0.113.8', { to_ids: false }),
          attribute('ip-src', '203.0.113.9', { deleted: true }),
          attribute('domain', 'x.example'),
          { type: 'ip-src', value: 7 },
        ],
        Object: [
          {
            Attribute: [
              attribute('x509-fingerprint-sha1', thumbprint),
              attribute('stix2-pattern', "[ipv4-addr:value = '1.2.3.4']"),
            ],
          },
        ],
      },
    });
    const { indicators, refused } = parse(content);
    expect(indicators.map(({ id, name, statedAt }) => [id, name, statedAt])).toEqual([
      ['ip-dst|port 203.0.113.7|502', 'Campaign', now],
      [`x509-fingerprint-sha1 ${thumbprint}`, 'Campaign', now],
      ["stix2-pattern [ipv4-addr:value = '1.2.3.4']", 'Campaign', now],
    ]);
    expect(refused.map(({ reason }) => reason)).toEqual([
      'its pattern has nothing that can be observed here',
      'its uuid is missing',
    ]);
  });

  it.each([
    ['0.0.0.0/0', 'is too broad'],
    ['203.0.0.0/8', 'is too broad: at least /16 is required'],
    ['2001:db8::/32', 'is too broad: at least /48 is required'],
    ['10.0.0.0/16', 'is in a private network'],
    ['127.0.0.1', 'is in a private network'],
    ['fe80::1', 'is in a private network'],
  ])('does not use %s', async (address, reason) => {
    const type = address.includes(':') ? 'ipv6-addr' : 'ipv4-addr';
    const { indicators, refused } = parse(aBundle(`[${type}:value ISSUBSET '${address}']`));
    expect([indicators.length, refused[0]?.reason]).toEqual([0, expect.stringContaining(reason)]);
  });

  it('never uses a device of the plant, also where private addresses are allowed', async () => {
    const allowed = (address: string) => parse(aBundle(`[ipv4-addr:value ISSUBSET '${address}']`), { allowPrivate: true });
    expect(allowed('10.0.0.66').indicators).toHaveLength(1);
    expect(allowed('10.0.0.0/24').refused[0]?.reason).toBe('10.0.0.0/24 contains 10.0.0.5, a device of this plant');
  });

  it('that is something else is an error', async () => {
    for (const content of ['{}', '[]', '{"type":"bundle"}', '{"Event":7}'])
      expect(() => parse(content), content).toThrow('neither');
    expect(() => parse('<html>')).toThrow(SyntaxError);
  });
});

describe('indicators', () => {
  it('are found by client, server, block and certificate while they are valid', async () => {
    const set = await setOf(
      "[ipv4-addr:value = '203.0.113.7']",
      "[ipv4-addr:value ISSUBSET '198.51.100.0/24']",
      "[ipv6-addr:value = '2001:db8::1']",
    );
    const signs = (event: WireEvent): string[] => set.hitsOf(event).map(({ sign }) => sign);
    expect(signs(traffic('203.0.113.7'))).toEqual(['203.0.113.7']);
    expect(signs(traffic('::ffff:203.0.113.7'))).toEqual(['::ffff:203.0.113.7']);
    expect(signs(traffic('10.0.0.9', '198.51.100.200'))).toEqual(['198.51.100.200']);
    expect(signs(traffic('2001:0db8:0:0::1'))).toEqual(['2001:0db8:0:0::1']);
    // the ends of a hardware address are the same
    const same = { ...ends, server: ends.client, port: 0, protocol: 'arp' } as const;
    expect(signs({ type: 'wire-address', time: now, tap: 'tap', ends: same, address: '02:00:00:00:00:01' })).toEqual([
      '203.0.113.7',
    ]);
    for (const client of ['203.0.113.8', '198.51.101.1', '00:11:22:33:44:55', '2001:db8::2'])
      expect(signs(traffic(client))).toEqual([]);
    // before the begin of its validity, and after its end
    expect(signs(traffic('203.0.113.7', '10.0.0.5', Date.UTC(2026, 9, 31)))).toEqual([]);
    expect(signs(traffic('203.0.113.7', '10.0.0.5', Date.UTC(2027, 10, 17)))).toEqual([]);
    const session = {
      type: 'wire-session',
      time: now,
      tap: 'tap',
      ends,
      policy: '',
      mode: '',
      token: '',
      applicationUri: '',
    } as const;
    const certificates = await setOf(`[x509-certificate:hashes.'SHA-1' = '${thumbprint}']`);
    expect(certificates.hitsOf({ ...session, certificate: thumbprint.toUpperCase() })).toHaveLength(1);
    expect(certificates.hitsOf(session)).toEqual([]);
  });

  it('are found by the target of a write, and by its server, unit and value where these are stated', async () => {
    const set = await setOf(
      "[x-scadawatch-write:target = 'holding 12']",
      "[x-scadawatch-write:target = 'coil 3' AND x-scadawatch-write:server = '10.0.0.5' AND x-scadawatch-write:unit = 1 AND x-scadawatch-write:value = 0]",
    );
    const write = (target: string, more: object = {}): WireEvent => ({
      type: 'wire-write',
      time: now,
      tap: 'tap',
      ends,
      operation: 'FC5',
      unit: 1,
      after: 0,
      target,
      ...more,
    });
    expect(set.hitsOf(write('holding 12'))).toHaveLength(1);
    expect(set.hitsOf(write('coil 3'))).toHaveLength(1);
    for (const more of [{ unit: 2 }, { after: 1 }, { ends: { ...ends, server: '10.0.0.6' } }])
      expect(set.hitsOf(write('coil 3', more))).toEqual([]);
    expect(set.hitsOf(write('holding 13'))).toEqual([]);
  });

  it('need few steps each, whatever their number', async () => {
    const many = Array.from({ length: 50_000 }, (_, i): Indicator => {
      const first = 0xcb00_7100n + BigInt(i);
      const match = { kind: 'address', range: { version: 4, first, prefix: 32 } } as const;
      return { id: `i-${i}`, feed: 'isac', name: '', match, statedAt: 0, from: 0, until: Infinity };
    });
    const set = await IndicatorSet.of(many, pause);
    expect(set.hitsOf(traffic('203.0.113.7')).map(({ indicator }) => indicator.id)).toEqual(['i-7']);
  });
});

describe('a feed is read', () => {
  let dir = '';
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'scadawatch-feed-'))));
  afterEach(() => rmSync(dir, { recursive: true, force: true }));
  const settings = (more: Partial<FeedSettings>): FeedSettings => ({
    name: 'isac',
    maxAgeMs: 365 * dayMs,
    allowPrivate: false,
    headers: {},
    periodMs: 60_000,
    staleMs: 7 * dayMs,
    historyMs: dayMs,
    mostBytes: 100_000,
    ...more,
  });
  const content = aBundle("[ipv4-addr:value = '203.0.113.7']");

  it('from a file and a folder, and keeps its indicators when a later read fails', async () => {
    const path = join(dir, 'feed.json');
    const feed = new Feed(settings({ path }), join(dir, 'kept'), []);
    expect(feed.status(now)).toMatchObject({ state: 'waiting', indicators: 0 });
    expect(await feed.read(now, signal, pause)).toBe(false);
    expect(feed.status(now)).toMatchObject({ state: 'failed', reason: 'it does not exist' });
    writeFileSync(path, content);
    utimesSync(path, now / 1_000, now / 1_000);
    expect(await feed.read(now, signal, pause)).toBe(true);
    expect(feed.status(now)).toMatchObject({
      source: 'feed.json',
      state: 'ok',
      reason: '',
      indicators: 1,
      readAt: now,
      contentAt: now,
    });
    expect(feed.status(now + 8 * dayMs)).toMatchObject({ state: 'stale', reason: 'its content is 8 d old' });
    expect(feed.status(now + 400 * dayMs)).toMatchObject({ indicators: 0, expired: 1 });
    writeFileSync(path, content.slice(1));
    await feed.read(now, signal, pause);
    expect(feed.status(now)).toMatchObject({ state: 'failed', reason: 'it is not JSON', indicators: 1 });
    mkdirSync(join(dir, 'many'));
    for (const name of ['a.json', 'b.json', 'notes.txt']) writeFileSync(join(dir, 'many', name), content);
    const many = new Feed(settings({ path: join(dir, 'many') }), join(dir, 'kept'), []);
    expect(await many.read(now, signal, pause)).toBe(true);
    expect(many.indicators).toHaveLength(2);
  });

  it('only if it is not larger than its bound and has the stated hash', async () => {
    const path = join(dir, 'feed.json');
    writeFileSync(path, content);
    const state = async (more: Partial<FeedSettings>) => {
      const feed = new Feed(settings({ path, ...more }), join(dir, 'kept'), []);
      await feed.read(now, signal, pause);
      return feed.status(now).reason;
    };
    const sha256 = createHash('sha256').update(content).digest('hex');
    expect(await state({ mostBytes: 10 })).toBe('it is larger than 10 bytes');
    expect(await state({ sha256: sha256.toUpperCase() })).not.toContain('SHA-256');
    expect(await state({ sha256: '0'.repeat(64) })).toBe('its SHA-256 differs from the stated one');
    writeFileSync(`${path}.sha256`, `${'0'.repeat(64)}  feed.json\n`);
    expect(await state({})).toBe('its SHA-256 differs from the stated one');
  });

  it('from a URL without redirects, with bounded size, and no secret in its reason', async () => {
    const server = createServer(({ url, headers }, response) => {
      if (url === '/moved?key=hidden') response.writeHead(302, { location: '/feed' }).end();
      else if (url === '/big') response.writeHead(200).end(content + ' '.repeat(200_000));
      else if (headers.authorization !== 'hidden') response.writeHead(403).end();
      else response.writeHead(200, { 'last-modified': new Date(now).toUTCString() }).end(content);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const state = async (path: string, headers: Record<string, string> = {}) => {
        const feed = new Feed(settings({ url: `${origin}${path}`, headers }), join(dir, 'kept'), []);
        await feed.read(now + dayMs, signal, pause);
        return feed.status(now + dayMs);
      };
      expect(await state('/feed', { authorization: 'hidden' })).toMatchObject({ state: 'ok', indicators: 1, contentAt: now });
      expect(await state('/feed')).toMatchObject({ reason: 'the server answers HTTP 403', source: origin });
      const moved = await state('/moved?key=hidden');
      expect(moved.reason).toBe('the server answers HTTP 302');
      expect(JSON.stringify(moved)).not.toContain('hidden');
      expect((await state('/big')).reason).toBe('it is larger than 100000 bytes');
    } finally {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    }
  });
});
