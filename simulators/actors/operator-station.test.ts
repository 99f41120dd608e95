import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TinyPlant, testContext, tinyPoints } from '../../test/support/tiny-plant.ts';
import { VirtualClock } from '../../src/core/clock.ts';
import type { PlantAddress } from '../../src/core/plant.ts';
import { type ModbusServer, startModbusServer } from '../servers/modbus/index.ts';
import { ManInTheMiddle } from './man-in-the-middle.ts';
import { OperatorStation } from './operator-station.ts';
import { rewriteReplies } from './replies.ts';

const host = '127.0.0.1';
const everyMs = 2_000;
const plant = new TinyPlant();
const clock = new VirtualClock(0);
let server: ModbusServer;
let polled = Promise.withResolvers<Readonly<Record<string, number>>>();
const points = Object.fromEntries(
  tinyPoints
    .filter(({ name }) => name === 'LEVEL' || name === 'RUN')
    .map(({ name, modbus }): [string, PlantAddress] => [name, modbus]),
);
const open = async (port: number, to = host): Promise<OperatorStation> =>
  await OperatorStation.open(
    { host: to, port, unit: 1, points, everyMs, onPoll: (shown) => polled.resolve(Object.fromEntries(shown)) },
    clock,
  );
/** What the display shows after its next poll. */
async function next(): Promise<Readonly<Record<string, number>>> {
  polled = Promise.withResolvers();
  await clock.advance(everyMs);
  return await polled.promise;
}

beforeAll(async () => {
  server = await startModbusServer({ plant, controller: 'plc1', unit: 1, host, port: 0 }, testContext());
  plant.set('LEVEL', 2.5);
  plant.set('RUN', 1);
});
afterAll(async () => await server[Symbol.asyncDispose]());

describe('an operator station', () => {
  it('shows what it polls, and what a man-in-the-middle makes of it', async () => {
    await using proxy = await ManInTheMiddle.start({ target: { host, port: server.port }, host, port: 0 });
    await using station = await open(proxy.port);
    expect(await polled.promise).toEqual({ LEVEL: 2.5, RUN: 1 });
    plant.set('LEVEL', 3);
    expect(await next()).toEqual({ LEVEL: 3, RUN: 1 });
    proxy.change = rewriteReplies([{ point: points['LEVEL'] as PlantAddress, value: 2.5 }]);
    plant.set('LEVEL', 4);
    expect(await next()).toEqual({ LEVEL: 2.5, RUN: 1 });
    expect([...station.shown.keys()]).toEqual(['LEVEL', 'RUN']);
    expect(plant.writes).toEqual([]);
  });

  it('is empty without a controller, and connects again', async () => {
    polled = Promise.withResolvers();
    const first = await ManInTheMiddle.start({ target: { host, port: server.port }, host, port: 0 });
    const { port } = first;
    await using station = await open(port);
    await polled.promise;
    await first[Symbol.asyncDispose]();
    expect(await next()).toEqual({});
    await using again = await ManInTheMiddle.start({ target: { host, port: server.port }, host, port });
    expect(again.port).toBe(port);
    expect(Object.keys(await next())).toEqual([...station.shown.keys()]);
    expect(station.shown.size).toBe(2);
  });

  it('refuses another host', async () => {
    await expect(open(server.port, '192.0.2.1')).rejects.toMatchObject({ code: 'LAB_REFUSED' });
  });
});
