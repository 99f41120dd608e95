import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import type { Discovered, FoundPoint } from '../../../src/core/discovery.ts';
import type { OpcuaRequest } from '../../../simulators/servers/opcua/index.ts';
import { type OpcuaBench, openOpcuaBench } from '../../../test/support/opcua.ts';
import { opcuaSchema } from '../config.ts';
import { discover } from './discover.ts';
import { opcuaDiscovery } from './index.ts';
import { planBrowse } from './plan.ts';
import { opcuaDiscoveryOptions } from './options.ts';

interface Found {
  readonly points: readonly FoundPoint[];
  readonly losses: readonly string[];
  readonly settings: Readonly<Record<string, unknown>>;
}

/** A server, and searches of it. */
class Searched implements AsyncDisposable {
  /** Services of the requests so far. */
  readonly services: string[];
  readonly bench: OpcuaBench;
  /** Called with each request. */
  onRequest: () => void = () => {};

  private constructor(bench: OpcuaBench, services: string[]) {
    this.bench = bench;
    this.services = services;
  }

  static async open(): Promise<Searched> {
    const services: string[] = [];
    const onRequest = ({ service }: OpcuaRequest): void => {
      services.push(service);
      searched.onRequest();
    };
    const searched: Searched = new Searched(await openOpcuaBench({ onRequest }), services);
    return searched;
  }

  async find(given: object = {}, signal = new AbortController().signal): Promise<Found> {
    const { user, server, context } = this.bench;
    const config = opcuaSchema.parse({ endpoint: server.endpoint, user, maxRequestsPerSecond: 1_000 });
    const options = opcuaDiscoveryOptions.parse({ rate: 50, ...given });
    const { device, dataDir } = this.bench.target([]);
    const points: FoundPoint[] = [];
    const losses: string[] = [];
    let settings = {};
    const take = (one: Discovered): void => {
      if (one.kind === 'point') points.push(one.point);
      if (one.kind === 'loss') losses.push(one.text);
      if (one.kind === 'settings') settings = one.settings;
    };
    for await (const one of discover(config, options, { device, dataDir }, context, signal, systemClock)) take(one);
    return { points, losses, settings };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.bench[Symbol.asyncDispose]();
  }
}

