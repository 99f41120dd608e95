import { describe, expect, it } from 'vitest';
import { createModbusCollector, modbus } from '../../collectors/modbus/index.ts';
import { opcua } from '../../collectors/opcua/index.ts';
import { formatFigure, formatPercent } from '../../dashboard/client/src/pure/format.ts';
import { loadOf } from '../../dashboard/client/src/pure/state/device-load.ts';
import { DeviceBoard } from '../../src/monitor/devices.ts';
import { PacedClock, systemClock } from '../../src/core/clock.ts';
import { TagTable } from '../../src/core/tag.ts';
import { DeviceSupervisor } from '../../src/ingest/supervisor.ts';
import { opcuaDevice } from '../support/opcua.ts';
import { OpcuaProxy } from '../support/opcua-proxy.ts';
import { type Chunk, service } from '../support/opcua-wire.ts';
import { plainTags, sharedPlainBench } from '../support/plain-bench.ts';
import { answerPdu, frameFor, rightPdu, startScriptedPeer } from '../support/scripted-modbus.ts';
import { SocketClock } from '../support/socket-clock.ts';
import { testTag, testTags } from '../support/tags.ts';
import { testContext } from '../support/tiny-plant.ts';

const settings = { maxRequestsPerSecond: 8, timeoutMs: 200, identity: false };

it.each([1, 10])(
  'the table of devices shows the load that a device really had, at %s times the speed of the plant',
  async (speed) => {
    using clock = new SocketClock();
    const plant = new PacedClock({ plantMs: clock.now(), wallMs: clock.now(), speed }, clock);
    const had: { readonly at: number; readonly bytes: number }[] = [];
    await using peer = await startScriptedPeer((request) => {
      // one of eight is refused, one is slow
      const pdu = request.number % 8 === 3 ? Buffer.from([0x83, 6]) : rightPdu(request);
      had.push({ at: clock.monotonic(), bytes: 12 + frameFor(request, pdu).length });
      const answer = (): void => answerPdu(request, pdu);
      if (request.number % 8 === 5) void clock.sleep(90).then(answer);
      else answer();
    });
    const tags = testTags(
      [0, 1, 300, 301, 700].map((register, i) =>
        testTag(`R${register}`, { table: 'holding', register }, { scanMs: 1_000 + 700 * i }),
      ),
    );
    const config = modbus.schema.parse({ ...settings, host: '127.0.0.1', port: peer.port });
    const board = new DeviceBoard([{ name: 'plc1', description: '', plugin: modbus, config }], tags, plant.now());
    const context = testContext(plant);
    const collector = createModbusCollector(config, { device: 'plc1', tags, dataDir: '', devices: [] }, context, clock);
    const shown: { readonly at: number; readonly load: ReturnType<typeof loadOf> }[] = [];
    const supervisor = new DeviceSupervisor({
      name: 'plc1',
      collector,
      tags: tags.ofDevice('plc1'),
      context,
      machine: clock,
      publish: async (observation) => {
        board.take(observation);
        if (observation.kind === 'event' && observation.event.type === 'device-health')
          shown.push({ at: clock.monotonic(), load: loadOf(board.list()[0]?.health) });
      },
    });
    const stop = new AbortController();
    const running = supervisor.run(stop.signal);
    await clock.run(clock.sleep(60_000 / speed + 30_000), peer.sockets);
    stop.abort();
    await clock.run(running, peer.sockets);

    expect(shown.length).toBeGreaterThan(3);
    expect(new Set(shown.map(({ load }) => load.requestsPerSecond)).size).toBeGreaterThan(1);
    shown.slice(1).forEach(({ at, load }, i) => {
      const since = shown[i]?.at ?? 0;
      const seconds = (at - since) / 1_000;
      const within = had.filter((one) => one.at > since && one.at <= at);
      expect(within.length).toBeGreaterThan(0);
      expect(load.requestsPerSecond).toBe(formatFigure(within.length / seconds));
      expect(load.bytesPerSecond).toBe(formatFigure(within.reduce((sum, { bytes }) => sum + bytes, 0) / seconds));
      expect(load.usedPercent).toBe(formatPercent(within.length / (seconds * settings.maxRequestsPerSecond)));
      expect(load.used).toBeLessThanOrEqual(1);
    });
  },
);

