import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PublishResponse } from 'node-opcua-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modbus, createModbusCollector } from '../../collectors/modbus/index.ts';
import { guard } from '../../collectors/opcua/values/guard.ts';
import { PublishChain } from '../../collectors/opcua/subscription/publishing.ts';
import { type Clock, VirtualClock } from '../../src/core/clock.ts';
import type { Collector, Session } from '../../src/core/collector.ts';
import { ScadaError } from '../../src/core/errors.ts';
import { observeEvent } from '../../src/core/observation.ts';
import { silentLogger } from '../../src/core/plugin.ts';
import { Random } from '../../src/core/random.ts';
import { Supervisor } from '../../src/core/supervisor.ts';
import { DeviceSupervisor } from '../../src/ingest/supervisor.ts';
import { Acknowledgements } from '../../src/notify/acknowledgements.ts';
import { createSpool } from '../../src/storage/spool/index.ts';
import { away, Feed, startIn } from '../support/notify.ts';
import { batchOf, contextOf, tableOf } from '../support/samples.ts';
import { answerPdu, answerRight, type ScriptedRequest, startScriptedPeer } from '../support/scripted-modbus.ts';
import { SocketClock } from '../support/socket-clock.ts';
import { testTag, testTags } from '../support/tags.ts';
import { testContext } from '../support/tiny-plant.ts';

/** Simulated time of each play, ms. */
const playMs = 20_000;
/** Most steps in that time: 100 a second, and those at once. */
const mostSteps = (playMs / 1_000) * 100 + 100;

/** Counts the steps that a loop asks of its peer. A loop that spins gets no further answer, so that the test fails instead of hanging. */
class Steps {
  count = 0;

  async take(): Promise<void> {
    if (++this.count > 10 * mostSteps) await new Promise(() => {});
  }
}

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-rounds-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

type Loop = (steps: Steps, clock: VirtualClock, signal: AbortSignal) => unknown;

const lost = new ScadaError('retryable', 'DEVICE_UNREACHABLE', 'lost');

const device = (clock: Clock, connect: Collector['connect'], signal: AbortSignal): Promise<void> =>
  new DeviceSupervisor({
    name: 'plc',
    collector: { connect },
    tags: [],
    machine: clock,
    context: testContext(clock),
    publish: async () => {},
  }).run(signal);

const session = (observations: () => AsyncGenerator<ReturnType<typeof observeEvent>, void, void>): Session => ({
  stats: () => ({ requests: 0, errors: 0, bytes: 0 }),
  [Symbol.asyncIterator]: observations,
  [Symbol.asyncDispose]: async () => {},
});

const health = (time: number) => observeEvent({ type: 'tick', time });

/** Answer of a server without a change. */
const keepAlive = async (): Promise<PublishResponse> => {
  const { PublishResponse: Response } = await import('node-opcua-client');
  return new Response({ subscriptionId: 1, notificationMessage: { sequenceNumber: 1 } });
};

const publishing =
  (answer: (steps: Steps) => Promise<never>): Loop =>
  async (steps, _, signal) => {
    const chain = new PublishChain({ publish: () => answer(steps) }, new Map([[1, { keepAliveMs: 1_000 }]]));
    while (!signal.aborted) await chain.next();
  };

const notifying =
  (error: () => Error, canary: () => Promise<void> = () => Promise.reject(error())): Loop =>
  (steps, _, signal) => {
    const folder = mkdtempSync(join(dir, 'notify-'));
    const { clock, feed, notifications } = startIn(folder, new Feed(), {
      notifier: {
        notify: async () => {
          await steps.take();
          throw error();
        },
        notifyDigest: async () => {
          await steps.take();
          throw error();
        },
        canary,
      },
    });
    signal.addEventListener('abort', () => void notifications[Symbol.asyncDispose]());
    for (let i = 0; i < 50; i++) feed.happen(0);
    return clock.advance(playMs);
  };

