import { connect, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { capture } from '../../collectors/capture/index.ts';
import { startModbusServer } from '../../simulators/servers/modbus/index.ts';
import { startTap } from '../../simulators/servers/tap/index.ts';
import type { WireEvent } from '../../src/core/wire.ts';
import { mbap } from '../support/raw-modbus.ts';
import { testTag, testTags } from '../support/tags.ts';
import { TinyPlant, testContext } from '../support/tiny-plant.ts';

async function asked(socket: Socket, pdu: readonly number[], transaction: number): Promise<void> {
  const answered = new Promise<void>((resolve) => socket.once('data', () => resolve()));
  socket.write(mbap(Buffer.from(pdu), 1, transaction));
  await answered;
}

it("the monitor's tap reads what the simulated mirror port sends: who asks, and who writes which tag", async () => {
  await using server = await startModbusServer(
    { plant: new TinyPlant(), controller: 'plc1', unit: 1, transport: { type: 'tcp' } },
    testContext(),
  );
  await using tap = await startTap({ host: '127.0.0.1', port: 0, mirrored: [server.port] }, testContext());
  const devices = [{ name: 'plc1', type: 'modbus', config: { host: '127.0.0.1', port: server.port, unit: 1 } }];
  const tags = testTags([testTag('SPEED', { table: 'holding', register: 0, type: 'float32' }, { device: 'plc1' })]);
  const config = capture.schema.parse({ source: { type: 'pcap-over-ip', host: '127.0.0.1', port: tap.port }, reportMs: 100 });
  const collector = capture.create(config, { device: 'tap', tags, dataDir: '', devices }, testContext());
  await using session = await collector.connect(new AbortController().signal);
  const seen: WireEvent[] = [];
  for await (const observation of session) {
    if (observation.kind !== 'event') continue;
    const { event } = observation;
    if (event.type === 'identity') {
      const socket = connect(server.port, '127.0.0.1');
      await new Promise<void>((resolve) => socket.once('connect', resolve));
      await asked(socket, [3, 0, 0, 0, 2], 1);
      await asked(socket, [16, 0, 0, 0, 2, 4, 0x3e, 0x99, 0x99, 0x9a], 2);
      await asked(socket, [4, 0x27, 0x10, 0, 1], 3);
      socket.end();
    } else if (event.type.startsWith('wire-')) seen.push(event as WireEvent);
    if (event.type === 'wire-connection' && event.state === 'closed') break;
  }
  const ends = { client: '127.0.0.1', server: '127.0.0.1', port: server.port, protocol: 'modbus', device: 'plc1' };
  const first = seen.filter((event) => event.type === 'wire-traffic' && event.first && event.operation !== '');
  expect(first.map((event) => (event.type === 'wire-traffic' ? event.operation : ''))).toEqual(
    expect.arrayContaining(['FC3', 'FC16']),
  );
  for (const event of first) expect(event).toMatchObject({ tap: 'tap', ends });
  expect(seen.find(({ type }) => type === 'wire-write')).toMatchObject({
    ends,
    operation: 'FC16',
    unit: 1,
    target: expect.stringContaining('holding 0'),
    tag: 0,
    after: Math.fround(0.3),
    accepted: true,
  });
  expect(
    seen.filter(({ type }) => type === 'wire-fault').map((event) => (event.type === 'wire-fault' ? event.fault : '')),
  ).toEqual(['exception']);
});
