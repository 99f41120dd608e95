import { expect, it, vi } from 'vitest';
import { TinyPlant, testContext, tinyPoints } from '../../test/support/tiny-plant.ts';
import type { PlantPoint } from '../../src/core/plant.ts';
import { mostHeldConnections } from '../../src/core/scenario.ts';
import { startModbusServer } from '../servers/modbus/index.ts';
import { HeldConnections } from './held-connections.ts';
import { ModbusActor } from './modbus.ts';

const host = '127.0.0.1';
const level = tinyPoints[0] as PlantPoint;

const startController = async (connections: number) =>
  await startModbusServer({ plant: new TinyPlant(), controller: 'plc1', unit: 1, host, port: 0, connections }, testContext());

it('holds all places of a controller, so that no other client is answered until it leaves', async () => {
  await using controller = await startController(3);
  const { port } = controller;
  const held = await HeldConnections.open({ host, port, count: 5 });
  await vi.waitFor(() => expect(held.held).toBe(3));
  {
    await using station = await ModbusActor.connect({ host, port, unit: 1 });
    await expect(station.read(level.modbus)).rejects.toMatchObject({ kind: 'retryable' });
  }
  await held[Symbol.asyncDispose]();
  expect(held.held).toBe(0);
  await vi.waitFor(async () => {
    await using station = await ModbusActor.connect({ host, port, unit: 1 });
    await station.read(level.modbus);
  });
});

it('leaves the clients alone that were there before', async () => {
  await using controller = await startController(3);
  const { port } = controller;
  await using station = await ModbusActor.connect({ host, port, unit: 1 });
  const before = await station.read(level.modbus);
  await using held = await HeldConnections.open({ host, port, count: 5 });
  await vi.waitFor(() => expect(held.held).toBe(2));
  expect(await station.read(level.modbus)).toBe(before);
});

it.each(['192.0.2.1', '10.0.0.1', 'plc.example'])('refuses to act on %s', async (target) => {
  await expect(HeldConnections.open({ host: target, port: 502, count: 1 })).rejects.toMatchObject({ code: 'LAB_REFUSED' });
});

it.each([0, 1.5, mostHeldConnections + 1])('refuses to hold %d connections', async (count) => {
  await expect(HeldConnections.open({ host, port: 1, count })).rejects.toMatchObject({ code: 'LAB_REFUSED' });
});

it('reports a target where nothing listens', async () => {
  const controller = await startController(1);
  const { port } = controller;
  await controller[Symbol.asyncDispose]();
  await expect(HeldConnections.open({ host, port, count: 2 })).rejects.toMatchObject({ code: 'DEVICE_UNREACHABLE' });
});
