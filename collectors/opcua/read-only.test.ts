import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { VirtualClock } from '../../src/core/clock.ts';
import { collect, type OpcuaBench, openOpcuaBench, opcuaTag } from '../../test/support/opcua.ts';
import { OpcuaProxy } from '../../test/support/opcua-proxy.ts';
import { assertReadServices } from '../../test/support/read-only.ts';
import { openClientPki } from './certificates/pki.ts';
import { createOpcuaCollector } from './collector.ts';
import { opcua } from './index.ts';

const services: string[] = [];
let bench: OpcuaBench;
beforeAll(async () => {
  const alarms = [{ point: 'CW.LT01', high: 5, name: 'CW.LT01 high' }];
  bench = await openOpcuaBench({ alarms, onRequest: ({ service }) => services.push(service) });
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

it.each(['subscribe', 'poll'] as const)('uses only read services by %s, also after errors', async (mode) => {
  services.length = 0;
  const tags = [
    opcuaTag('CL.AT01'),
    opcuaTag('CL.SP'),
    opcuaTag('PATH', { address: { path: '/1:pumping/1:PUMP1/1:PS.P1.CMD' } }),
    opcuaTag('GONE', { address: { node: 'ns=1;s=GONE' } }),
  ];
  const signal = new AbortController().signal;
  {
    await using session = await bench.collector(tags, { mode }).connect(signal);
    await collect(session, (all) => tags.every((_, tag) => all.of(tag).length > 2));
  }
  const wrong = { user: { name: 'reader', passphrase: 'wrong' } };
  await expect(bench.collector(tags, wrong).connect(signal)).rejects.toThrow(/login/);
  expect(services).toContain('Read');
  assertReadServices('the server', services);
  expect(bench.plant.writes).toEqual([]);
});

it('uses no other services for certificate renewal, handover, posture and alarms', async () => {
  const { context, server, user } = bench;
  services.length = 0;
  const tags = [opcuaTag('CL.AT01'), opcuaTag('CW.LT01')];
  const target = bench.target(tags);
  const ends = await openClientPki(target.dataDir);
  await ends.manager.dispose();
  const wall = new VirtualClock(Date.now());
  const renewDays = 365;
  await rm(ends.current.file);
  const old = await openClientPki(target.dataDir, new VirtualClock(wall.now() - 900 * 86_400_000));
  await old.manager.dispose();
  await server.trust(old.current.der);
  const fast = { publishingMs: 100, postureEveryMs: 1_000, maxRequestsPerSecond: 200 };
  const config = opcua.schema.parse({ endpoint: server.endpoint, user, ...fast, renewDays });
  await using session = await createOpcuaCollector(config, target, context, wall).connect(new AbortController().signal);
  const { next } = await openClientPki(target.dataDir);
  await server.trust(next?.der ?? Buffer.alloc(0));
  let asked = false;
  const seen = await collect(session, (all) => {
    if (!asked && all.samples.length > 0) {
      asked = true;
      void wall.advance(60_000);
    }
    const alarms = all.events.filter(({ type }) => type === 'device-alarm').length;
    const handedOver = all.events.filter(({ type }) => type === 'identity').length === 2;
    if (handedOver && alarms === 0) {
      bench.plant.set('CW.LT01', bench.plant.get('CW.LT01') > 5 ? 1 : 5.5);
      bench.plant.step(1);
      server.publish();
    }
    return handedOver && alarms > 0;
  });
  expect(seen.event('device-alarm')).toBeDefined();
  expect(services.filter((service) => service === 'ActivateSession').length).toBe(2);
  expect(new Set(services)).toContain('GetEndpoints');
  assertReadServices('the server', services);
  expect(bench.plant.writes).toEqual([]);
});

it.each([
  ['has noticed', false],
  ['has not noticed', true],
])('uses no other services to transfer its subscription after a lost connection that the server %s', async (_, unnoticed) => {
  const asked: string[] = [];
  const alarms = [{ point: 'CW.LT01', high: 5, name: 'CW.LT01 high' }];
  await using weak = await openOpcuaBench({ weak: true, alarms, onRequest: ({ service }) => asked.push(service) });
  await using proxy = await OpcuaProxy.open(weak.server.port);
  const tags = [opcuaTag('CL.AT01'), opcuaTag('CW.LT01')];
  const collector = weak.collector(tags, { endpoint: proxy.endpoint, securityMode: 'None', securityPolicy: 'None' });
  const signal = new AbortController().signal;
  {
    await using session = await collector.connect(signal);
    await collect(session, ({ samples }) => samples.length > 20);
    const ended = collect(session, () => false);
    proxy.unnoticed = unnoticed;
    proxy.cut();
    await expect(ended).rejects.toThrow();
  }
  await using session = await collector.connect(signal);
  let raised = false;
  // monitored items other than tags are transferred, too
  await collect(session, (all) => {
    if (!raised && all.samples.length > 20) {
      raised = true;
      weak.plant.set('CW.LT01', 5.5);
      weak.plant.step(1);
      weak.server.publish();
    }
    return all.event('device-alarm') !== undefined;
  });
  expect(asked.filter((service) => service === 'TransferSubscriptions')).toHaveLength(1);
  expect(asked.filter((service) => service === 'CreateSubscription')).toHaveLength(1);
  assertReadServices('the server', asked);
});

it('uses only read services to expand patterns', async () => {
  services.length = 0;
  const { server, user, context } = bench;
  const config = opcua.schema.parse({ endpoint: server.endpoint, user, maxRequestsPerSecond: 200 });
  const [found] =
    (await opcua.expand?.(config, bench.target([]), [{ path: '/**' }], context, new AbortController().signal)) ?? [];
  expect(found?.map(({ path }) => path.at(-1))).toContain('CL.AT01');
  expect(new Set(services)).toContain('Browse');
  assertReadServices('the server', services);
});

it('leaves no resources behind after many connections', async () => {
  const signal = new AbortController().signal;
  const tags = [opcuaTag('CL.AT01')];
  const collector = bench.collector(tags);
  const once = async (): Promise<void> => {
    await using session = await collector.connect(signal);
    await collect(session, ({ samples }) => samples.length > 0);
  };
  const resources = (): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const name of process.getActiveResourcesInfo()) counts[name] = (counts[name] ?? 0) + 1;
    return counts;
  };
  for (let i = 0; i < 3; i++) await once();
  const before = resources();
  for (let i = 0; i < 20; i++) await once();
  const after = resources();
  for (const [name, count] of Object.entries(after)) {
    expect.soft(count, name).toBeLessThanOrEqual((before[name] ?? 0) + 2);
  }
});
