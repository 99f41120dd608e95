import { afterAll, beforeAll, expect, it } from 'vitest';
import type { PostureEvent } from '../../../src/core/observation.ts';
import { TinyPlant, tinyPoint } from '../../../test/support/tiny-plant.ts';
import { type Collected, collect, type OpcuaBench, openOpcuaBench, opcuaPoints, opcuaTag } from '../../../test/support/opcua.ts';
import type { OpcuaServerOptions } from '../../../simulators/servers/opcua/index.ts';

const signal = new AbortController().signal;
const tags = ['CL.AT01', 'CW.LT01', 'GONE'].map((name) => opcuaTag(name, { scanMs: 100 }));
const options: { weak?: boolean; plant?: OpcuaServerOptions['plant'] } = {};
let bench: OpcuaBench;
beforeAll(async () => {
  bench = await openOpcuaBench(options);
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

const told = (all: Collected): PostureEvent[] => all.events.filter((event) => event.type === 'posture');
const subjects = (all: Collected): string[] => told(all).map(({ subject }) => subject);
const rounds = (all: Collected): number => all.of(0).length;

it('reports nothing for an unchanged server, and a restart when it happens', async () => {
  const collector = bench.collector(tags, { postureEveryMs: 1_000 });
  {
    await using session = await collector.connect(signal);
    const seen = await collect(session, (all) => rounds(all) > 10);
    expect(told(seen)).toEqual([]);
  }
  await bench.restart();
  await using session = await collector.connect(signal);
  const seen = await collect(session, (all) => subjects(all).includes('start-time'));
  expect(told(seen).find(({ subject }) => subject === 'start-time')).toMatchObject({ device: 'ua1', weight: 'warning' });
});

it('raises an alarm for a server that newly permits anonymous users, also after a restart of the monitor', async () => {
  {
    await using session = await bench.collector(tags).connect(signal);
    await collect(session, (all) => rounds(all) > 8);
  }
  options.weak = true;
  await bench.restart();
  await using session = await bench.collector(tags).connect(signal);
  const seen = await collect(session, (all) => subjects(all).includes('endpoints'));
  const event = told(seen).find(({ subject }) => subject === 'endpoints');
  expect(event).toMatchObject({ weight: 'alarming', after: expect.stringContaining('None None: Anonymous') as string });
  expect(event?.text).toBe(
    'the server newly offers an endpoint without security, anonymous sessions, the deprecated policy Basic256',
  );
});

it('names watched nodes that have changed, and raises an alarm when one becomes writable', async () => {
  {
    await using session = await bench.collector(tags).connect(signal);
    await collect(session, (all) => rounds(all) > 8);
  }
  const [first, ...rest] = opcuaPoints;
  const changed = tinyPoint(
    first.name,
    { type: 'float32' },
    { opcua: true, area: 'chlorination', equipment: 'ANALYSER', unit: 'mg/L', high: 5, writable: true },
  );
  options.plant = new TinyPlant([changed, ...rest], bench.plant.time);
  await bench.restart();
  await using session = await bench.collector(tags).connect(signal);
  const seen = await collect(session, (all) => subjects(all).includes('address-space'));
  const event = told(seen).find(({ subject }) => subject === 'address-space');
  expect(event).toMatchObject({ weight: 'alarming' });
  expect(event?.text).toMatch(/^1 of the watched nodes is not what they were: CL\.AT01 \(.*access 1 → .*access 3 writable\)$/);
});

it.each(['subscribe', 'poll'] as const)('reports that values have another type than before, by %s', async (mode) => {
  const [first, ...rest] = opcuaPoints;
  const typed = (type: 'float32' | 'uint16'): TinyPlant =>
    new TinyPlant([tinyPoint(first.name, { type }, { opcua: true, area: 'chlorination' }), ...rest], bench.plant.time);
  options.plant = typed('float32');
  await bench.restart();
  const collector = bench.collector(tags, { mode });
  {
    await using session = await collector.connect(signal);
    const seen = await collect(session, (all) => rounds(all) > 8);
    expect(subjects(seen)).not.toContain('data-type');
  }
  options.plant = typed('uint16');
  await bench.restart();
  await using session = await collector.connect(signal);
  const seen = await collect(session, (all) => subjects(all).includes('data-type'));
  expect(told(seen).find(({ subject }) => subject === 'data-type')).toMatchObject({
    before: 'Double',
    after: 'UInt16',
    weight: 'warning',
    text: 'values of CL.AT01 come as UInt16, until now they were Double',
  });
});

it('warns if the configuration disables security, and keeps the passphrase secret', async () => {
  options.weak = true;
  const none = { securityMode: 'None', securityPolicy: 'None' };
  await using session = await bench.collector(tags, { ...none, user: undefined }).connect(signal);
  const seen = await collect(session, (all) => subjects(all).includes('security'));
  expect(told(seen).find(({ subject }) => subject === 'security')).toMatchObject({ weight: 'warning', after: 'None None' });
  // the simulator names current policies for user names, so the passphrase is encrypted even here
  await using other = await bench.collector(tags, none).connect(signal);
  expect((await collect(other, (all) => rounds(all) > 0)).of(0).length).toBeGreaterThan(0);
});
