import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { Random } from '../../src/core/random.ts';
import { opcuaTag } from '../../test/support/opcua.ts';
import { OpcuaProxy } from '../../test/support/opcua-proxy.ts';
import { type Chunk, operationsOf, requestOf, service } from '../../test/support/opcua-wire.ts';
import { sharedPlainBench } from '../../test/support/plain-bench.ts';

const bench = sharedPlainBench();

// A request that is swallowed is given up after 5 s.
vi.setConfig({ testTimeout: 60_000 });

const nodes = 60;
/** Of a server: 0 stands for none. */
const limit = (max: number) =>
  fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.integer({ min: 1, max }) });

const address = fc
  .integer({ min: 0, max: nodes + 5 })
  .chain((i) =>
    fc.constantFrom<Readonly<Record<string, unknown>>>(
      { node: `ns=1;s=N${i}` },
      { node: `ns=1;s=N${i}`, samplingMs: 0, queueSize: 5 },
      { path: `/1:A0/1:N${i}` },
      { path: `/1:A*/1:N${i}` },
    ),
  );

const device = fc.record({
  tags: fc.array(fc.record({ address, scanMs: fc.constantFrom(50, 200, 1000) }), { minLength: 5, maxLength: 60, size: 'max' }),
  server: fc.record({
    read: limit(20),
    call: limit(20),
    translate: limit(8),
    browse: limit(8),
    perSubscription: limit(40),
    subscriptions: limit(3),
  }),
  config: fc.record({
    nodesPerRead: fc.constantFrom(3, 30, 500),
    itemsPerCall: fc.constantFrom(3, 1_000, 1_000),
    maxRequestsPerSecond: fc.constantFrom(12.5, 20, 60),
    publishingMs: fc.constantFrom(50, 100, 400),
  }),
  /** More operations than this are refused, whatever the server says. */
  takes: fc.constantFrom(5, 1_000, 1_000),
});

type Device = typeof device extends fc.Arbitrary<infer Value> ? Value : never;

/** What the library asks by itself to make a session and to end it: in no budget, but no more than once for each connection. */
const making: readonly number[] = [service.createSession, service.activateSession, service.closeSession];
/** Publish requests wait at the server. */
const free: readonly number[] = [...making, service.getEndpoints, service.publish];
const tooManyOperations = 0x80100000;
/** BadTimeout, BadSessionIdInvalid, BadNoSubscription, BadResponseTooLarge, BadTooManyOperations. */
const refusals = [0x800a0000, 0x80250000, 0x80790000, 0x80b90000, tooManyOperations] as const;
/** A request that is not answered is in flight for so long, at the least, ms. */
const givenUpMs = 4_500;

/** What was asked, when, and on which connection. */
interface Seen {
  readonly at: number;
  readonly chunk: Chunk;
  readonly connection: number;
}

/** Records what a proxy is asked, holds that one request is in flight, and misbehaves. */
class Trial {
  readonly seen: Seen[] = [];
  /** Requests beside the one that may be in flight. */
  readonly beside: string[] = [];
  readonly #proxy: OpcuaProxy;
  readonly #random: Random;
  readonly #takes: number;
  #flying: { readonly connection: number; readonly request: number; until: number } | undefined;

  constructor(proxy: OpcuaProxy, takes: number, random: Random) {
    this.#proxy = proxy;
    this.#takes = takes;
    this.#random = random;
    proxy.onRequest = (chunk, connection) => this.#request(chunk, connection);
    proxy.delayMs = () => (random.next() < 0.05 ? random.integer(1, 300) : 0);
    proxy.delivery = (chunk) => {
      const answers = chunk.kind === 'MSG' && this.#flying?.request === requestOf(chunk);
      if (answers) this.#flying = undefined;
      // what breaks the making of a session only costs time
      if (!answers && chunk.service !== service.publishResponse) return 'whole';
      const choice = random.next();
      if (choice < 0.01) return 'half';
      if (choice < 0.02) return { garbage: (length) => Buffer.from(Array.from({ length }, () => random.integer(0, 255))) };
      return choice < 0.05 ? 'bytes' : 'whole';
    };
  }

  /** Requests that count. */
  get counted(): Seen[] {
    return this.seen.filter(({ chunk }) => !free.includes(chunk.service));
  }

  get sessions(): number {
    return this.seen.filter(({ chunk }) => chunk.service === service.createSession).length;
  }

  #request(chunk: Chunk, connection: number): number | 'pass' | 'swallow' {
    const at = performance.now();
    this.seen.push({ at, chunk, connection });
    const counts = !free.includes(chunk.service);
    if (counts) {
      const before = this.#flying;
      if (before?.connection === connection && before.until > at) this.beside.push(`${chunk.service} beside ${before.request}`);
      this.#flying = { connection, request: requestOf(chunk), until: Number.POSITIVE_INFINITY };
    }
    const verdict = this.#verdict(chunk);
    if (counts && this.#flying !== undefined && verdict !== 'pass')
      this.#flying.until = verdict === 'swallow' ? at + givenUpMs : at;
    return verdict;
  }

