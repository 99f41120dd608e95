import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownCertificate, trustServer } from '../../collectors/opcua/certificates/pki.ts';
import { opcua } from '../../collectors/opcua/index.ts';
import {
  type OpcuaRequest,
  type OpcuaServer,
  type OpcuaServerOptions,
  startOpcuaServer,
} from '../../simulators/servers/opcua/index.ts';
import type { Batch } from '../../src/core/batch.ts';
import type { Collector, CollectorTarget, Session } from '../../src/core/collector.ts';
import type { Event, Observation } from '../../src/core/observation.ts';
import type { PluginContext } from '../../src/core/plugin.ts';
import { type Tag, TagTable } from '../../src/core/tag.ts';
import { assertReadServices } from './read-only.ts';
import { TinyPlant, testContext, tinyPoint } from './tiny-plant.ts';

export const opcuaDevice = 'ua1';

/** Points of the OPC UA server of a waterworks: analog, counter, writable, Boolean, and one that it does not serve. */
export const opcuaPoints = [
  tinyPoint('CL.AT01', { type: 'float32' }, { opcua: true, area: 'chlorination', equipment: 'ANALYSER', unit: 'mg/L', high: 5 }),
  tinyPoint('CW.LT01', { type: 'float32' }, { opcua: true, area: 'clearwell', equipment: 'TANK', unit: 'm', high: 6 }),
  tinyPoint(
    'CL.SP',
    { type: 'float32' },
    { opcua: true, area: 'chlorination', equipment: 'DOSING', unit: 'mg/L', high: 5, writable: true },
  ),
  tinyPoint(
    'PS.P1.RUN',
    { table: 'discrete-input', type: 'bit' },
    { opcua: true, area: 'pumping', equipment: 'PUMP1', unit: '' },
  ),
  tinyPoint(
    'PS.P1.CMD',
    { table: 'coil', type: 'bit' },
    { opcua: true, area: 'pumping', equipment: 'PUMP1', unit: '', writable: true },
  ),
  tinyPoint('PS.P1.STARTS', { type: 'uint32' }, { opcua: true, area: 'pumping', equipment: 'PUMP1', unit: '' }),
  tinyPoint('RW.FT01', { type: 'float32' }),
] as const;

export function opcuaTag(name: string, rest: Partial<Tag> = {}): Tag {
  return {
    name,
    description: '',
    short: '',
    area: 'area',
    equipment: 'equipment',
    device: opcuaDevice,
    kind: 'analog',
    role: 'measurement',
    unit: '',
    decimals: 2,
    scanMs: 200,
    address: { node: `ns=1;s=${name}` },
    ...rest,
  };
}

/**
 * A simulated server and a collector's folder that trust each other. Disposal removes both, and throws if any request was not a
 * read.
 */
export interface OpcuaBench extends AsyncDisposable {
  readonly plant: TinyPlant;
  readonly folder: string;
  readonly user: { readonly name: string; readonly passphrase: string };
  readonly context: PluginContext;
  server: OpcuaServer;
  /** Restarts the server on the same port. */
  restart(pauseMs?: number): Promise<void>;
  collector(tags: readonly Tag[], config?: Readonly<Record<string, unknown>>, context?: PluginContext): Collector;
  target(tags: readonly Tag[]): CollectorTarget;
}

export interface OpcuaBenchOptions extends Partial<OpcuaServerOptions> {
  /** True if clients other than the monitor connect and may write. */
  readonly writers?: boolean;
}

/** @param options read again at each start of the server */
export async function openOpcuaBench(options: OpcuaBenchOptions = {}): Promise<OpcuaBench> {
  const folder = await mkdtemp(join(tmpdir(), 'scadawatch-opcua-'));
  const context = testContext();
  const plant = new TinyPlant(opcuaPoints, Math.floor(context.clock.now()));
  const user = { name: 'reader', passphrase: randomBytes(12).toString('hex') };
  const asked = new Set<string>();
  const onRequest = (request: OpcuaRequest): void => {
    asked.add(request.service);
    options.onRequest?.(request);
  };
  const start = async (port: number): Promise<OpcuaServer> =>
    await startOpcuaServer(
      { plant, host: '127.0.0.1', port, pkiDir: join(folder, 'server'), users: [user], ...options, onRequest },
      context,
    );
  const dataDir = join(folder, 'collector');
  const bench = {
    plant,
    folder,
    user,
    context,
    server: await start(0),
    async restart(pauseMs = 0) {
      const { port } = bench.server;
      await bench.server[Symbol.asyncDispose]();
      await context.clock.sleep(pauseMs);
      bench.server = await start(port);
    },
    target: (tags: readonly Tag[]): CollectorTarget => ({ device: opcuaDevice, tags: new TagTable(tags), dataDir, devices: [] }),
    collector(tags: readonly Tag[], config: Readonly<Record<string, unknown>> = {}, own: PluginContext = context) {
      const parsed = opcua.schema.parse({
        endpoint: bench.server.endpoint,
        user,
        publishingMs: 100,
        maxRequestsPerSecond: 200,
        ...config,
      });
      return opcua.create(parsed, bench.target(tags), own);
    },
    async [Symbol.asyncDispose]() {
      await bench.server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
      if (options.writers !== true) assertReadServices('the simulated server', asked);
    },
  };
  await trustServer(dataDir, bench.server.certificate);
  await bench.server.trust(await ownCertificate(dataDir));
  return bench;
}

/** Observations of a session until `enough` is true. The time limit is that of the test. */
export async function collect(session: Session, enough: (seen: Collected) => boolean): Promise<Collected> {
  const seen = new Collected();
  for await (const observation of session) {
    seen.add(observation);
    if (enough(seen)) return seen;
  }
  return seen;
}

export interface CollectedSample {
  readonly tag: number;
  readonly value: number;
  readonly quality: number;
  readonly sourceTime: number;
  readonly receiveTime: number;
  readonly text: string | undefined;
}

export class Collected {
  readonly batches: Batch[] = [];
  readonly events: Event[] = [];
  readonly samples: CollectedSample[] = [];

  add(observation: Observation): void {
    if (observation.kind === 'event') this.events.push(observation.event);
    if (observation.kind !== 'batch') return;
    const { batch } = observation;
    this.batches.push(batch);
    for (let row = 0; row < batch.length; row++) {
      this.samples.push({
        tag: batch.tag[row] as number,
        value: batch.value[row] as number,
        quality: batch.quality[row] as number,
        sourceTime: batch.sourceTime[row] as number,
        receiveTime: batch.receiveTime[row] as number,
        text: batch.texts.get(row),
      });
    }
  }

  of(tag: number): CollectedSample[] {
    return this.samples.filter((sample) => sample.tag === tag);
  }

  event<Type extends Event['type']>(type: Type): Extract<Event, { type: Type }> | undefined {
    return this.events.find((event): event is Extract<Event, { type: Type }> => event.type === type);
  }
}
