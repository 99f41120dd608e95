import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { blockThread } from '../../test/support/inspector.ts';
import { tableOf } from '../../test/support/samples.ts';
import { VirtualClock } from '../core/clock.ts';
import type { FindingChange } from '../core/finding.ts';
import { observeEvent } from '../core/observation.ts';
import { type Logger, silentLogger } from '../core/plugin.ts';
import type { WireWriteEvent } from '../core/wire.ts';
import { EventLog } from '../storage/event-log/index.ts';
import { Feeds } from './feeds.ts';
import { type MonitorOptions, prepareRuntime } from './runtime.ts';

const now = Date.UTC(2026, 10, 28);
const minute = 60_000;
const patience = { timeout: 60_000, interval: 50 };
const tags = tableOf({ plc1: ['CL.SP'] });
const { signal } = new AbortController();

let dir = '';
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'scadawatch-feeds-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const write = (client: string, time: number): WireWriteEvent => ({
  type: 'wire-write',
  time,
  tap: 'tap',
  ends: { client, server: '10.0.0.5', port: 502, protocol: 'modbus', device: 'plc1' },
  operation: 'FC6',
  target: 'holding 2',
  tag: 0,
  before: 1,
  after: 0.3,
});

function writeFeed(...addresses: readonly string[]): void {
  const objects = addresses.map((address) => ({
    type: 'indicator',
    id: `indicator--${address}`,
    name: 'C2 of X',
    pattern: `[ipv4-addr:value = '${address}']`,
    modified: new Date(now - 12 * 86_400_000).toISOString(),
  }));
  writeFileSync(join(dir, 'feed.json'), JSON.stringify({ type: 'bundle', objects }));
}

/** Files that keep the content of feeds. */
const kept = (): string[] => readdirSync(join(dir, 'feeds')).map((name) => join(dir, 'feeds', name));

interface Run {
  /** Default: the file that `writeFeed` writes. */
  readonly source?: { readonly url: string } | { readonly path: string };
  readonly logger?: Logger;
}

/** Feeds with their findings and alarms. `open` starts them like another run of the monitor, and waits for the first read of a file. */
async function open(stack: AsyncDisposableStack, { source, logger = silentLogger }: Run = {}) {
  const clock = new VirtualClock(now);
  const changes: FindingChange[] = [];
  const alarms = new Map<string, string>();
  const settings = { headers: {}, periodMs: 86_400_000, staleMs: Infinity, maxAgeMs: 365 * 86_400_000, historyMs: 86_400_000 };
  const from = source ?? { path: join(dir, 'feed.json') };
  const feed = { ...settings, name: 'isac', ...from, mostBytes: 100_000, allowPrivate: false };
  const devices = [{ name: 'plc1', config: { host: '10.0.0.5', port: 502 } }];
  const options = { config: { feeds: [feed], devices, tags }, dataDir: dir, clock, logger, seed: 1 };
  const runtime = prepareRuntime(options as unknown as MonitorOptions, stack);
  stack.defer(() => runtime.collecting[Symbol.asyncDispose]());
  const feeds = new Feeds(runtime, {
    take: (all) => void changes.push(...all),
    selfWatch: {
      set: (fault: string, present: boolean, { of, detail }: { of: string; detail: string }) =>
        present ? alarms.set(`${fault} ${of}`, detail) : alarms.delete(`${fault} ${of}`),
    } as never,
  });
  stack.use(feeds);
  // feeds are read by wall time
  const startedAt = Date.now();
  feeds.start();
  const isRead = (): boolean => feeds.status().every(({ state, readAt }) => state === 'failed' || readAt >= startedAt);
  if (source === undefined || 'path' in source) await expect.poll(isRead, patience).toBe(true);
  const publish = async (...events: readonly Parameters<typeof observeEvent>[0][]): Promise<void> => {
    for (const event of events) await runtime.stream.publish(observeEvent(event), signal);
  };
  return { clock, changes, alarms, feeds, publish };
}

it('a hit on the network is an alarm that names feed, indicator and age, until nothing is seen for 10 min', async () => {
  writeFeed('203.0.113.7');
  await using stack = new AsyncDisposableStack();
  const { clock, changes, feeds, publish } = await open(stack);
  await publish(write('10.0.0.9', now), write('203.0.113.7', now), write('203.0.113.7', now + minute));
  expect(changes).toMatchObject([
    {
      change: 'begin',
      finding: {
        detector: 'feed',
        equipment: 'feed isac',
        network: true,
        alarm: { priority: 2 },
        explanation: {
          clients: ['203.0.113.7'],
          sentence:
            'Feed isac lists 203.0.113.7: C2 of X (indicator--203.0.113.7, stated 12 d ago). It writes holding 2 in 203.0.113.7 → 10.0.0.5:502 (plc1).',
        },
      },
    },
  ]);
  expect(feeds.status()).toMatchObject([{ hits: 2, indicators: 1 }]);
  await clock.advance(11 * minute);
  await publish({ type: 'tick', time: clock.now() });
  expect(changes.map(({ change }) => change)).toEqual(['begin', 'end']);
});

