import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { isGood } from '../../src/core/quality.ts';
import { Random } from '../../src/core/random.ts';
import { collect, openOpcuaBench, opcuaTag } from '../../test/support/opcua.ts';
import { OpcuaProxy } from '../../test/support/opcua-proxy.ts';
import { type Chunk, operationsOf, requestOf, service } from '../../test/support/opcua-wire.ts';
import { sharedPlainBench } from '../../test/support/plain-bench.ts';

const bench = sharedPlainBench();

// A request that is swallowed is given up after 5 s.
vi.setConfig({ testTimeout: 300_000 });

const nodes = 60;
/** Operation limit of a server; 0 means none. */
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
  /** More operations than this are refused, whatever limit the server states. */
  takes: fc.constantFrom(5, 1_000, 1_000),
});

type Device = typeof device extends fc.Arbitrary<infer Value> ? Value : never;

/** Requests that the library sends itself to create and end a session. */
const making: readonly number[] = [service.getEndpoints, service.createSession, service.activateSession, service.closeSession];
/**
 * Every message counts as a request, also the opening and the end of the channel, except publish requests, which wait at the
 * server.
 */
const counts = ({ kind, service: number }: Chunk): boolean =>
  kind === 'OPN' || kind === 'CLO' || (kind === 'MSG' && number !== 0 && number !== service.publish);
const isMaking = ({ kind, service: number }: Chunk): boolean => kind !== 'MSG' || making.includes(number);
const named = ({ kind, service: number }: Chunk): string => `${kind} ${number}`;
const tooManyOperations = 0x80100000;
/** BadTimeout, BadSessionIdInvalid, BadNoSubscription, BadResponseTooLarge, BadTooManyOperations. */
const refusals = [0x800a0000, 0x80250000, 0x80790000, 0x80b90000, tooManyOperations] as const;
/** Minimum time for which an unanswered request is in flight, ms: its deadline less the delay of a busy proxy. */
const givenUpMs = 3_500;

/** Service, time and connection of each request. */
interface Seen {
  readonly at: number;
  readonly chunk: Chunk;
  readonly connection: number;
}

/** A request whose answer may still arrive. */
interface Flying {
  readonly chunk: Chunk;
  until: number;
}

/**
 * Requests that came too early. N requests must span at least N − 2 periods of the budget: only the first may have been under way
 * for any time, because each of the others waits for the previous answer.
 * @param times of the requests, ms
 */
const tooSoon = (times: readonly number[], perSecond: number): string[] =>
  times.flatMap((at, i) =>
    times.slice(i + 1).flatMap((later, k) => {
      const ms = later - at;
      return k > (ms * perSecond) / 1_000 + 1e-3 ? [`${k + 2} requests in ${ms} ms`] : [];
    }),
  );

/** Records the requests at a proxy, checks that at most one is in flight, and injects faults. */
class Trial {
  readonly seen: Seen[] = [];
  /** Requests sent while another one was in flight. */
  readonly beside: string[] = [];
  readonly #flying = new Map<number, Flying>();
  readonly #proxy: OpcuaProxy;
  readonly #random: Pick<Random, 'next' | 'integer'>;
  readonly #takes: number;

  constructor(proxy: OpcuaProxy, takes: number, random: Pick<Random, 'next' | 'integer'>) {
    this.#proxy = proxy;
    this.#takes = takes;
    this.#random = random;
    proxy.onChunk = (chunk, connection) => this.#see(chunk, connection);
    proxy.onRequest = (chunk) => this.#request(chunk);
    proxy.delayMs = () => (random.next() < 0.05 ? random.integer(1, 300) : 0);
    proxy.delivery = (chunk, connection) => {
      const answered = this.#answered(chunk, connection);
      // a failure while a session is created only costs time
      const works = answered === undefined ? chunk.service === service.publishResponse : !isMaking(answered);
      if (!works) return 'whole';
      const choice = random.next();
      if (choice < 0.01) return 'half';
      if (choice < 0.02) return { garbage: (length) => Buffer.from(Array.from({ length }, () => random.integer(0, 255))) };
      return choice < 0.05 ? 'bytes' : 'whole';
    };
  }

  /** Number of requests that do more than create a session. */
  get works(): number {
    return this.seen.filter(({ chunk }) => !isMaking(chunk)).length;
  }

  get sessions(): number {
    return this.seen.filter(({ chunk }) => chunk.service === service.createSession).length;
  }

