import { expect, it, vi } from 'vitest';
import { isGood } from '../../src/core/quality.ts';
import type { CollectedSample } from '../support/opcua.ts';
import { OpcuaProxy, type Verdict } from '../support/opcua-proxy.ts';
import { service } from '../support/opcua-wire.ts';
import { plainTags, sharedPlainBench } from '../support/plain-bench.ts';

const bench = sharedPlainBench();

vi.setConfig({ testTimeout: 300_000 });

const unsupported = 0x800b0000;
const idInvalid = 0x80280000;

/** Values change faster than the test lasts: each good sample is a change in the server, and its queue holds all of them. */
const tags = plainTags(20, { scanMs: 600_000 });
const config = { sampling: 'change', queueSize: 1_000, alarms: false };

/** A supervised collector that has received changes of every tag, and a count of requests. */
async function running() {
  const stack = new AsyncDisposableStack();
  const server = stack.use(await bench().server());
  const proxy = stack.use(await OpcuaProxy.open(server.port));
  const device = stack.use(bench().supervise(bench().collector(proxy.endpoint, tags, config), tags));
  const goodOf = (tag: number): CollectedSample[] => device.seen.of(tag).filter(({ quality }) => isGood(quality));
  const more = async (count: number): Promise<void> => {
    const from = goodOf(0).length;
    await device.until(() => goodOf(0).length >= from + count);
  };
  const asked = (number: number): number => proxy.requests.filter((chunk) => chunk.service === number).length;
  await device.allGood();
  await more(5);
  const subscriptions = asked(service.createSubscription);
  return {
    server,
    proxy,
    device,
    goodOf,
    more,
    asked,
    subscriptions,
    [Symbol.asyncDispose]: async () => await stack.disposeAsync(),
  };
}

/** Checks that the values of each tag, which the server increments by one, arrive once each with the server's time. */
function expectEachOnce(goodOf: (tag: number) => CollectedSample[]): void {
  for (const tag of tags.keys()) {
    const samples = goodOf(tag);
    const first = samples[0]?.value ?? Number.NaN;
    expect(samples.map(({ value }) => value)).toEqual(samples.map((_, i) => first + i));
    const times = samples.map(({ sourceTime }) => sourceTime);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(new Set(times).size).toBe(times.length);
  }
}

it.concurrent('a subscription outlives a lost connection, again and again, and no value between is lost or comes twice', async () => {
  await using all = await running();
  const { proxy, device, goodOf, more, asked, subscriptions } = all;
  for (let round = 1; round <= 3; round++) {
    proxy.cut();
    await device.until(() => device.states().filter((state) => state === 'down').length === round);
    await more(20);
    expect(asked(service.transfer)).toBe(round);
  }
  expect(asked(service.createSubscription)).toBe(subscriptions);
  expect(device.events('dropped')).toEqual([]);
  expectEachOnce(goodOf);
});

it.concurrent('answers that were lost on the way are asked for again', async () => {
  await using all = await running();
  const { proxy, device, goodOf, more } = all;
  proxy.onResponse = (chunk) => (chunk.service === service.publishResponse ? 'swallow' : 'pass');
  const before = proxy.requests.length;
  await device.until(() => proxy.swallowed >= 2);
  proxy.cut();
  proxy.onResponse = () => 'pass';
  await more(20);
  expect(proxy.requests.slice(before).filter((chunk) => chunk.service === service.republish).length).toBeGreaterThan(0);
  expect(device.events('dropped')).toEqual([]);
  expectEachOnce(goodOf);
});

it.concurrent.each([
  ['knows no transfer', unsupported, 1],
  ['has let go of the subscription', idInvalid, 2],
] as const)('a server that %s gives new subscriptions', async (_, status, transfers) => {
  await using all = await running();
  const { proxy, device, more, asked, subscriptions } = all;
  proxy.onRequest = (chunk): Verdict => (chunk.service === service.transfer ? status : 'pass');
  for (let round = 1; round <= 2; round++) {
    proxy.cut();
    await device.until(() => device.states().filter((state) => state === 'down').length === round);
    await more(5);
    expect(asked(service.createSubscription)).toBe(subscriptions + round);
  }
  expect(asked(service.transfer)).toBe(transfers);
});

it.concurrent('a server that starts again in between gives new subscriptions', async () => {
  await using all = await running();
  const { server, device, more, asked, subscriptions } = all;
  await server.stop();
  await device.until(() => device.states().includes('down'));
  await server.start();
  await more(5);
  expect(asked(service.transfer)).toBe(1);
  expect(asked(service.createSubscription)).toBe(subscriptions + 1);
});
