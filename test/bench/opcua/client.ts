import {
  AttributeIds,
  ClientMonitoredItemGroup,
  ClientSubscription,
  MessageSecurityMode,
  OPCUAClient,
  SecurityPolicy,
  TimestampsToReturn,
} from 'node-opcua-client';
import { createOpcuaCollector } from '../../../collectors/opcua/collector.ts';
import { opcuaSchema } from '../../../collectors/opcua/config.ts';
import { TagTable } from '../../../src/core/tag.ts';
import { opcuaDevice, opcuaTag } from '../../support/opcua.ts';
import { testContext } from '../../support/tiny-plant.ts';

/**
 * One run of one client of the OPC UA bench, a process of its own: `client.ts KIND ENDPOINT ITEMS MS FOLDER` prints as JSON how many
 * notifications came in how many seconds, and what CPU time they took. Both kinds watch the same items in the same way.
 */
const [kind = '', endpoint = '', itemsText, msText, dataDir = ''] = process.argv.slice(2);
const items = Number(itemsText);
const ms = Number(msText);
const publishingMs = 50;
const queueSize = 10;
/** Delay after the first notification, so that code is compiled and the requests at the begin of a session are done. */
const warmUpMs = 4_000;

/** Counts from when all is warm until the time is over. */
class Meter {
  readonly done = Promise.withResolvers<void>();
  ended = false;
  #began = Number.NaN;
  #from = Number.NaN;
  #cpu = process.cpuUsage();
  #count = 0;

  add(count: number): void {
    if (this.ended) return;
    const now = performance.now();
    if (Number.isNaN(this.#began)) this.#began = now;
    if (now - this.#began < warmUpMs) return;
    if (Number.isNaN(this.#from)) {
      this.#from = now;
      this.#cpu = process.cpuUsage();
      return;
    }
    this.#count += count;
    if (now - this.#from < ms) return;
    this.ended = true;
    const { user, system } = process.cpuUsage(this.#cpu);
    const seconds = (now - this.#from) / 1_000;
    console.log(JSON.stringify({ notifications: this.#count, seconds, cpuSeconds: (user + system) / 1e6 }));
    this.done.resolve();
  }
}

/** The library alone, as its manual has it: a subscription, and one group of items. */
async function library(): Promise<void> {
  const client = OPCUAClient.create({
    securityMode: MessageSecurityMode.None,
    securityPolicy: SecurityPolicy.None,
    endpointMustExist: false,
  });
  await client.connect(endpoint);
  const session = await client.createSession();
  const subscription = ClientSubscription.create(session, {
    requestedPublishingInterval: publishingMs,
    requestedMaxKeepAliveCount: 10,
    requestedLifetimeCount: 1_000,
    maxNotificationsPerPublish: 10_000,
    publishingEnabled: true,
    priority: 0,
  });
  const group = ClientMonitoredItemGroup.create(
    subscription,
    Array.from({ length: items }, (_, i) => ({ nodeId: `ns=1;s=N${i}`, attributeId: AttributeIds.Value })),
    { samplingInterval: 0, queueSize, discardOldest: true },
    TimestampsToReturn.Both,
  );
  const meter = new Meter();
  group.on('changed', () => meter.add(1));
  await meter.done.promise;
}

/** The collector's session, to the batches that it yields. */
async function session(): Promise<void> {
  // A period so long that no sample is repeated: every received sample is a notification.
  const tags = Array.from({ length: items }, (_, i) => opcuaTag(`N${i}`, { scanMs: 3_600_000 }));
  const security = { securityMode: 'None', securityPolicy: 'None' };
  const config = opcuaSchema.parse({
    endpoint,
    ...security,
    publishingMs,
    queueSize,
    sampling: 'change',
    maxRequestsPerSecond: 1_000,
  });
  const target = { device: opcuaDevice, tags: new TagTable(tags), dataDir, devices: [] };
  const collector = createOpcuaCollector(config, target, testContext());
  const meter = new Meter();
  await using opened = await collector.connect(new AbortController().signal);
  for await (const observation of opened) {
    if (observation.kind !== 'batch') continue;
    meter.add(observation.batch.length);
    if (meter.ended) break;
  }
}

await (kind === 'library' ? library() : session());
process.exit(0);