  #see(chunk: Chunk, connection: number): void {
    if (!counts(chunk)) return;
    const at = performance.now();
    this.seen.push({ at, chunk, connection });
    const before = this.#flying.get(connection);
    if (before !== undefined && before.until > at) this.beside.push(`${named(chunk)} beside ${named(before.chunk)}`);
    // the end of a channel has no answer
    if (chunk.kind !== 'CLO') this.#flying.set(connection, { chunk, until: Number.POSITIVE_INFINITY });
  }

  /** Request that an answer belongs to, if it counts; the request is then no longer in flight. */
  #answered(answer: Chunk, connection: number): Chunk | undefined {
    const request = this.#flying.get(connection)?.chunk;
    if (request?.kind !== answer.kind || (answer.kind === 'MSG' && requestOf(request) !== requestOf(answer))) return undefined;
    this.#flying.delete(connection);
    return request;
  }

  #request(chunk: Chunk): number | 'pass' | 'swallow' {
    const verdict = this.#verdict(chunk);
    const flying = [...this.#flying.values()].find((other) => other.chunk === chunk);
    if (flying !== undefined && verdict !== 'pass') flying.until = performance.now() + (verdict === 'swallow' ? givenUpMs : 0);
    return verdict;
  }

  #verdict(chunk: Chunk): number | 'pass' | 'swallow' {
    if (operationsOf(chunk) > this.#takes) return tooManyOperations;
    const choice = this.#random.next();
    // an idle subscription sends few other requests
    if (choice < (chunk.service === service.publish ? 0.25 : 0.03)) setImmediate(() => this.#proxy.cut());
    else if (choice < 0.033) return 'swallow';
    else if (choice < 0.07) {
      // a server that refuses to report its limits
      const some = operationsOf(chunk) === 1 ? refusals.slice(0, 3) : refusals;
      return some[this.#random.integer(0, some.length - 1)] ?? 'pass';
    }
    return 'pass';
  }
}

/** Runs one collector and one server until enough requests were seen; returns violated limits and the requests. */
async function trialOf(
  mode: 'subscribe' | 'poll',
  { tags, server: told, config, takes }: Device,
  random: Random,
): Promise<{ readonly broken: string[]; readonly services: readonly number[] }> {
  await using server = await bench().server({ nodes, ...told });
  await using proxy = await OpcuaProxy.open(server.port);
  const trial = new Trial(proxy, takes, random);
  const asked = tags.map((tag, i) => opcuaTag(`T${i}`, tag));
  const collector = bench().collector(proxy.endpoint, asked, { mode, ...config });
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
  const enough = (): boolean => trial.works > 40 && trial.sessions > 2;
  while (!enough()) await Promise.race([systemClock.sleep(10), watching]);
  stop.abort();
  await watching;

  const { beside, seen } = trial;
  const tooFast = tooSoon(
    seen.map(({ at }) => at),
    perSecond,
  );
  const most: Readonly<Record<number, number>> = {
    [service.read]: Math.min(config.nodesPerRead, told.read || Number.POSITIVE_INFINITY),
    [service.createItems]: Math.min(config.itemsPerCall, told.call || Number.POSITIVE_INFINITY),
    [service.translate]: told.translate || Number.POSITIVE_INFINITY,
    [service.browse]: told.browse || Number.POSITIVE_INFINITY,
  };
  const tooLarge = seen.flatMap(({ chunk }) => {
    if (isMaking(chunk)) return [];
    const limited = most[chunk.service] ?? Number.POSITIVE_INFINITY;
    return operationsOf(chunk) > limited ? [`service ${chunk.service}: ${operationsOf(chunk)} of ${limited}`] : [];
  });
  const perConnection = Map.groupBy(
    // the posture check also reads the endpoints
    seen.filter(({ chunk }) => isMaking(chunk) && chunk.service !== service.getEndpoints),
    ({ chunk, connection }) => `${named(chunk)} on connection ${connection}`,
  );
  const again = [...perConnection].flatMap(([what, all]) => (all.length > 1 ? [`${all.length} times ${what}`] : []));
  const services = seen.map(({ chunk }) => chunk.service);
  return { broken: [...beside, ...tooFast.slice(0, 3), ...tooLarge, ...again], services };
}

describe.concurrent.each(['subscribe', 'poll'] as const)('the requests to a server by %s', (mode) => {
  it('never exceed a limit, for any tags, limits and faults', async () => {
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

/** A server with security, behind a proxy that cannot decode messages; its certificate is read over a separate channel. */
describe.concurrent('a session with security', () => {
  const perSecond = 8;
  const tags = [opcuaTag('CL.AT01', { scanMs: 3_000 })];
  const config = { mode: 'poll', alarms: false, maxRequestsPerSecond: perSecond };

  it('is opened, lost, reopened and closed within the budget', async () => {
    await using secured = await openOpcuaBench();
    const { port } = new URL(secured.server.endpoint);
    await using proxy = await OpcuaProxy.open(Number(port));
    const kinds: string[] = [];
    const times: number[] = [];
    proxy.onChunk = ({ kind, bytes }) => {
      if (kind === 'HEL' || bytes.toString('latin1', 3, 4) !== 'F') return;
      kinds.push(kind);
      times.push(performance.now());
    };
    const collector = secured.collector(tags, { ...config, endpoint: proxy.endpoint });
    for (const lost of [true, false]) {
      await using session = await collector.connect(new AbortController().signal);
      const ends = (async () => {
        for await (const observation of session) {
          if (observation.kind !== 'batch' || !observation.batch.quality.some(isGood)) continue;
          if (lost) proxy.cut();
          else break;
        }
      })();
      if (lost) await expect(ends).rejects.toMatchObject({ kind: 'retryable' });
      else await ends;
    }
    expect(tooSoon(times, perSecond)).toEqual([]);
    const count = (kind: string): number => kinds.filter((other) => other === kind).length;
    // a channel for the certificate and one for the session, twice; one of them was lost
    expect([count('OPN'), count('CLO')]).toEqual([4, 3]);
  });

  it('stays open without requests for longer than a request may take', async () => {
    await using server = await bench().server({ nodes: 1 });
    const slow = [opcuaTag('N0', { scanMs: 7_000 })];
    await using session = await bench()
      .collector(server.endpoint, slow, { mode: 'poll', alarms: false })
      .connect(new AbortController().signal);
    const seen = await collect(session, ({ samples }) => samples.length === 3);
    expect(seen.samples.every(({ quality }) => isGood(quality))).toBe(true);
  });
});

it('ends a session after the answers to earlier requests', async () => {
  await using server = await bench().server({ nodes: 1 });
  await using proxy = await OpcuaProxy.open(server.port);
  const collector = bench().collector(proxy.endpoint, [opcuaTag('N0')], { mode: 'poll', alarms: false });
  const session = await collector.connect(new AbortController().signal);
  const order: number[] = [];
  const asked = Promise.withResolvers<void>();
  proxy.onChunk = (chunk) => {
    if (counts(chunk)) order.push(chunk.service);
    if (chunk.service === service.read) asked.resolve();
  };
  proxy.delayMs = ({ service: number }) => (number === service.readResponse ? 300 : 0);
  proxy.delivery = ({ service: number }) => {
    if (number === service.readResponse) order.push(number);
    return 'whole';
  };
  const ends = (async () => {
    for await (const _ of session);
  })();
  await asked.promise;
  await session[Symbol.asyncDispose]();
  await ends;
  expect(order.slice(0, 3)).toEqual([service.read, service.readResponse, service.closeSession]);
});

it('leaves a server during session creation after the answers to earlier requests', async () => {
  await using server = await bench().server({ nodes: 1 });
  await using proxy = await OpcuaProxy.open(server.port);
  const stop = new AbortController();
  const order: string[] = [];
  const asked = Promise.withResolvers<void>();
  proxy.onChunk = (chunk) => {
    if (chunk.service === service.createSession) asked.resolve();
    if (counts(chunk)) order.push(named(chunk));
  };
  proxy.delayMs = ({ service: number }) => (number === service.createSessionResponse ? 400 : 0);
  proxy.delivery = ({ service: number }) => {
    if (number === service.createSessionResponse) order.push('answer');
    return 'whole';
  };
  const connecting = bench()
    .collector(proxy.endpoint, [opcuaTag('N0')])
    .connect(stop.signal);
  connecting.catch(() => {});
  await asked.promise;
  stop.abort();
  await expect(connecting).rejects.toMatchObject({ name: 'AbortError' });
  await expect.poll(() => order.at(-1)).toBe('CLO 0');
  expect(order.slice(order.indexOf(`MSG ${service.createSession}`)).slice(0, 2)).toEqual([
    `MSG ${service.createSession}`,
    'answer',
  ]);
});

// measured apart from the trials, which keep the machine busy
describe.concurrent.each(['subscribe', 'poll'] as const)('a channel with a short token lifetime, by %s', (mode) => {
  it('is renewed within the budget, with one request in flight and without losses', async () => {
    await using server = await bench().server({ nodes: 20, token: 3_000, period: 100 });
    await using proxy = await OpcuaProxy.open(server.port);
    const trial = new Trial(proxy, Number.POSITIVE_INFINITY, { next: () => 1, integer: () => 0 });
    // answers are slow, so that a request sent before the previous answer is detected
    proxy.delayMs = ({ kind }) => (kind === 'OPN' || kind === 'MSG' ? 60 : 0);
    const perSecond = 30;
    const tags = Array.from({ length: 20 }, (_, i) => opcuaTag(`N${i}`, { scanMs: 100 }));
    // one request per tag, and the most frequent posture checks: the whole budget is used
    const config = { mode, maxRequestsPerSecond: perSecond, nodesPerRead: 1, postureEveryMs: 1_000 };
    const renewals = (): number => trial.seen.filter(({ chunk }) => chunk.kind === 'OPN').length - 1;
    await using session = await bench().collector(proxy.endpoint, tags, config).connect(new AbortController().signal);
    const { samples } = await collect(session, () => renewals() >= 3);
    expect(trial.beside).toEqual([]);
    expect(
      tooSoon(
        trial.seen.map(({ at }) => at),
        perSecond,
      ),
    ).toEqual([]);
    expect(proxy.connections).toBe(1);
    expect(samples.every(({ quality }) => isGood(quality))).toBe(true);
  });
});