const loops: Readonly<Record<string, Loop>> = {
  'a device that accepts no connection': (steps, clock, signal) =>
    device(
      clock,
      async () => {
        await steps.take();
        throw lost;
      },
      signal,
    ),
  'a session that ends at once': (steps, clock, signal) =>
    device(clock, async () => session(async function* () {}), signal).then(() => steps.take()),
  'a session that ends after its first report': (steps, clock, signal) =>
    device(
      clock,
      async () =>
        session(async function* () {
          await steps.take();
          yield health(clock.now());
        }),
      signal,
    ),
  'a publish request that the server refuses at once': publishing(async (steps) => {
    await steps.take();
    throw new Error('BadTimeout');
  }),
  'a publish request that the server answers at once with nothing': publishing(async (steps) => {
    await steps.take();
    return (await keepAlive()) as never;
  }),
  'a subscription whose keep-alive takes no time, of a server whose clock stands': (steps, clock, signal) =>
    guard(
      {
        context: contextOf(clock),
        device: 'ua',
        keepAliveMs: 0,
        life: { answeredAt: 0, busy: false },
        serverTime: async () => {
          await steps.take();
          return 0;
        },
      },
      signal,
    ),
  'a receiver that is away': notifying(() => away()),
  'a receiver that asks to return at once': notifying(() => away(0)),
  'a receiver that refuses': notifying(() => new ScadaError('fatal', 'NOTIFY_FAILED', 'no')),
  'a receiver that refuses alerts alone': notifying(
    () => new ScadaError('fatal', 'NOTIFY_FAILED', 'no'),
    async () => {},
  ),
  'a receiver whose client fails': notifying(() => new Error('a fault in the client')),
  'a receiver that gives no acknowledgements': (steps, clock, signal) => {
    const feed = new Feed();
    feed.happen(0);
    return new Acknowledgements({
      name: 'test',
      notifier: {
        notify: async () => {},
        notifyDigest: async () => {},
        canary: async () => {},
        acknowledged: async () => {
          await steps.take();
          throw away();
        },
      },
      open: () => feed.open(),
      acknowledge: () => {},
      clock,
      logger: silentLogger,
    }).run(signal);
  },
  'a historian that accepts nothing': async (steps, clock, signal) => {
    const tags = tableOf({ plc: ['A'] });
    const write = async (): Promise<void> => {
      await steps.take();
      throw new ScadaError('retryable', 'STORE_UNAVAILABLE', 'away');
    };
    const historian = {
      write,
      query: async () => [],
      scan: async function* () {},
      stats: async () => ({ samples: 0, bytes: 0, oldest: Number.NaN }),
      [Symbol.asyncDispose]: async () => {},
    };
    const folder = mkdtempSync(join(dir, 'spool-'));
    const spool = await createSpool({ historian, tags, dir: folder, context: contextOf(clock), clock });
    signal.addEventListener('abort', () => void spool[Symbol.asyncDispose]());
    await spool.write(batchOf(tags, 'plc', [{ tag: 'A', time: 0, value: 1 }]), signal);
  },
  'a part that fails at once': (steps, clock, signal) =>
    new Supervisor({ clock, random: new Random(1), logger: silentLogger }).run(
      'part',
      async () => {
        await steps.take();
        throw lost;
      },
      signal,
    ),
};

describe('the loop of', () => {
  it.each(Object.entries(loops))('%s goes round with pauses, and the event loop turns', async (_, loop) => {
    const clock = new VirtualClock(0);
    const steps = new Steps();
    const stop = new AbortController();
    const running = Promise.resolve(loop(steps, clock, stop.signal)).catch(() => {});
    // in steps, so that a loop that waits for a turn of the event loop is not left behind
    for (let passed = 0; passed < playMs; passed += 10) await clock.advance(10);
    expect(steps.count).toBeLessThan(mostSteps);
    stop.abort();
    await Promise.race([running, new Promise((resolve) => void setImmediate(resolve))]);
  });

  it('a session that reports without end lets the event loop turn', async () => {
    const clock = new VirtualClock(0);
    const stop = new AbortController();
    let reports = 0;
    let turns = 0;
    const running = device(
      clock,
      async () =>
        session(async function* () {
          while (!stop.signal.aborted && reports < 1_000_000) {
            reports++;
            yield health(reports);
          }
        }),
      stop.signal,
    );
    while (turns < 5) {
      await new Promise((resolve) => void setImmediate(resolve));
      turns++;
    }
    stop.abort();
    await running;
    expect(reports).toBeLessThan(1_000_000);
  });

  const exception = (code: number) => (request: ScriptedRequest) => answerPdu(request, [0x80 | request.pdu.readUInt8(0), code]);
  it.each<readonly [string, (request: ScriptedRequest) => void]>([
    ['refuses every address', exception(2)],
    ['fails at each request', exception(4)],
    ['acknowledges without an answer', exception(5)],
    ['is always busy', exception(6)],
    ['is a gateway without the unit', exception(11)],
    ['resets each connection', (request) => void request.socket.resetAndDestroy()],
    ['closes each connection', (request) => void request.socket.end()],
    ['answers with a wrong frame', (request) => answerPdu(request, [1])],
    ['does not answer', () => {}],
    [
      'refuses one address and then does not answer',
      (request) => {
        if (request.number > 20) return;
        if (request.pdu.length >= 3 && request.pdu.readUInt16BE(1) === 1_000) exception(2)(request);
        else answerRight(request);
      },
    ],
  ])('a Modbus device that %s is asked with pauses', async (_, script) => {
    using clock = new SocketClock();
    const steps = new Steps();
    await using peer = await startScriptedPeer((request) => {
      steps.count++;
      script(request);
    });
    const config = modbus.schema.parse({ host: '127.0.0.1', port: peer.port, timeoutMs: 200, connections: 2 });
    const tags = testTags([0, 1_000, 2_000].map((register) => testTag(`R${register}`, { table: 'holding', register })));
    const target = { device: 'plc', tags, dataDir: mkdtempSync(join(dir, 'modbus-')), devices: [] };
    const collector = createModbusCollector(config, target, testContext(clock), clock);
    const stop = new AbortController();
    const supervisor = new DeviceSupervisor({
      name: 'plc',
      collector,
      tags: tags.ofDevice('plc'),
      machine: clock,
      context: testContext(clock),
      publish: async () => {},
    });
    const running = supervisor.run(stop.signal);
    await clock.run(clock.sleep(playMs), peer.sockets);
    expect(steps.count).toBeLessThan(playMs / 50);
    stop.abort();
    await clock.run(running, peer.sockets);
  });
});