// each waits for its rate of requests
describe.concurrent('a discovery', () => {
  const names = ({ points }: Found): string[] => points.map(({ name }) => name).toSorted();
  const everything = ['CL.AT01', 'CL.SP', 'CW.LT01', 'PS.P1.CMD', 'PS.P1.RUN', 'PS.P1.STARTS'];

  it('finds every variable with its description, by read requests only', async () => {
    await using searched = await Searched.open();
    const { bench, services } = searched;
    const found = await searched.find();
    expect(names(found)).toEqual(everything);
    expect(found.losses).toEqual([]);
    expect(found.points.find(({ name }) => name === 'CL.AT01')).toMatchObject({
      address: { namespaceUri: expect.stringContaining('simulator') as string, id: 's=CL.AT01' },
      kind: 'analog',
      unit: 'mg/L',
      range: [0, 5],
      area: 'chlorination',
      equipment: 'ANALYSER',
      description: 'guessed analog (Double, EURange, mg/L): CL.AT01',
    });
    expect(found.points.find(({ name }) => name === 'PS.P1.RUN')).toMatchObject({ kind: 'discrete', equipment: 'PUMP1' });
    expect(found.settings['description']).toMatch(/Simulated controller/);
    const allowed = [
      'ActivateSession',
      'Browse',
      'BrowseNext',
      'CloseSecureChannel',
      'CloseSession',
      'CreateSession',
      'GetEndpoints',
      'OpenSecureChannel',
      'Read',
      'TranslateBrowsePathsToNodeIds',
    ];
    expect([...new Set(services)].filter((service) => !allowed.includes(service))).toEqual([]);
    expect(bench.plant.writes).toEqual([]);
  });

  it('searches only where a pattern can match', async () => {
    await using searched = await Searched.open();
    const found = await searched.find({ glob: '/1:pumping/**/*.P1.*' });
    expect(names(found)).toEqual(['PS.P1.CMD', 'PS.P1.RUN', 'PS.P1.STARTS']);
    // Properties are found although the pattern does not match them.
    expect(found.points.find(({ name }) => name === 'PS.P1.STARTS')?.range).toEqual([0, 1_000_000]);
  });

  it('omits and reports variables without a value', async () => {
    await using searched = await Searched.open();
    const { bench } = searched;
    bench.plant.failed[bench.plant.index('CW.LT01')] = 1;
    bench.plant.step(1);
    bench.server.publish();
    const found = await searched.find();
    expect(names(found)).not.toContain('CW.LT01');
    expect(found.losses).toEqual(['/1:clearwell/1:TANK/1:CW.LT01: no value now: BadSensorFailure']);
  });

  it('takes the time that follows from its rate', async () => {
    await using searched = await Searched.open();
    const { services } = searched;
    const start = performance.now();
    const before = services.length;
    await searched.find({ rate: 10 });
    const asked = services.slice(before).filter((service) => /^(Browse|BrowseNext|Read|Translate.*)$/.test(service)).length;
    expect(asked).toBeGreaterThan(6);
    expect(performance.now() - start).toBeGreaterThan((asked - 1) * 100 - 50);
  });

  it.each([
    [{ maxNodes: 3 }, 'the walk ended at 3 nodes'],
    [{ depth: 2 }, 'the walk ended at a depth of 2 names'],
  ])('is bounded by %j', async (given, loss) => {
    await using searched = await Searched.open();
    const { losses } = await searched.find(given);
    expect(losses).toEqual([loss]);
  });

  it('ends at its maximum number of requests', async () => {
    await using searched = await Searched.open();
    const { bench, services } = searched;
    const plain = ['Browse', 'BrowseNext', 'Read', 'TranslateBrowsePathsToNodeIds'];
    const found = await searched.find({ maxRequests: 10 });
    const usual = services.filter((service) => plain.includes(service)).length;
    expect(names(found)).toEqual(everything);
    services.length = 0;
    const config = opcuaSchema.parse({ endpoint: bench.server.endpoint });
    // Enough requests to find the variables, but not to read them.
    const options = { ...opcuaDiscoveryOptions.parse({ rate: 50 }), maxRequests: 5 };
    const short = { ...config, user: bench.user };
    const { device, dataDir } = bench.target([]);
    const told: Discovered[] = [];
    for await (const one of discover(
      short,
      options,
      { device, dataDir },
      bench.context,
      new AbortController().signal,
      systemClock,
    ))
      told.push(one);
    const asked = services.filter((service) => plain.includes(service)).length;
    expect(asked).toBeLessThan(usual);
    expect(asked).toBeLessThanOrEqual(planBrowse(short, options).mostRequests);
    expect(told.flatMap((one) => (one.kind === 'loss' ? [one.text] : []))).toEqual([
      'it ended at 5 requests; of the 6 variables that were found by then 6 were not read',
    ]);
  });

  it('stops at once on request, and reports what it omits', async () => {
    await using searched = await Searched.open();
    const { services } = searched;
    const stop = new AbortController();
    let browsed = 0;
    searched.onRequest = () => {
      if (services.at(-1) === 'Browse' && ++browsed === 4) stop.abort();
    };
    const { losses, points } = await searched.find({}, stop.signal);
    expect(points).toEqual([]);
    expect(losses[0]).toMatch(/^it was stopped before its end; of the \d+ variables/);
    expect(services.slice(services.lastIndexOf('Browse') + 1).filter((service) => service === 'Read')).toEqual([]);
  });

  it('fails like the collector if access is denied', async () => {
    await using searched = await Searched.open();
    const { bench } = searched;
    const config = opcuaSchema.parse({ endpoint: bench.server.endpoint, user: { name: 'reader', passphrase: 'wrong' } });
    const { device, dataDir } = bench.target([]);
    const looking = async (): Promise<void> => {
      const signal = new AbortController().signal;
      for await (const _ of discover(
        config,
        opcuaDiscoveryOptions.parse({}),
        { device, dataDir },
        bench.context,
        signal,
        systemClock,
      ));
    };
    await expect(looking()).rejects.toMatchObject({ kind: 'config', code: 'DEVICE_REFUSED' });
  });
});

describe('the options of a discovery', () => {
  const settings = (endpoint: string, given: object) => opcuaDiscovery.settings(endpoint, opcuaDiscoveryOptions.parse(given));

  it('become settings of the device, without passphrases', () => {
    expect(settings('opc.tcp://10.0.0.7:4840', {})).toEqual({ endpoint: 'opc.tcp://10.0.0.7:4840' });
    const secure = settings('opc.tcp://10.0.0.7:4840', { security: 'Basic256Sha256', user: 'monitor' });
    expect(secure).toEqual({
      endpoint: 'opc.tcp://10.0.0.7:4840',
      securityMode: 'SignAndEncrypt',
      securityPolicy: 'Basic256Sha256',
      user: { name: 'monitor', passphrase: '${env:OPCUA_PASSPHRASE}' },
    });
    for (const one of [secure, settings('opc.tcp://10.0.0.7:4840', { security: 'None' })])
      expect(opcuaSchema.safeParse(one).success).toBe(true);
    expect(() => settings('http://10.0.0.7', {})).toThrow(/no address of an OPC UA server/);
  });

  it("are bounded, and never exceed the device's rate limit", () => {
    const config = opcuaSchema.parse({ endpoint: 'opc.tcp://10.0.0.7:4840', maxRequestsPerSecond: 2 });
    const plan = planBrowse(config, opcuaDiscoveryOptions.parse({ rate: 20, maxRequests: 100 }));
    expect(plan).toMatchObject({ requestsPerSecond: 2, mostRequests: 103, seconds: 51.5 });
    expect(plan.operations).toEqual(expect.arrayContaining(['Browse', 'Read']) as string[]);
    expect(opcuaDiscoveryOptions.safeParse({ glob: 'Pumping' }).success).toBe(false);
    expect(opcuaDiscoveryOptions.safeParse({ security: 'Basic256' }).success).toBe(false);
  });
});