/** What a figure of the table says, whatever groups its digits; it is rounded to `decimals`. */
const figureOf = (text: string): number => Number(text.replaceAll(/[^\d.]/g, ''));

describe('an OPC UA server', () => {
  const plainBench = sharedPlainBench();

  it.for([
    ['poll', 10],
    ['subscribe', 4],
  ] as const)(
    'is shown in it with the load that it really had, by %s, at %s times the speed of the plant',
    { timeout: 60_000 },
    async ([mode, speed]) => {
      const bench = plainBench();
      await using server = await bench.server({ nodes: 20, period: 100 });
      await using proxy = await OpcuaProxy.open(server.port);
      const had: { readonly at: number; readonly bytes: number; readonly asks: boolean; readonly counts: boolean }[] = [];
      const note = ({ bytes: { length: bytes }, kind, later, service: number }: Chunk, sent: boolean): void => {
        const asks = sent && !later && kind !== 'HEL';
        had.push({ at: systemClock.monotonic(), bytes, asks, counts: asks && number !== service.publish });
      };
      proxy.onChunk = (chunk) => note(chunk, true);
      proxy.delivery = (chunk) => {
        note(chunk, false);
        return 'whole';
      };
      const plant = new PacedClock({ plantMs: systemClock.now(), wallMs: systemClock.now(), speed });
      const perSecond = 12;
      const tags = plainTags(20, { scanMs: 1_000 });
      // as much as the budget has, so that there is something to count
      const config = opcua.schema.parse({
        endpoint: proxy.endpoint,
        securityMode: 'None',
        securityPolicy: 'None',
        mode,
        maxRequestsPerSecond: perSecond,
        nodesPerRead: 2,
        publishingMs: 100,
        postureEveryMs: 1_000,
      });
      const table = new TagTable(tags);
      const context = testContext(plant);
      const target = { device: opcuaDevice, tags: table, dataDir: bench.dataDir, devices: [] };
      const collector = opcua.create(config, target, context);
      const board = new DeviceBoard([{ name: opcuaDevice, description: '', plugin: opcua, config }], table, plant.now());
      const shown: { readonly at: number; readonly load: ReturnType<typeof loadOf> }[] = [];
      const stop = new AbortController();
      const supervisor = new DeviceSupervisor({
        name: opcuaDevice,
        collector,
        tags: [...tags.keys()],
        context,
        publish: async (observation) => {
          board.take(observation);
          if (observation.kind !== 'event' || observation.event.type !== 'device-health') return;
          shown.push({ at: systemClock.monotonic(), load: loadOf(board.list()[0]?.health) });
          if (shown.length === 4) stop.abort();
        },
      });
      await supervisor.run(stop.signal);

      for (const [i, { at, load }] of shown.slice(1).entries()) {
        const since = shown[i]?.at ?? 0;
        const seconds = (at - since) / 1_000;
        const within = had.filter((one) => one.at > since && one.at <= at);
        const count = (which: 'asks' | 'counts'): number => within.filter((one) => one[which]).length;
        const bytes = within.reduce((sum, one) => sum + one.bytes, 0);
        const largest = Math.max(...within.map((one) => one.bytes));
        // a request and an answer that are on their way at either end may count on either side; the rest is how the figures are rounded
        const near = (figure: string, had: number, most: number): void =>
          expect(Math.abs(figureOf(figure) * seconds - had)).toBeLessThanOrEqual(most);
        expect(count('counts')).toBeGreaterThan(6);
        near(load.requestsPerSecond, count('asks'), 2 + 0.1 * seconds);
        near(load.bytesPerSecond, bytes, 4 * largest + seconds);
        near(load.usedPercent, (100 * count('counts')) / perSecond, 100 / perSecond + seconds);
        expect(load.used).toBeLessThanOrEqual(1);
      }
    },
  );
});

it('the table of devices shows dashes for a device of which nothing is known yet', () => {
  expect(loadOf(undefined)).toEqual({ requestsPerSecond: '––', bytesPerSecond: '––', used: 0, usedPercent: '0 %', eased: '' });
});
