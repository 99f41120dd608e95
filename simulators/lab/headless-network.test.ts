import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { CaptureReader } from '../../collectors/capture/file/reader.ts';
import { testTag, testTags } from '../../test/support/tags.ts';
import { TinyPlant, testContext, tinySimulator } from '../../test/support/tiny-plant.ts';
import type { Plant } from '../../src/core/plant.ts';
import type { ScenarioAct } from '../../src/core/scenario.ts';
import { startModbusServer } from '../servers/modbus/index.ts';
import { startTap } from '../servers/tap/index.ts';
import { NetworkActors } from './actors.ts';
import type { Actors } from './exercise.ts';
import { HeadlessClients } from './headless-clients.ts';
import { HeadlessMonitor } from './headless-monitor.ts';
import { HeadlessNetwork } from './headless-network.ts';
import { homes } from './homes.ts';

const host = '127.0.0.1';
type NetworkAct = Exclude<ScenarioAct, { readonly type: 'plant' }>;
const acts: readonly NetworkAct[] = [
  { type: 'modbus-scan', controller: 'plc1', from: 0, to: 29 },
  { type: 'modbus-write', controller: 'plc1', point: 'SP', value: 0.3 },
  { type: 'modbus-write', controller: 'plc1', point: 'MODE', value: 7 },
  { type: 'modbus-write', controller: 'plc1', point: 'CMD', value: 1 },
  // refused by writing to a point that is none
  { type: 'modbus-write', controller: 'plc1', point: 'BEAT', value: 1 },
  { type: 'modbus-restart', controller: 'plc1' },
];

/** Performs acts, and returns the reasons of those that failed. */
async function performed(actors: Actors): Promise<string[]> {
  const reasons: string[] = [];
  for (const act of acts)
    await actors.perform(act, 'attacker').catch((error: Error) => {
      reasons.push(error.message);
    });
  await actors.leave();
  return reasons;
}

/** Sender, TCP flags and bytes of a packet. */
function segmentOf(frame: Buffer): string {
  const address = [...frame.subarray(26, 30)].join('.');
  return `${address} ${frame.readUInt8(47)} ${frame.toString('hex', 54)}`;
}

function started(plant: Plant, controllers = [{ name: 'plc1', unit: 1, port: 5020 }]) {
  const packets: { readonly time: number; readonly frame: Buffer }[] = [];
  const network = new HeadlessNetwork(plant, controllers, (time, frame) => packets.push({ time, frame }));
  return { packets, network, clients: new HeadlessClients(plant, network) };
}

const fins = (packets: readonly { readonly frame: Buffer }[]): number =>
  packets.filter(({ frame }) => frame.readUInt8(47) === 17).length;

describe('a network without sockets', () => {
  it.runIf(process.platform === 'linux')('shows the packets that the mirror port of the lab shows', async () => {
    const [onSockets, without] = [new TinyPlant(), new TinyPlant()];
    await using server = await startModbusServer({ plant: onSockets, controller: 'plc1', unit: 1, host, port: 0 }, testContext());
    await using tap = await startTap({ host, port: 0, mirrored: [server.port] }, testContext());
    const reader = new CaptureReader('tap', 'config');
    const seen: string[] = [];
    const listener = connect({ host, port: tap.port });
    listener.on('data', (bytes) => {
      reader.push(bytes);
      for (let record = reader.next(); record !== undefined; record = reader.next())
        seen.push(segmentOf(record.bytes.subarray(record.start, record.end)));
    });
    await new Promise<void>((resolve) => listener.once('data', () => resolve()));
    const addresses = { modbus: { plc1: server.port }, tap: undefined, opcua: undefined };
    const controllers = new Map([['plc1', server]]);
    const reasons = await performed(
      await NetworkActors.open(
        { config: tinySimulator, plant: onSockets, addresses, controllers, opcua: undefined },
        testContext(),
      ),
    );
    const { packets, clients } = started(without);
    expect(await performed(clients)).toEqual(reasons);
    expect(reasons).toEqual(['function 6 was refused with exception 2', 'function 8 was refused with exception 1']);
    const expected = packets.map(({ frame }) => segmentOf(frame));
    await expect.poll(() => seen.length).toBe(expected.length);
    expect(seen).toEqual(expected);
    expect(without.writes).toEqual(onSockets.writes);
    listener.destroy();
  });

  it('has a bound of clients for each controller, and times that never decrease', async () => {
    const plant = new TinyPlant([...new TinyPlant().points], 60_000);
    const { packets, clients } = started(plant);
    await clients.perform({ type: 'modbus-connect', controller: 'plc1', connections: 100 }, 'attacker');
    // one for the attacker itself, fifteen held, the others closed at once
    expect(fins(packets)).toBe(2 * 85);
    plant.step(1);
    await clients.leave();
    expect(fins(packets)).toBe(2 * 101);
    const times = packets.map(({ time }) => time);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(Math.floor(times[0] as number)).toBe(60_000);
    await expect(clients.perform({ type: 'modbus-restart', controller: 'none' }, 'attacker')).rejects.toMatchObject({
      code: 'LAB_REFUSED',
    });
  });

  it('drops replies to all but the attacker: requests are executed, and clients give up and try again', async () => {
    const plant = new TinyPlant();
    const { packets, network, clients } = started(plant);
    const tags = testTags([
      testTag('LEVEL', { table: 'input', register: 0 }, { scanMs: 1_000 }),
      testTag('RUN', { table: 'discrete', register: 20 }, { scanMs: 1_000 }),
    ]);
    const monitor = new HeadlessMonitor(plant, tags, network);
    const second = (): readonly [missing: readonly string[], requests: number] => {
      plant.step(1);
      packets.length = 0;
      const missing = [...monitor.second(plant.time)];
      clients.second(plant.time);
      return [missing, packets.filter(({ frame }) => frame.length > 54).length];
    };
    // identity and two reads with their replies
    expect(second()).toEqual([[], 6]);
    expect(second()).toEqual([[], 4]);
    await clients.perform({ type: 'modbus-block', controller: 'plc1' }, 'attacker');
    await expect(
      clients.perform({ type: 'modbus-write', controller: 'plc1', point: 'SP', value: 3 }, 'operator'),
    ).rejects.toMatchObject({ code: 'DEVICE_TIMEOUT' });
    await clients.perform({ type: 'modbus-write', controller: 'plc1', point: 'SP', value: 4 }, 'attacker');
    expect(plant.writes.map(({ value }) => value)).toEqual([3, 4]);
    expect([second(), second()]).toEqual([
      [['plc1'], 1],
      [['plc1'], 1],
    ]);
    expect(fins(packets)).toBe(2);
    expect(second()).toEqual([['plc1'], 0]);
    expect(second()).toEqual([['plc1'], 1]);
    await clients.leave();
    for (let i = 0; i < 10; i++) second();
    expect(second()).toEqual([[], 4]);
  });

  it('polls the display of the operator station until it is blanked', async () => {
    const plant = new TinyPlant();
    const { packets, clients } = started(plant);
    await clients.perform({ type: 'modbus-display', controller: 'plc1', points: ['LEVEL', 'RUN'] }, 'operator');
    const requests = (seconds: number): number => {
      packets.length = 0;
      for (let i = 0; i < seconds; i++) {
        plant.step(1);
        clients.second(plant.time);
      }
      return packets.filter(({ frame }) => frame.length > 54 && segmentOf(frame).startsWith(homes.operator)).length;
    };
    expect(requests(4)).toBe(4);
    await clients.perform({ type: 'modbus-blank', controller: 'plc1' }, 'attacker');
    expect(requests(4)).toBe(0);
  });
});
