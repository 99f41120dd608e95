import { afterAll, beforeAll, expect, it } from 'vitest';
import { collect, type OpcuaBench, openOpcuaBench, opcuaTag } from '../../test/support/opcua.ts';

const services: string[] = [];
let bench: OpcuaBench;
beforeAll(async () => {
  bench = await openOpcuaBench({ onRequest: ({ service }) => services.push(service) });
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

/** All that the monitor may ever ask a server for. */
const allowed = [
  'ActivateSession',
  'Browse',
  'CloseSecureChannel',
  'CloseSession',
  'CreateMonitoredItems',
  'CreateSession',
  'CreateSubscription',
  'DeleteSubscriptions',
  'GetEndpoints',
  'OpenSecureChannel',
  'Publish',
  'Read',
  'TranslateBrowsePathsToNodeIds',
];

it.each(['subscribe', 'poll'] as const)('asks for nothing but reading services by %s, errors included', async (mode) => {
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
  expect([...new Set(services)].filter((service) => !allowed.includes(service))).toEqual([]);
  expect(bench.plant.writes).toEqual([]);
});

it('leaves nothing behind after many connections', async () => {
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
