import { describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { isGood, Quality } from '../../src/core/quality.ts';
import { Random } from '../../src/core/random.ts';
import type { Tag } from '../../src/core/tag.ts';
import { collect, opcuaTag } from '../support/opcua.ts';
import { OpcuaProxy } from '../support/opcua-proxy.ts';
import { channelEnd, type Chunk, errorMessage, operationsOf, service } from '../support/opcua-wire.ts';
import { plainTags, sharedPlainBench, type Supervised } from '../support/plain-bench.ts';
import type { PlainServer } from '../support/plain-opcua.ts';

const bench = sharedPlainBench();

// They wait for deadlines, the shortest of which is 5 s.
vi.setConfig({ testTimeout: 120_000 });

const signal = new AbortController().signal;
const tags = plainTags(40);
const sessionIdInvalid = 0x80250000;
const noSubscription = 0x80790000;
const channelIdInvalid = 0x80220000;
const channelClosed = 0x80860000;
const modes = ['subscribe', 'poll'] as const;
/** Requests that may stay unanswered: publish, and the end of a session. */
const unheard: readonly number[] = [service.publish, service.closeSession];

const random = new Random(20_261_124);
const garbage = (length: number): Buffer => Buffer.from(Array.from({ length }, () => random.integer(0, 255)));
/** A chunk header with otherwise invalid content. */
const framed = (length: number): Buffer => {
  const bytes = garbage(length);
  bytes.write('MSGF', 0, 'latin1');
  bytes.writeUInt32LE(length, 4);
  return bytes;
};

/** A server behind a proxy, and a supervised collector that has read every tag. */
async function running(mode: (typeof modes)[number], own: readonly Tag[] = tags, config: Readonly<Record<string, unknown>> = {}) {
  const stack = new AsyncDisposableStack();
  const server: PlainServer = stack.use(await bench().server());
  const proxy: OpcuaProxy = stack.use(await OpcuaProxy.open(server.port));
  const device: Supervised = stack.use(bench().supervise(bench().collector(proxy.endpoint, own, { mode, ...config }), own));
  await device.allGood();
  return { server, proxy, device, [Symbol.asyncDispose]: async () => await stack.disposeAsync() };
}

/** Checks that every value is that of the server: N<i> is a whole number and i / 65536. */
function expectTrueValues({ seen }: Supervised): void {
  const wrong = seen.samples.filter(
    ({ tag, value, quality }) => isGood(quality) && (value < 0 || value % 1 !== tag / 65_536 || value > 1e6),
  );
  expect(wrong).toEqual([]);
}

/** Checks that a gap is reported: by the state of the device, and by a bad quality of every tag. */
function expectGapAccounted(device: Supervised): void {
  expect(device.states()).toContain('down');
  const gap = device.seen.samples.filter(({ quality }) => quality === Quality.BadNotConnected).map(({ tag }) => tag);
  expect(new Set(gap).size).toBe(tags.length);
}

describe.concurrent.each(modes)('by %s, a server', (mode) => {
  it('whose connection is cut comes back with every tag', async () => {
    await using all = await running(mode);
    const { device, proxy } = all;
    const before = device.seen.samples.length;
    proxy.cut();
    await device.until(() => device.states().includes('down'));
    await device.allGood(before);
    expectGapAccounted(device);
    expectTrueValues(device);
  });

  it.each(['SIGKILL', 'SIGTERM'] as const)('that is stopped by %s and starts again comes back with every tag', async (how) => {
    await using all = await running(mode);
    const { device, server } = all;
    await server.stop(how);
    await device.until(() => device.states().includes('down'));
    const before = device.seen.samples.length;
    await server.start();
    await device.allGood(before);
    expectGapAccounted(device);
    expectTrueValues(device);
  });

  it('whose connection stays open without a word is left when two requests have passed their deadlines', async () => {
    // other requests than reads of tags are in the queue
    await using all = await running(mode, tags, { postureEveryMs: 1_000 });
    const { device, proxy } = all;
    const { connections } = proxy;
    const asked = proxy.requests.length;
    proxy.frozen = true;
    await device.until(() => device.states().includes('down'));
    expect(proxy.connections).toBe(connections);
    const unanswered = proxy.requests
      .slice(asked)
      .filter(({ kind, service: number }) => kind === 'MSG' && !unheard.includes(number));
    // the lifetime of a subscription is checked by a read of one node, after the other reads
    const judging = unanswered.filter(
      (chunk) => mode === 'poll' || (chunk.service === service.read && operationsOf(chunk) === 1),
    );
    expect(judging.length).toBeLessThanOrEqual(2);
    const before = device.seen.samples.length;
    proxy.cut();
    proxy.frozen = false;
    await device.allGood(before);
    expectGapAccounted(device);
    expectTrueValues(device);
  });

  it('that drops our session gets a new one, and the library makes none behind our back', async () => {
    await using all = await running(mode);
    const { device, proxy } = all;
    const { connections } = proxy;
    proxy.onRequest = () => (proxy.connections === connections ? sessionIdInvalid : 'pass');
    await device.until(() => device.states().includes('down'));
    const before = device.seen.samples.length;
    await device.allGood(before);
    const sessions = proxy.requests.filter((chunk) => chunk.service === service.createSession).length;
    expect(sessions).toBe(proxy.connections);
    expectGapAccounted(device);
  });

  it('that sends each byte alone gives the same values', async () => {
    // a turn of the event loop for each byte may take longer than the shortest deadline on a loaded machine
    await using all = await running(mode, tags, { deadlineMs: 60_000 });
    const { device, proxy } = all;
    proxy.delivery = () => 'bytes';
    const before = device.seen.samples.length;
    await device.allGood(before);
    expect(device.states()).toEqual(['connecting', 'up']);
    expectTrueValues(device);
  });

  it.each([
    ['breaks off within an answer', 'half'],
    ['answers with other bytes', { garbage }],
    ['answers with other bytes in a right frame', { garbage: framed }],
  ] as const)('that %s is left and comes back', async (_, delivery) => {
    await using all = await running(mode);
    const { device, proxy } = all;
    let left = 1;
    proxy.delivery = (chunk) => (chunk.kind === 'MSG' && left-- > 0 ? delivery : 'whole');
    await device.until(() => device.states().includes('down'));
    await device.allGood(device.seen.samples.length);
    expectGapAccounted(device);
    expectTrueValues(device);
  });

  it.each([
    ['an ERR message, and the connection', () => errorMessage(channelClosed, 'maintenance'), true],
    ['an ERR message alone', () => errorMessage(channelClosed, 'maintenance'), false],
    ['an ERR message that knows no such channel', () => errorMessage(channelIdInvalid, ''), true],
    ['a CLO message, and the connection', channelEnd, true],
    ['a CLO message alone', channelEnd, false],
  ] as const)('that ends the channel in mid-session by %s, is left and comes back', async (_, words, ends) => {
    await using all = await running(mode);
    const { device, proxy } = all;
    const { connections } = proxy;
    let left = 1;
    proxy.delivery = (chunk) => (chunk.kind === 'MSG' && left-- > 0 ? { farewell: words(chunk), ends } : 'whole');
    await device.until(() => device.states().includes('down'));
    await device.allGood(device.seen.samples.length);
    expect(proxy.connections).toBeGreaterThan(connections);
    expectGapAccounted(device);
    expectTrueValues(device);
  });

  it.each([
    ['BadSecureChannelIdInvalid', channelIdInvalid],
    ['BadSecureChannelClosed', channelClosed],
  ])('that answers everything by %s is left and comes back', async (_, status) => {
    await using all = await running(mode);
    const { device, proxy } = all;
    const { connections } = proxy;
    proxy.onRequest = () => (proxy.connections === connections ? status : 'pass');
    await device.until(() => device.states().includes('down'));
    await device.allGood(device.seen.samples.length);
    expectGapAccounted(device);
    expectTrueValues(device);
  });

  it('that answers long after the deadline does us no harm', async () => {
    await using all = await running(mode);
    const { device, proxy } = all;
    let late = 1;
    proxy.delayMs = ({ service: number }) => (number === service.readResponse && late-- > 0 ? 7_000 : 0);
    const before = device.seen.samples.length;
    // the health check of a subscription reads the server's time once in 10 s
    await device.until(() => late < 0);
    await systemClock.sleep(1_000);
    await device.allGood(Math.max(before, device.seen.samples.length));
    expectTrueValues(device);
  });
});

describe.concurrent('answers with a few wrong bytes', () => {
  it.for([1, 2, 3, 4, 5, 6])('seed %i: never end the process, and are forgotten when they are right again', async (seed) => {
    const own = new Random(seed);
    await using all = await running(seed % 2 === 0 ? 'subscribe' : 'poll');
    const { device, proxy } = all;
    const spoiled = (bytes: Buffer): Buffer => {
      const copy = Buffer.from(bytes);
      for (let i = own.integer(1, 4); i > 0; i--) copy[own.integer(8, copy.length - 1)] = own.integer(0, 255);
      return copy;
    };
    const answers: readonly number[] = [service.readResponse, service.publishResponse];
    let spoilt = 0;
    proxy.delivery = (chunk) => {
      if (!answers.includes(chunk.service) || own.next() > 0.3) return 'whole';
      spoilt++;
      return { garbage: () => spoiled(chunk.bytes) };
    };
    for (let round = 0; round < 4; round++) {
      await systemClock.sleep(1_200);
      proxy.cut();
    }
    proxy.delivery = () => 'whole';
    const before = device.states().length;
    proxy.cut();
    expect(spoilt).toBeGreaterThan(0);
    // it may be down already
    await device.until(() =>
      device
        .states()
        .slice(before - 1)
        .includes('down'),
    );
    await device.allGood(device.seen.samples.length);
  });
});

describe.concurrent('a subscription', () => {
  it('that the server has deleted is made again', async () => {
    await using all = await running('subscribe');
    const { device, proxy } = all;
    const { connections } = proxy;
    proxy.onRequest = (chunk) =>
      chunk.service === service.publish && proxy.connections === connections ? noSubscription : 'pass';
    await device.until(() => device.states().includes('down'));
    const before = device.seen.samples.length;
    await device.allGood(before);
    expectGapAccounted(device);
    expectTrueValues(device);
  });

  it('that is silent is left; after the second time the tags are read', async () => {
    await using all = await running('subscribe');
    const { device, proxy } = all;
    proxy.onResponse = (chunk) => (chunk.service === service.publishResponse ? 'swallow' : 'pass');
    const before = device.seen.samples.length;
    await device.allGood(before);
    const read = device.events('poll-failed').find(({ message }) => message.includes('so that they are read'));
    expect(read?.tags).toHaveLength(tags.length);
    expectGapAccounted(device);
    expectTrueValues(device);
  });

  it('whose word is lost on the way says so by the number of the next', async () => {
    await using all = await running('subscribe');
    const { device, proxy } = all;
    let lost = 1;
    // a short answer is a keep-alive without data
    const hasData = (chunk: Chunk): boolean => chunk.service === service.publishResponse && chunk.bytes.length > 200;
    proxy.onResponse = (chunk) => (hasData(chunk) && lost-- > 0 ? 'swallow' : 'pass');
    await device.until(() => device.events('dropped').length > 0);
    expect(device.events('dropped')[0]).toMatchObject({ queue: 'ua1: notifications', count: 1 });
  });
});

describe.concurrent.each(modes)('nodes that no tag can have, by %s,', (mode) => {
  it('have a quality of their own, and the others do not notice', async () => {
    const odd = [
      opcuaTag('N0'),
      opcuaTag('HUGE'),
      opcuaTag('ANY'),
      opcuaTag('LONG', { kind: 'text' }),
      opcuaTag('LONG.AS.NUMBER', { address: { node: 'ns=1;s=LONG' } }),
      opcuaTag('MIXED', { scanMs: 50 }),
      opcuaTag('OBJECT', { address: { node: 'ns=1;s=A0' } }),
      opcuaTag('METHOD', { address: { node: 'i=11492' } }),
      opcuaTag('N1'),
    ];
    await using server = await bench().server({ nodes: 2, odd: 200_000 });
    await using session = await bench().collector(server.endpoint, odd, { mode }).connect(signal);
    const seen = await collect(session, (all) => odd.every((_, tag) => all.of(tag).length > 2) && all.of(5).length > 16);
    const qualities = (name: string) => new Set(seen.of(odd.findIndex((tag) => tag.name === name)).map(({ quality }) => quality));
    for (const name of ['HUGE', 'ANY', 'LONG.AS.NUMBER']) expect([...qualities(name)], name).toContain(Quality.BadTypeMismatch);
    expect([...qualities('LONG')]).toContain(0x80080000);
    for (const name of ['HUGE', 'ANY', 'LONG', 'LONG.AS.NUMBER', 'OBJECT', 'METHOD']) {
      expect([...qualities(name)].filter(isGood), name).toEqual([]);
    }
    const mixed = seen.of(5);
    expect(new Set(mixed.filter(({ quality }) => isGood(quality)).map(({ value }) => value))).toEqual(new Set([1.5]));
    expect([...qualities('MIXED')]).toEqual(expect.arrayContaining([Quality.BadSensorFailure, Quality.BadTypeMismatch]));
    for (const tag of [0, 8]) expect(seen.of(tag).filter(({ quality }) => isGood(quality)).length).toBeGreaterThan(2);
    expect(seen.event('poll-failed')).toMatchObject({ tags: expect.arrayContaining([1]) as number[] });
  });
});

describe.concurrent.each(modes)('a value that no session survives, by %s,', (mode) => {
  it('is found and left out, and the others are collected', async () => {
    // 72 MB from a node that is not declared as an array: more than the collector accepts
    await using server = await bench().server({ nodes: 3, odd: 9_000_000 });
    // the server continues to sample for a minute after a broken session, 72 MB each time, so that the period is long
    const own = [...plainTags(3), opcuaTag('ANY', { scanMs: 3_000 })];
    await using device = bench().supervise(bench().collector(server.endpoint, own, { mode }), own);
    await device.until(() => device.events('poll-failed').some(({ message }) => message.includes('sessions broke')));
    const found = device.events('poll-failed').find(({ message }) => message.includes('sessions broke'));
    expect(found?.tags).toEqual([3]);
    const from = device.seen.samples.length;
    await device.until(({ samples }) => {
      const later = samples.slice(from);
      const good = new Set(later.filter(({ quality }) => isGood(quality)).map(({ tag }) => tag));
      return good.size === 3 && later.some(({ tag }) => tag === 3);
    });
    expect(device.states().at(-1)).toBe('up');
    const any = new Set(device.seen.of(3).map(({ quality }) => quality));
    expect([...any].filter(isGood)).toEqual([]);
    expect([...any]).toContain(Quality.BadCommunicationError);
  });
});