it('new indicators are searched for in recorded traffic, each once', async () => {
  const log = await EventLog.open({ dir: join(dir, 'events'), tags, logger: silentLogger });
  for (const client of ['203.0.113.7', '203.0.113.7', '203.0.113.8']) await log.take(observeEvent(write(client, now - minute)));
  await log[Symbol.asyncDispose]();
  const hunt = async (): Promise<(string | undefined)[]> => {
    await using stack = new AsyncDisposableStack();
    const { changes, feeds } = await open(stack);
    await expect.poll(() => feeds.status()[0]?.searching).toBe(false);
    return changes.map(({ change, finding }) => `${change} ${finding.explanation.clients?.[0]} ${finding.since - now}`);
  };
  writeFeed('203.0.113.7');
  expect(await hunt()).toEqual([`begin 203.0.113.7 ${-minute}`, `end 203.0.113.7 ${-minute}`]);
  writeFeed('203.0.113.7', '203.0.113.8');
  expect(await hunt()).toEqual([`begin 203.0.113.8 ${-minute}`, `end 203.0.113.8 ${-minute}`]);
});

it('a list of searched indicators that the disk does not take is a fault until it does', async () => {
  writeFeed('203.0.113.7');
  const path = join(dir, 'feeds.json');
  mkdirSync(join(path, 'in the way'), { recursive: true });
  await using stack = new AsyncDisposableStack();
  const { feeds } = await open(stack);
  await expect.poll(() => feeds.fault()).toMatch(/EISDIR|ENOTEMPTY|EEXIST/);
  rmSync(path, { recursive: true });
  await expect.poll(() => feeds.fault()).toBeUndefined();
  expect(readFileSync(path, 'utf8')).toContain('indicator--203.0.113.7');
});

it('a feed that cannot be read is an alarm, and never names half of the network', async () => {
  writeFileSync(join(dir, 'feed.json'), '{}');
  await using stack = new AsyncDisposableStack();
  const { alarms, feeds, publish, changes } = await open(stack);
  expect([...alarms]).toEqual([['feed-failed isac', 'Reason: it is neither a STIX bundle nor an event of MISP.']]);
  expect(feeds.status()).toMatchObject([{ state: 'failed' }]);
  await publish(write('203.0.113.7', now));
  expect(changes).toEqual([]);
});

it('after a restart the indicators of the last good read are in use while the source is away', async () => {
  writeFeed('203.0.113.7');
  let readAt: number | undefined;
  {
    await using stack = new AsyncDisposableStack();
    readAt = (await open(stack)).feeds.status()[0]?.readAt;
  }
  writeFileSync(join(dir, 'feed.json'), '{}');
  for (const restart of [1, 2]) {
    await using stack = new AsyncDisposableStack();
    const { alarms, feeds, publish, changes } = await open(stack);
    expect(feeds.status()).toMatchObject([{ state: 'failed', readAt, indicators: 1, searching: false }]);
    expect([...alarms.keys()]).toEqual(['feed-failed isac']);
    await publish(write('203.0.113.7', now + restart * minute));
    expect(changes).toMatchObject([{ change: 'begin', finding: { explanation: { clients: ['203.0.113.7'] } } }]);
  }
  expect(kept().map((file) => statSync(file).mode & 0o777)).toEqual([0o600]);
});

it('indicators of another source are not used after a restart, and are removed', async () => {
  writeFeed('203.0.113.7');
  {
    await using stack = new AsyncDisposableStack();
    await open(stack);
  }
  const before = kept();
  await using stack = new AsyncDisposableStack();
  const { feeds } = await open(stack, { source: { path: join(dir, 'other.json') } });
  expect(feeds.status()).toMatchObject([{ state: 'failed', indicators: 0 }]);
  expect(before).toHaveLength(1);
  expect(kept()).toEqual([]);
});

it.each([
  ['damaged', '{"version":1,"readAt":'],
  ['of another form', '{"version":1,"readAt":0,"files":[{}]}'],
  ['too large', ' '.repeat(2_000_000)],
])('kept indicators in a file that is %s are not used, and the log says so', async (_, text) => {
  writeFeed('203.0.113.7');
  {
    await using stack = new AsyncDisposableStack();
    await open(stack);
  }
  for (const file of kept()) writeFileSync(file, text);
  rmSync(join(dir, 'feed.json'));
  const warnings: string[] = [];
  await using stack = new AsyncDisposableStack();
  const { feeds } = await open(stack, { logger: { ...silentLogger, warn: (message) => void warnings.push(message) } });
  expect(feeds.status()).toMatchObject([{ state: 'failed', indicators: 0 }]);
  expect(warnings[0]).toMatch(/^feed isac: its indicators of the last run cannot be used: \S/);
});

it('indicators that the disk does not keep are in use, and a fault', async () => {
  writeFeed('203.0.113.7');
  writeFileSync(join(dir, 'feeds'), 'in the way');
  await using stack = new AsyncDisposableStack();
  const { feeds, publish, changes } = await open(stack);
  expect(feeds.fault()).toMatch(/EEXIST|ENOTDIR/);
  await publish(write('203.0.113.7', now));
  expect(changes).toHaveLength(1);
});

it('a read whose thread does not answer is an alarm until it answers; a slow server is none', async () => {
  const asked = Promise.withResolvers<ServerResponse>();
  const server = createServer((_, response) => asked.resolve(response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  await using stack = new AsyncDisposableStack();
  stack.defer(() => void server.close());
  const { alarms } = await open(stack, { source: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` } });
  const response = await asked.promise;
  await blockThread('/feeds/read-worker.ts', 15_000);
  await expect.poll(() => [...alarms], patience).toEqual([['feed-failed isac', 'Reason: its thread does not answer.']]);
  await expect.poll(() => [...alarms], patience).toEqual([]);
  response.end(JSON.stringify({ type: 'bundle', objects: [] }));
}, 120_000);
