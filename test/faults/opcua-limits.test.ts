import { describe, expect, it } from 'vitest';
import { isGood, Quality } from '../../src/core/quality.ts';
import { collect, type Collected, opcuaTag } from '../support/opcua.ts';
import { OpcuaProxy } from '../support/opcua-proxy.ts';
import { operationsOf, service } from '../support/opcua-wire.ts';
import { plainTags, sharedPlainBench } from '../support/plain-bench.ts';

const bench = sharedPlainBench();

const signal = new AbortController().signal;
const tooManyOperations = 0x80100000;
const serviceUnsupported = 0x800b0000;
const tags = plainTags(50);

const goodTags = ({ samples }: Collected): Set<number> =>
  new Set(samples.filter(({ quality }) => isGood(quality)).map(({ tag }) => tag));
const allGood = (seen: Collected): boolean => goodTags(seen).size === tags.length;
/** True if each tag has had several different values. */
const allMoving = ({ samples }: Collected): boolean => {
  const values = Map.groupBy(samples, ({ tag }) => tag);
  return values.size === tags.length && [...values.values()].every((own) => new Set(own.map(({ value }) => value)).size > 3);
};

/** Largest number of operations in requests of one kind. */
const largest = (proxy: OpcuaProxy, kind: number): number =>
  Math.max(0, ...proxy.requests.filter((chunk) => chunk.service === kind).map(operationsOf));
const count = (proxy: OpcuaProxy, kind: number): number => proxy.requests.filter((chunk) => chunk.service === kind).length;

describe.concurrent.each(['subscribe', 'poll'] as const)('a server that says its limits, by %s', (mode) => {
  it('is never asked for more in one request, and gives every tag', async () => {
    await using server = await bench().server({ read: 12, call: 10, translate: 3, perSubscription: 20, subscriptions: 3 });
    await using proxy = await OpcuaProxy.open(server.port);
    const mixed = tags.map((tag, i) => (i % 5 === 0 ? { ...tag, address: { path: `/1:A0/1:N${i}` } } : tag));
    await using session = await bench().collector(proxy.endpoint, mixed, { mode }).connect(signal);
    const seen = await collect(session, allMoving);
    expect(largest(proxy, service.read)).toBeLessThanOrEqual(12);
    expect(largest(proxy, service.translate)).toBe(3);
    if (mode === 'subscribe') {
      expect(largest(proxy, service.createItems)).toBe(10);
      expect(count(proxy, service.createSubscription)).toBe(3);
      expect(seen.event('poll-failed')).toBeUndefined();
    }
  });

  it('lies about its limits: what it refuses is halved until it takes it, and never tried again', async () => {
    await using server = await bench().server();
    await using proxy = await OpcuaProxy.open(server.port);
    let refused = 0;
    proxy.onRequest = (chunk) => {
      if (operationsOf(chunk) <= 7) return 'pass';
      refused++;
      return tooManyOperations;
    };
    const collector = bench().collector(proxy.endpoint, tags, { mode });
    {
      await using session = await collector.connect(signal);
      const seen = await collect(session, allMoving);
      expect(seen.samples.every(({ quality }) => isGood(quality) || quality === Quality.BadWaitingForInitialData)).toBe(true);
    }
    expect(refused).toBeGreaterThan(0);
    const before = refused;
    await using session = await collector.connect(signal);
    await collect(session, allMoving);
    expect(refused).toBe(before);
  });
});

