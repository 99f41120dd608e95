import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { duckdb } from '../../src/historian/duckdb/index.ts';
import type { Event, Observation } from '../../src/core/observation.ts';
import { Quality } from '../../src/core/quality.ts';
import { Random } from '../../src/core/random.ts';
import { TagTable } from '../../src/core/tag.ts';
import { DeviceSupervisor } from '../../src/ingest/supervisor.ts';
import { type OpcuaBench, opcuaDevice, opcuaTag, openOpcuaBench } from '../support/opcua.ts';

let bench: OpcuaBench;
beforeAll(async () => {
  bench = await openOpcuaBench();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

const wanted = 300;

it('keeps what an OPC UA server dates 1971 to 9970 under the receive time, tells it once, and starts again', async () => {
  const { context, folder, plant, server } = bench;
  const tags = [opcuaTag('CW.LT01'), opcuaTag('CL.AT01')];
  const table = new TagTable(tags);
  const random = new Random(9_970);
  const open = async () =>
    await duckdb.create(duckdb.schema.parse({ memoryLimitMb: 64 }), { tags: table, dataDir: join(folder, 'history') }, context);
  const stop = new AbortController();
  const events: Event[] = [];
  const seen = new Map<number, { readonly quality: number; readonly offset: number }>();
  const push = (): void => {
    for (let n = 0; n < 10; n++) {
      plant.set('CW.LT01', seen.size + n + 1 + random.next());
      plant.time = Date.UTC(
        random.integer(0, 1) === 0 ? random.integer(1971, 2015) : random.integer(2029, 9970),
        random.integer(0, 11),
        9,
      );
      server.publish();
    }
  };
  {
    await using historian = await open();
    const publish = async (observation: Observation): Promise<void> => {
      if (observation.kind === 'event') events.push(observation.event);
      if (observation.kind !== 'batch') return;
      const { batch } = observation;
      await historian.write(batch, stop.signal);
      for (let row = 0; row < batch.length; row++) {
        const offset = (batch.sourceTime[row] as number) - (batch.receiveTime[row] as number);
        if (batch.tag[row] === 0) seen.set(batch.value[row] as number, { quality: batch.quality[row] as number, offset });
      }
      if (seen.size >= wanted) stop.abort();
      else push();
    };
    const collector = bench.collector(tags, { sampling: 'change', queueSize: 50 });
    const supervisor = new DeviceSupervisor({ name: opcuaDevice, collector, tags: [0, 1], context, publish });
    await supervisor.run(stop.signal);
  }
  const states = events.flatMap((event) => (event.type === 'device' ? [event.state] : []));
  expect(states).toEqual(['connecting', 'up']);
  expect(events.filter(({ type }) => type === 'source-times')).toHaveLength(1);
  expect(events.filter(({ type }) => type === 'late-samples')).toHaveLength(0);
  const replaced = [...seen.values()].filter(({ quality }) => quality === Quality.UncertainTimestamp);
  expect(replaced.length).toBeGreaterThan(wanted / 2);
  for (const { offset } of seen.values()) expect(Math.abs(offset)).toBeLessThan(60_000);

  await using again = await open();
  const end = context.clock.now() + 60_000;
  const [series] = await again.query({ tags: ['CW.LT01'], from: end - 3_600_000, to: end }, new AbortController().signal);
  const stored = new Set(series?.value);
  expect([...seen.keys()].filter((value) => !stored.has(value))).toEqual([]);
}, 120_000);
