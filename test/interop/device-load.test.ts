import { expect, it } from 'vitest';
import { createModbusCollector, modbus } from '../../collectors/modbus/index.ts';
import { formatNumber } from '../../dashboard/client/src/pure/format.ts';
import { loadOf } from '../../dashboard/client/src/pure/device-load.ts';
import { DeviceBoard } from '../../src/app/monitor/devices.ts';
import { PacedClock } from '../../src/core/clock.ts';
import { DeviceSupervisor } from '../../src/pipeline/supervisor.ts';
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
      expect(load.requestsPerSecond).toBe(formatNumber(within.length / seconds, 1));
      expect(load.bytesPerSecond).toBe(formatNumber(within.reduce((sum, { bytes }) => sum + bytes, 0) / seconds));
      expect(load.usedPercent).toBe(formatNumber((100 * within.length) / (seconds * settings.maxRequestsPerSecond)));
      expect(load.used).toBeLessThanOrEqual(1);
    });
  },
);

it('the table of devices shows dashes for a device of which nothing is known yet', () => {
  expect(loadOf(undefined)).toEqual({ requestsPerSecond: '––', bytesPerSecond: '––', used: 0, usedPercent: '0', eased: '' });
});
