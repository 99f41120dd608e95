import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RawModbus } from '../../test/support/raw-modbus.ts';
import { TinyPlant, testContext, tinyPoints } from '../../test/support/tiny-plant.ts';
import { type ModbusRequest, type ModbusServer, startModbusServer } from '../servers/modbus/index.ts';
import { ManInTheMiddle } from './man-in-the-middle.ts';
import { ModbusActor } from './modbus.ts';
import { ReplyRecorder, rewriteReplies } from './replies.ts';

const plant = new TinyPlant();
const seen: ModbusRequest[] = [];
let server: ModbusServer;
let proxy: ManInTheMiddle;
let client: ModbusActor;
const host = '127.0.0.1';
const point = (name: string) => {
  const found = tinyPoints.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no point ${name}`);
  return found.modbus;
};
const read = (name: string): Promise<number> => client.read(point(name));

beforeAll(async () => {
  const onRequest = (request: ModbusRequest): void => void seen.push(request);
  server = await startModbusServer({ plant, controller: 'plc1', unit: 1, host, port: 0, onRequest }, testContext());
  proxy = await ManInTheMiddle.start({ target: { host, port: server.port }, host, port: 0 });
  client = await ModbusActor.connect({ host, port: proxy.port, unit: 1 });
  for (const [name, value] of Object.entries({
    LEVEL: 2.5,
    FLOW: 12,
    PRESSURE: -3.2,
    HOURS: 70_000,
    BALANCE: -1.25,
    RUN: 1,
    MODE: 4,
  }))
    plant.set(name, value);
});
afterAll(async () => {
  for (const one of [client, proxy, server]) await one[Symbol.asyncDispose]();
});

describe('a man-in-the-middle', () => {
  it('forwards requests and replies unchanged', async () => {
    proxy.change = undefined;
    const names = ['LEVEL', 'FLOW', 'PRESSURE', 'HOURS', 'BALANCE', 'RUN', 'MODE'];
    for (const name of names) expect(await read(name)).toBeCloseTo(plant.get(name), 5);
    await client.write(point('SP'), 0.5);
    expect(plant.writes.at(-1)).toEqual({ point: 'SP', value: 0.5 });
    await expect(client.write(point('BEAT'), 1)).rejects.toMatchObject({ code: 'DEVICE_REFUSED' });
  });

  it('changes the values of its points in replies, and no request', async () => {
    seen.length = 0;
    proxy.change = rewriteReplies([
      { point: point('LEVEL'), value: 1.5 },
      { point: point('PRESSURE'), value: (truth) => truth + 1 },
      { point: point('RUN'), value: 0 },
    ]);
    expect([await read('LEVEL'), await read('FLOW'), await read('RUN'), await read('MODE')]).toEqual([1.5, 12, 0, 4]);
    expect(await read('PRESSURE')).toBeCloseTo(-2.2, 9);
    expect(seen.map((request) => request.function)).toEqual([4, 4, 2, 3, 4]);
    // a reply that contains only a part of a point stays
    await using raw = await RawModbus.open(proxy.port);
    expect((await raw.ask([4, 0, 0, 0, 1]))?.readUInt16BE(2)).toBe(0x4020);
    expect((await raw.ask([4, 0, 0, 0, 5]))?.subarray(2)).toEqual(Buffer.from([0x3f, 0xc0, 0, 0, 0x41, 0x40, 0, 0, 0xff, 0xea]));
  });

  it('replays recorded replies in their order, again and again', async () => {
    const recorder = new ReplyRecorder();
    proxy.change = recorder.change;
    for (const level of [1, 2, 3]) {
      plant.set('LEVEL', level);
      expect(await read('LEVEL')).toBe(level);
    }
    plant.set('LEVEL', 9);
    recorder.replay();
    expect([await read('LEVEL'), await read('LEVEL'), await read('LEVEL'), await read('LEVEL')]).toEqual([1, 2, 3, 1]);
    // a request that was not recorded gets the present reply
    expect(await read('FLOW')).toBe(12);
    await client.write(point('MODE'), 2);
    expect(plant.writes.at(-1)).toEqual({ point: 'MODE', value: 2 });
  });

  it.each(['192.0.2.1', 'plc.example'])('refuses %s as target and as own address', async (other) => {
    const target = { host, port: server.port };
    await expect(ManInTheMiddle.start({ target: { ...target, host: other }, host, port: 0 })).rejects.toMatchObject({
      code: 'LAB_REFUSED',
      message: `${other} is not this host`,
    });
    await expect(ManInTheMiddle.start({ target, host: other, port: 0 })).rejects.toMatchObject({ code: 'LAB_REFUSED' });
  });

  it('ends a connection that is not Modbus, or whose controller is gone', async () => {
    await using raw = await RawModbus.open(proxy.port);
    raw.socket.write(Buffer.alloc(40, 0xa5));
    await new Promise((resolve) => raw.socket.once('close', resolve));
    await using gone = await ManInTheMiddle.start({ target: { host, port: 1 }, host, port: 0 });
    await using other = await ModbusActor.connect({ host, port: gone.port, unit: 1 });
    await expect(other.read(point('LEVEL'))).rejects.toMatchObject({ kind: 'retryable' });
  });
});