describe.concurrent('a server that does not watch', () => {
  it('has room for some of the tags: the others are read, and an event says so', async () => {
    await using server = await bench().server({ perSubscription: 30, subscriptions: 1 });
    await using session = await bench().collector(server.endpoint, tags).connect(signal);
    const seen = await collect(session, allMoving);
    expect(seen.event('poll-failed')).toMatchObject({
      message: expect.stringContaining('so that they are read') as string,
      tags: Array.from({ length: 20 }, (_, i) => 30 + i),
    });
  });

  it('is full as a whole, which only its refusal shows', async () => {
    await using server = await bench().server({ items: 30 });
    await using session = await bench().collector(server.endpoint, tags).connect(signal);
    const seen = await collect(session, allMoving);
    expect(seen.event('poll-failed')?.tags).toHaveLength(20);
  });

  it.each([
    ['no subscriptions', service.createSubscription],
    ['no monitored items', service.createItems],
  ])('knows %s: everything is read', async (_, refusedService) => {
    await using server = await bench().server();
    await using proxy = await OpcuaProxy.open(server.port);
    proxy.onRequest = (chunk) => (chunk.service === refusedService ? serviceUnsupported : 'pass');
    await using session = await bench().collector(proxy.endpoint, tags).connect(signal);
    const seen = await collect(session, allMoving);
    expect(seen.event('poll-failed')).toMatchObject({ code: expect.stringMatching(/800b0000|BadServiceUnsupported/) as string });
    expect(seen.event('poll-failed')?.tags).toHaveLength(tags.length);
  });
});

describe.concurrent('the request budget', () => {
  it.each(['subscribe', 'poll'] as const)(
    'is never passed by %s, and its use is told',
    async (mode) => {
      const perSecond = 10;
      await using server = await bench().server({ read: 10, call: 5 });
      await using proxy = await OpcuaProxy.open(server.port);
      const at: number[] = [];
      const free: readonly number[] = [service.publish, service.createSession, 467, 428, 473, 847];
      proxy.onRequest = (chunk) => {
        if (!free.includes(chunk.service)) at.push(performance.now());
        return 'pass';
      };
      await using session = await bench()
        .collector(proxy.endpoint, tags, { mode, maxRequestsPerSecond: perSecond })
        .connect(signal);
      const seen = await collect(session, (all) => all.events.some(({ type }) => type === 'device-health'));
      expect(allGood(seen)).toBe(true);
      expect(at.length).toBeGreaterThan(perSecond);
      // The proxy receives requests a little later than they were sent, with varying delay.
      for (const start of at)
        expect(at.filter((time) => time >= start && time < start + 900).length).toBeLessThanOrEqual(perSecond);
      const health = seen.event('device-health');
      // a poll uses as much as a loaded machine permits, which the proxy has counted
      const [first = 0, last = first] = [at[0], at.at(-1)];
      const passed = (1_000 * at.length) / (last - first) / perSecond;
      expect(health?.budgetUsed).toBeGreaterThan(mode === 'poll' ? 0.7 * passed : 0.1);
      expect(health?.budgetUsed).toBeLessThanOrEqual(1);
    },
    120_000,
  );
});

describe.concurrent('a deadband', () => {
  it('keeps small changes back, where it is asked for', async () => {
    await using server = await bench().server({ nodes: 2, period: 50 });
    const banded = [
      opcuaTag('N0', { address: { node: 'ns=1;s=N0', deadband: { type: 'absolute', value: 5 } } }),
      opcuaTag('N1', { scanMs: 50 }),
    ];
    await using session = await bench().collector(server.endpoint, banded).connect(signal);
    const seen = await collect(session, (all) => new Set(all.of(0).map(({ value }) => value)).size > 4);
    const steps = [...new Set(seen.of(0).map(({ value }) => value))].filter((value) => !Number.isNaN(value));
    steps.slice(1).forEach((value, i) => expect(value - (steps[i] as number)).toBeGreaterThan(5));
    expect(new Set(seen.of(1).map(({ value }) => value)).size).toBeGreaterThan(3 * steps.length);
  });

  it('that the server cannot keep is left out, and an event says so', async () => {
    await using server = await bench().server({ nodes: 2 });
    const deadband = { type: 'percent', value: 1 };
    await using session = await bench().collector(server.endpoint, plainTags(2), { deadband }).connect(signal);
    const seen = await collect(session, (all) => [0, 1].every((tag) => all.of(tag).some(({ quality }) => isGood(quality))));
    expect(seen.event('poll-failed')).toMatchObject({ code: 'BadFilterNotAllowed', tags: [0, 1] });
  });
});
