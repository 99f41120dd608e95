import { opcua } from '../../collectors/opcua/index.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { Observation } from '../../src/core/observation.ts';
import { Quality } from '../../src/core/quality.ts';
import { Random } from '../../src/core/random.ts';
import { TagTable } from '../../src/core/tag.ts';
import { DeviceSupervisor } from '../../src/ingest/supervisor.ts';
import { collect, type OpcuaBench, opcuaDevice, opcuaTag } from './opcua.ts';
import { attack, HostileServer, openRecorder, type Said } from './opcua-conversation.ts';
import { impatientClock, testContext } from './tiny-plant.ts';

const names = ['CL.AT01', 'CW.LT01', 'PS.P1.RUN', 'PS.P1.STARTS'];
const path = { address: { path: '/1:chlorination/1:DOSING/1:CL.SP' } };
const tags = [...names.map((name) => opcuaTag(name)), opcuaTag('PATH', path)];
const inClear = { securityMode: 'None', securityPolicy: 'None', user: undefined, maxRequestsPerSecond: 1_000, publishingMs: 100 };
/** Number of simultaneous devices or hostile clients. */
const atOnce = 6;
/** Time without an answer after which the hostile side closes a connection, ms. */
const patienceMs = 30;
/** Longest sleep of the device's clock, ms, so that back-off takes no time. */
const longestSleepMs = 20;
const never = new AbortController().signal;

/** Records the messages of a collector and the simulated server, without security, from Hello to the end of the channel. */
export async function recordConversation(bench: OpcuaBench): Promise<readonly Said[]> {
  await using recorder = await openRecorder(bench.server.port);
  {
    await using session = await bench.collector(tags, { ...inClear, endpoint: recorder.endpoint }).connect(never);
    let value = 0;
    await collect(session, ({ samples }) => {
      bench.plant.set('CW.LT01', ++value);
      bench.plant.step(1);
      bench.server.publish();
      return samples.length > 60;
    });
  }
  return [...recorder.said];
}

export interface ClientFuzz {
  readonly damaged: number;
  readonly connections: number;
  /** Number of times that a device was reported down. */
  readonly down: number;
  /** Number of batches that mark the tags of a lost device. */
  readonly marked: number;
  /** Number of devices whose tags were all good after the server had stopped damaging. */
  readonly recovered: number;
}

/** Supervises devices whose server damages `count` messages, then lets them recover. Resolves when all have recovered. */
export async function fuzzClients(bench: OpcuaBench, said: readonly Said[], count: number, seed: number): Promise<ClientFuzz> {
  const random = new Random(seed);
  await using hostile = await HostileServer.open({ said, random, patienceMs });
  const stop = new AbortController();
  let down = 0;
  let marked = 0;
  const good = Array.from({ length: atOnce }, () => new Set<number>());
  const running = good.map(async (of, device) => {
    const context = { ...testContext(impatientClock(longestSleepMs)), random: random.fork(`device ${device}`) };
    const target = { device: opcuaDevice, tags: new TagTable(tags), dataDir: `${bench.folder}/fuzz${device}`, devices: [] };
    const collector = opcua.create(opcua.schema.parse({ ...inClear, endpoint: hostile.endpoint }), target, context);
    const publish = async (observation: Observation): Promise<void> => {
      if (observation.kind === 'event' && observation.event.type === 'device' && observation.event.state === 'down') down++;
      if (observation.kind !== 'batch') return;
      const { batch } = observation;
      if (batch.quality[0] === Quality.BadNotConnected) marked++;
      for (let row = 0; !hostile.hostile && row < batch.length; row++)
        if (batch.quality[row] === Quality.Good) of.add(batch.tag[row] as number);
    };
    await new DeviceSupervisor({ name: opcuaDevice, collector, tags: [...tags.keys()], context, publish }).run(stop.signal);
  });
  while (hostile.damaged < count) await systemClock.sleep(longestSleepMs);
  hostile.hostile = false;
  while (good.some(({ size }) => size < tags.length)) await systemClock.sleep(longestSleepMs);
  stop.abort();
  await Promise.all(running);
  const { damaged, connections } = hostile;
  return { damaged, connections, down, marked, recovered: good.length };
}

/**
 * Sends `count` damaged messages to the simulated server and then reads values. Resolves with the number of refused connections.
 */
export async function fuzzServer(bench: OpcuaBench, said: readonly Said[], count: number, seed: number): Promise<number> {
  const random = new Random(seed);
  let damaged = 0;
  let connection = 0;
  let refused = 0;
  const attacker = async (): Promise<void> => {
    while (damaged < count) {
      const seen = await attack(bench.server.port, said, random.fork(`connection ${++connection}`), patienceMs);
      damaged += seen.damaged;
      if (seen.refused) refused++;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, attacker));
  await using session = await bench.collector(tags, inClear).connect(never);
  await collect(session, (seen) => tags.every((_, tag) => seen.of(tag).some(({ quality }) => quality === Quality.Good)));
  return refused;
}

/** Memory of the process, bytes. */
export const heldBytes = (): number => {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};
