import { describe, expect, it } from 'vitest';
import { BatchBuilder } from '../core/batch.ts';
import { VirtualClock } from '../core/clock.ts';
import type { Collector, Session } from '../core/collector.ts';
import { ScadaError } from '../core/errors.ts';
import { type Observation, observeBatch } from '../core/observation.ts';
import { mostUntilAlarmMs } from '../core/part-deadlines.ts';
import { Metrics, silentLogger } from '../core/plugin.ts';
import { Quality } from '../core/quality.ts';
import { Random } from '../core/random.ts';
import { DeviceSupervisor } from './supervisor.ts';

const sampleAt = (time: number, quality: number = Quality.Good): Observation => {
  const batch = new BatchBuilder('plc', 1);
  batch.add(0, 1, quality, time, time);
  return observeBatch(batch.publish());
};

/** A collector whose connections follow a script: an error, or the observations of a session before it fails. */
function scripted(script: readonly (ScadaError | readonly Observation[])[], disposed: () => void): Collector {
  let attempt = 0;
  return {
    async connect(): Promise<Session> {
      const step = script[Math.min(attempt++, script.length - 1)];
      if (step === undefined || step instanceof ScadaError) throw step ?? new Error('empty script');
      return {
        stats: () => ({ requests: 0, errors: 0, bytes: 0 }),
        async *[Symbol.asyncIterator]() {
          yield* step;
        },
        async [Symbol.asyncDispose]() {
          disposed();
        },
      };
    },
  };
}

async function supervise(script: Parameters<typeof scripted>[0], seconds: number, tags: readonly number[] = [0]) {
  const clock = new VirtualClock(1_000_000);
  const seen: Observation[] = [];
  let disposed = 0;
  const stop = new AbortController();
  const context = { clock, logger: silentLogger, metrics: new Metrics(), random: new Random(1) };
  const collector = scripted(script, () => disposed++);
  const supervisor = new DeviceSupervisor({
    name: 'plc',
    collector,
    tags,
    machine: clock,
    context,
    publish: async (o) => void seen.push(o),
  });
  const running = supervisor.run(stop.signal);
  await clock.advance(seconds * 1000);
  stop.abort();
  await running;
  const states = seen.flatMap((o) => (o.kind === 'event' && o.event.type === 'device' ? [o.event.state] : []));
  const qualities = seen.flatMap((o) => (o.kind === 'batch' ? [...o.batch.quality] : []));
  const late = seen.flatMap((o) => (o.kind === 'event' && o.event.type === 'late-samples' ? [o.event.count] : []));
  const skews = seen.flatMap((o) => (o.kind === 'event' && o.event.type === 'clock' ? [o.event.offsetMs] : []));
  const replaced = seen.flatMap((o) => (o.kind === 'event' && o.event.type === 'source-times' ? [o.event.count] : []));
  return { states, qualities, late, disposed, skews, replaced };
}

const refused = new ScadaError('retryable', 'DEVICE_UNREACHABLE', 'refused');