  #verdict(chunk: Chunk): number | 'pass' | 'swallow' {
    if (operationsOf(chunk) > this.#takes) return tooManyOperations;
    const choice = this.#random.next();
    // an idle subscription asks for little else
    if (choice < (chunk.service === service.publish ? 0.25 : 0.03)) setImmediate(() => this.#proxy.cut());
    else if (choice < 0.033) return 'swallow';
    else if (choice < 0.07) {
      // one that refuses its limits can not tell them
      const some = operationsOf(chunk) === 1 ? refusals.slice(0, 3) : refusals;
      return some[this.#random.integer(0, some.length - 1)] ?? 'pass';
    }
    return 'pass';
  }
}

/** One collector and one server until enough has happened: which limits were broken and how, and what was asked for. */
async function trialOf(
  mode: 'subscribe' | 'poll',
  { tags, server: told, config, takes }: Device,
  random: Random,
): Promise<{ readonly broken: string[]; readonly services: readonly number[] }> {
  await using server = await bench().server({ nodes, ...told });
  await using proxy = await OpcuaProxy.open(server.port);
  const trial = new Trial(proxy, takes, random);
  const named = tags.map((tag, i) => opcuaTag(`T${i}`, tag));
  const collector = bench().collector(proxy.endpoint, named, { mode, ...config });
  const stop = new AbortController();
  const watching = (async () => {
    while (!stop.signal.aborted) {
      try {
        await using session = await collector.connect(stop.signal);
        for await (const _ of session) if (stop.signal.aborted) break;
      } catch (thrown) {
        if (!stop.signal.aborted) expect(thrown).toMatchObject({ kind: 'retryable' });
      }
    }
  })();
  const perSecond = config.maxRequestsPerSecond;
  const enough = (): boolean => trial.counted.length > 40 && trial.sessions > 2;
  while (!enough()) await Promise.race([systemClock.sleep(10), watching]);
  stop.abort();
  await watching;

  const { beside, counted, seen } = trial;
  // Between two requests lie as many periods of the budget as there are requests, but one: the first may have been on its way for
  // any time, and no other, because each waits for the answer to the one before.
  const tooFast = counted.flatMap(({ at }, i) =>
    counted.slice(i + 1).flatMap((later, k) => {
      const ms = later.at - at;
      return k > (ms * perSecond) / 1_000 + 1e-3 ? [`${k + 2} requests in ${ms} ms`] : [];
    }),
  );
  const most: Readonly<Record<number, number>> = {
    [service.read]: Math.min(config.nodesPerRead, told.read || Number.POSITIVE_INFINITY),
    [service.createItems]: Math.min(config.itemsPerCall, told.call || Number.POSITIVE_INFINITY),
    [service.translate]: told.translate || Number.POSITIVE_INFINITY,
    [service.browse]: told.browse || Number.POSITIVE_INFINITY,
  };
  const tooLarge = counted.flatMap(({ chunk }) => {
    const limited = most[chunk.service] ?? Number.POSITIVE_INFINITY;
    return operationsOf(chunk) > limited ? [`service ${chunk.service}: ${operationsOf(chunk)} of ${limited}`] : [];
  });
  const perConnection = Map.groupBy(
    seen.filter(({ chunk }) => making.includes(chunk.service)),
    ({ chunk, connection }) => `service ${chunk.service} on connection ${connection}`,
  );
  const again = [...perConnection].flatMap(([what, all]) => (all.length > 1 ? [`${all.length} times ${what}`] : []));
  const services = counted.map(({ chunk }) => chunk.service);
  return { broken: [...beside, ...tooFast.slice(0, 3), ...tooLarge, ...again], services };
}

describe.concurrent.each(['subscribe', 'poll'] as const)('what a server is asked for by %s', (mode) => {
  it('never breaks a limit, whatever the tags, the limits and the faults', async () => {
    const random = new Random(2026);
    const trials = fc.sample(device, { seed: 2026, numRuns: 8 }).map(async (one, i) => {
      const { broken, services } = await trialOf(mode, one, random.fork(`${i}`));
      return { found: { ...one, tags: one.tags.length, broken }, services };
    });
    const done = await Promise.all(trials);
    expect(done.map(({ found }) => found).filter(({ broken }) => broken.length > 0)).toEqual([]);
    const batched = [service.read, service.translate, ...(mode === 'subscribe' ? [service.createItems] : [])];
    expect(done.flatMap(({ services }) => services)).toEqual(expect.arrayContaining(batched));
  });
});
