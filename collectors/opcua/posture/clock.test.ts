import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { DeviceSupervisor } from '../../../src/ingest/supervisor.ts';
import { Collected, collect, type OpcuaBench, opcuaDevice, openOpcuaBench, opcuaTag } from '../../../test/support/opcua.ts';

const tags = [opcuaTag('CL.AT01')];
const options = { clockOffsetMs: 0 };
let bench: OpcuaBench;
beforeAll(async () => {
  bench = await openOpcuaBench(options);
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

const clocks = (all: Collected): number[] => all.events.flatMap((event) => (event.type === 'clock' ? [event.offsetMs] : []));

it.each([0, -3_600_000, 7_200_000])('measures that the server’s clock is off by %i ms', async (offset) => {
  options.clockOffsetMs = offset;
  await bench.restart();
  await using session = await bench.collector(tags).connect(new AbortController().signal);
  const startedAt = systemClock.monotonic();
  const [measured = Number.NaN] = clocks(await collect(session, (all) => clocks(all).length > 0));
  // the error is at most half a round trip, which is shorter than this whole test
  expect(Math.abs(measured - offset)).toBeLessThan(systemClock.monotonic() - startedAt);
});

it('reports that it is behind, and that it is right again', async () => {
  options.clockOffsetMs = -3_600_000;
  await bench.restart();
  const seen = new Collected();
  const stop = new AbortController();
  const supervisor = new DeviceSupervisor({
    name: opcuaDevice,
    collector: bench.collector(tags, { postureEveryMs: 1_000 }),
    tags: [0],
    context: bench.context,
    publish: async (observation) => {
      seen.add(observation);
      if (clocks(seen).length === 2) stop.abort();
    },
  });
  const running = supervisor.run(stop.signal);
  while (clocks(seen).length === 0) await systemClock.sleep(20);
  await systemClock.sleep(2_500);
  expect(clocks(seen)).toHaveLength(1);
  options.clockOffsetMs = 0;
  await bench.restart();
  await running;
  const [behind = Number.NaN, right] = clocks(seen);
  expect(behind).toBeLessThan(-3_595_000);
  expect(right).toBe(0);
});