describe('DeviceSupervisor', () => {
  it('reconnects after failures, reports each change of state once and marks the tags once', async () => {
    const { states, qualities, disposed } = await supervise([refused, refused, [sampleAt(1), sampleAt(2)]], 5);
    expect(states.slice(0, 3)).toEqual(['connecting', 'down', 'up']);
    expect(qualities.slice(0, 3)).toEqual([Quality.BadNotConnected, Quality.Good, Quality.Good]);
    expect(disposed).toBeGreaterThan(0);
  });

  it('keeps a device with invalid times up, and reports their number once in ten minutes', async () => {
    const wrong = (value: number): Observation => {
      const batch = new BatchBuilder('plc', 1);
      batch.add(0, value, Quality.Good, 32_503_680_000_000, 1_000_000 + value);
      return observeBatch(batch.publish());
    };
    const { states, qualities, late, replaced } = await supervise([[wrong(1), wrong(2), wrong(3)]], 5);
    expect(states.slice(0, 2)).toEqual(['connecting', 'up']);
    expect(qualities.slice(0, 3)).toEqual(Array.from({ length: 3 }, () => Quality.UncertainTimestamp));
    expect(late).toEqual([]);
    expect(replaced).toEqual([1]);
  });

  it('waits longer after each failure of a device', async () => {
    let attempts = 0;
    const collector: Collector = {
      async connect() {
        attempts++;
        throw refused;
      },
    };
    const clock = new VirtualClock(0);
    const stop = new AbortController();
    const context = { clock, logger: silentLogger, metrics: new Metrics(), random: new Random(1) };
    const running = new DeviceSupervisor({ name: 'plc', collector, tags: [], context, publish: async () => {} }).run(stop.signal);
    await clock.advance(300_000);
    stop.abort();
    await running;
    expect(attempts).toBeGreaterThanOrEqual(8);
    expect(attempts).toBeLessThanOrEqual(13);
  });

  it('reports a device as silent that is connected but has no good sample', async () => {
    const { states } = await supervise([[sampleAt(1), sampleAt(2, Quality.BadTimeout)]], 0.1);
    expect(states.slice(0, 3)).toEqual(['connecting', 'up', 'silent']);
  });

  it('reports a device that answers with bad values alone, also if it never had a good one', async () => {
    const bad = (tag: number): Observation => {
      const batch = new BatchBuilder('plc', 1);
      batch.add(tag, Number.NaN, Quality.BadDeviceFailure, 1, 1);
      return observeBatch(batch.publish());
    };
    const { states } = await supervise([[bad(0), bad(1), bad(0)]], 0.1, [0, 1]);
    expect(states.slice(0, 3)).toEqual(['connecting', 'silent', 'down']);
    // a tag without a sample may be good
    expect((await supervise([[bad(0), bad(0)]], 0.1, [0, 1])).states.slice(0, 2)).toEqual(['connecting', 'down']);
    // a time-out is no answer
    const timedOut = await supervise([[sampleAt(1, Quality.BadTimeout)]], 0.1);
    expect(timedOut.states.slice(0, 2)).toEqual(['connecting', 'down']);
  });

  it('reports a session that sends nothing within 15 s, and its next observation', async () => {
    const clock = new VirtualClock(1_000_000);
    const calls: string[] = [];
    const next = Promise.withResolvers<void>();
    const stop = new AbortController();
    const context = { clock, logger: silentLogger, metrics: new Metrics(), random: new Random(1) };
    const collector: Collector = {
      connect: async () => ({
        stats: () => ({ requests: 0, errors: 0, bytes: 0 }),
        async *[Symbol.asyncIterator]() {
          yield sampleAt(clock.now());
          await next.promise;
          yield sampleAt(clock.now());
          await new Promise(() => {});
        },
        [Symbol.asyncDispose]: async () => {},
      }),
    };
    const part = { failed: (error: unknown) => calls.push((error as Error).message), recovered: () => calls.push('recovered') };
    const device = { name: 'plc', collector, tags: [0], machine: clock, context, part, publish: async () => {} };
    const running = new DeviceSupervisor(device).run(stop.signal);
    await clock.advance(10_000);
    expect(calls).toEqual([]);
    await clock.advance(mostUntilAlarmMs - 10_000);
    expect(calls).toEqual(['the session has sent nothing for 13 s']);
    next.resolve();
    await clock.advance(1_000);
    expect(calls.slice(1)).toEqual(['recovered']);
    stop.abort();
    await running;
  });

  it('does not report a device as silent for one tag that is bad while another is good', async () => {
    const bad = new BatchBuilder('plc', 1);
    bad.add(1, Number.NaN, Quality.BadNodeIdUnknown, 2, 2);
    const { states } = await supervise([[sampleAt(1), observeBatch(bad.publish()), sampleAt(3)], refused], 0.1, [0, 1]);
    expect(states.slice(0, 3)).toEqual(['connecting', 'up', 'down']);
  });

  it('counts source times that run back, and reports their number once in a period', async () => {
    const { late } = await supervise([[sampleAt(5), sampleAt(5), sampleAt(4), sampleAt(6), sampleAt(2)]], 0.1);
    expect(late).toEqual([1]);
  });

  it('abandons a session that yields nothing, even if it cannot be closed', async () => {
    const clock = new VirtualClock(1_000_000);
    const states: string[] = [];
    let connections = 0;
    const never = new Promise<never>(() => {});
    const stop = new AbortController();
    const context = { clock, logger: silentLogger, metrics: new Metrics(), random: new Random(1) };
    const collector: Collector = {
      async connect() {
        connections++;
        return {
          stats: () => ({ requests: 0, errors: 0, bytes: 0 }),
          async *[Symbol.asyncIterator]() {
            yield sampleAt(clock.now());
            await never;
          },
          [Symbol.asyncDispose]: () => never,
        };
      },
    };
    const publish = async (o: Observation): Promise<void> => {
      if (o.kind === 'event' && o.event.type === 'device') states.push(o.event.state);
    };
    const supervisor = new DeviceSupervisor({ name: 'plc', collector, tags: [0], context, publish, machine: clock });
    const running = supervisor.run(stop.signal);
    for (let second = 0; second < 200; second++) await clock.advance(1_000);
    expect(connections).toBeGreaterThan(1);
    expect(states.slice(0, 4)).toEqual(['connecting', 'up', 'down', 'up']);
    stop.abort();
    for (let second = 0; second < 20; second++) await clock.advance(1_000);
    await running;
  });

  it('treats a tap without tags as up after its first report', async () => {
    const tick: Observation = { kind: 'event', event: { type: 'tick', time: 1 } };
    const { states } = await supervise([[tick, tick], refused], 1, []);
    expect(states.slice(0, 2)).toEqual(['connecting', 'up']);
  });

  it('reports that a device is ahead of the monitor’s clock', async () => {
    const ahead = new BatchBuilder('plc', 1);
    ahead.add(0, 1, Quality.Good, 1_090_000, 1_000_000);
    const { skews } = await supervise([[observeBatch(ahead.publish())], refused], 1);
    expect(skews).toEqual([90_000]);
  });

  it('stamps each batch with monotonic time for its checks, so that a clock set back does not hide a device that is ahead', async () => {
    const set = { day: 50_000_000, up: 0 };
    const clock = new VirtualClock(0);
    const machine = { now: () => set.day, monotonic: () => set.up, sleep: (ms: number, s?: AbortSignal) => clock.sleep(ms, s) };
    const reading = (aheadMs: number): Observation => {
      const batch = new BatchBuilder('plc', 1);
      batch.add(0, 1, Quality.Good, set.day + aheadMs, set.day);
      return observeBatch(batch.publish());
    };
    const session: Session = {
      stats: () => ({ requests: 0, errors: 0, bytes: 0 }),
      async *[Symbol.asyncIterator]() {
        yield reading(0);
        set.day -= 3_600_000;
        set.up += 61_000;
        yield reading(90_000);
      },
      async [Symbol.asyncDispose]() {},
    };
    const seen: Observation[] = [];
    const stop = new AbortController();
    const context = { clock: machine, logger: silentLogger, metrics: new Metrics(), random: new Random(1) };
    const publish = async (o: Observation): Promise<void> => void seen.push(o);
    const collector = { connect: async () => session };
    const running = new DeviceSupervisor({ name: 'plc', collector, tags: [0], context, publish, machine }).run(stop.signal);
    await clock.advance(500);
    stop.abort();
    await running;
    // the last batch is the one that reports the loss of the device
    expect(seen.flatMap((o) => (o.kind === 'batch' ? [o.monotonic] : []))).toEqual([0, 61_000, 61_000]);
    expect(seen.flatMap((o) => (o.kind === 'event' && o.event.type === 'clock' ? [o.event.offsetMs] : []))).toEqual([90_000]);
  });

  it('reports changes of the clock offset that a device reports', async () => {
    const asked = (offsetMs: number): Observation => ({
      kind: 'event',
      event: { type: 'clock', time: 1, device: 'plc', offsetMs },
    });
    const { skews } = await supervise([[asked(12), asked(-90_000), asked(-90_010), asked(40), asked(-3)], refused], 1);
    expect(skews).toEqual([-90_000, 0]);
  });
});
