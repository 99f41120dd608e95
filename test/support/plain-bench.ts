import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, type TestContext } from 'vitest';
import { ownCertificate } from '../../collectors/opcua/certificates/pki.ts';
import { opcua } from '../../collectors/opcua/index.ts';
import type { Collector } from '../../src/core/collector.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { Event } from '../../src/core/observation.ts';
import { isGood } from '../../src/core/quality.ts';
import { type Tag, TagTable } from '../../src/core/tag.ts';
import { DeviceSupervisor } from '../../src/ingest/supervisor.ts';
import { freePort } from './free-port.ts';
import { compilePeer } from './open62541.ts';
import { Collected, opcuaDevice, opcuaTag } from './opcua.ts';
import { requirePeer } from './peers.ts';
import { type PlainOptions, PlainServer } from './plain-opcua.ts';
import { impatientClock, testContext } from './tiny-plant.ts';

/** Tags for the nodes N0 … of the plain server. */
export const plainTags = (count: number, rest: Partial<Tag> = {}): Tag[] =>
  Array.from({ length: count }, (_, i) => opcuaTag(`N${i}`, rest));

/** Upper bound of a wait, ms; conditions that hold at all come far sooner. */
const patienceMs = 100_000;

/** The compiled plain server and a collector's folder. Disposal removes both. */
export class PlainBench implements AsyncDisposable {
  readonly context = testContext();
  readonly #folder: string;
  readonly #program: string;

  private constructor(folder: string, program: string) {
    this.#folder = folder;
    this.#program = program;
  }

  static async open(test: Pick<TestContext, 'skip'>): Promise<PlainBench> {
    const compiler = requirePeer('open62541', test);
    const folder = await mkdtemp(join(tmpdir(), 'scadawatch-plain-'));
    const bench = new PlainBench(folder, await compilePeer(compiler, 'plain', folder));
    // collectors that start at the same time would each create a certificate
    await ownCertificate(bench.dataDir);
    return bench;
  }

  /** The collector's folder. */
  get dataDir(): string {
    return join(this.#folder, 'collector');
  }

  /** @throws Error if it does not start. Another process may take a free port, so that the start is tried again. */
  async server(options: PlainOptions = {}, attempts = 3): Promise<PlainServer> {
    const server = new PlainServer(this.#program, await freePort(), options);
    try {
      await server.start();
    } catch (thrown) {
      if (attempts <= 1) throw thrown;
      return await this.server(options, attempts - 1);
    }
    return server;
  }

  /** A collector without security, because a proxy can only read messages in clear. */
  collector(endpoint: string, tags: readonly Tag[], config: Readonly<Record<string, unknown>> = {}): Collector {
    const parsed = opcua.schema.parse({
      endpoint,
      securityMode: 'None',
      securityPolicy: 'None',
      publishingMs: 100,
      maxRequestsPerSecond: 200,
      ...config,
    });
    const target = { device: opcuaDevice, tags: new TagTable(tags), dataDir: this.dataDir, devices: [] };
    return opcua.create(parsed, target, this.context);
  }

  /** Supervises a collector as the product does, with a short back-off, until disposed. */
  supervise(collector: Collector, tags: readonly Tag[]): Supervised {
    return new Supervised(collector, tags);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** One bench for all tests of the file that calls this, opened with the first of them. */
export function sharedPlainBench(): () => PlainBench {
  // tests of a file may start at the same time and share one promise
  let opening: Promise<PlainBench> | undefined;
  let bench: PlainBench | undefined;
  beforeEach(async ({ skip }) => {
    opening ??= PlainBench.open({ skip });
    bench = await opening;
  });
  afterAll(async () => {
    await bench?.[Symbol.asyncDispose]();
  });
  return () => {
    if (bench === undefined) throw new Error('the bench is there within tests alone');
    return bench;
  };
}

/** A supervised device and all of its observations. */
export class Supervised implements AsyncDisposable {
  readonly seen = new Collected();
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  readonly #count: number;

  /** @param context its clock sets the back-off; by default a lost device is tried again within 100 ms */
  constructor(collector: Collector, tags: readonly Tag[], context = testContext(impatientClock(100))) {
    this.#count = tags.length;
    const supervisor = new DeviceSupervisor({
      name: opcuaDevice,
      collector,
      tags: [...tags.keys()],
      context,
      publish: async (observation) => this.seen.add(observation),
    });
    this.#running = supervisor.run(this.#stop.signal);
  }

  /** Waits for a condition. @throws with the last events if it does not come */
  async until(condition: (seen: Collected) => boolean): Promise<void> {
    const end = systemClock.monotonic() + patienceMs;
    while (!condition(this.seen)) {
      if (systemClock.monotonic() > end) throw new Error(`it did not come: ${JSON.stringify(this.seen.events.slice(-8))}`);
      await systemClock.sleep(10);
    }
  }

  /** Waits until every tag has a good sample after the first `from` samples. */
  async allGood(from = 0): Promise<void> {
    const good = new Set<number>();
    let at = from;
    await this.until(({ samples }) => {
      for (; at < samples.length; at++) {
        const sample = samples[at];
        if (sample !== undefined && isGood(sample.quality)) good.add(sample.tag);
      }
      return good.size === this.#count;
    });
  }

  /** The device's states, in order. */
  states(): string[] {
    return this.seen.events.flatMap((event) => (event.type === 'device' ? [event.state] : []));
  }

  events<Type extends Event['type']>(type: Type): Extract<Event, { type: Type }>[] {
    return this.seen.events.filter((event): event is Extract<Event, { type: Type }> => event.type === type);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }
}
