import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TinyPlant, testContext, tinyPoints } from '../../test/support/tiny-plant.ts';
import { startScriptedPeer } from '../../test/support/scripted-modbus.ts';
import { type ModbusRequest, type ModbusServer, startModbusServer } from '../servers/modbus/index.ts';
import { ModbusActor } from './modbus.ts';

const addressOf = (name: string) => {
  const point = tinyPoints.find((candidate) => candidate.name === name);
  if (point === undefined) throw new Error(`no point ${name}`);
  return point.modbus;
};

describe('a Modbus actor', () => {
  let plant: TinyPlant;
  let server: ModbusServer;
  let seen: ModbusRequest[];

  beforeEach(async () => {
    plant = new TinyPlant();
    seen = [];
    const onRequest = (request: ModbusRequest): void => void seen.push(request);
    server = await startModbusServer(
      { plant, controller: 'plc1', unit: 1, host: '127.0.0.1', port: 0, onRequest },
      testContext(),
    );
  });
  afterEach(async () => server[Symbol.asyncDispose]());

  it('writes coils, words and floats', async () => {
    await using actor = await ModbusActor.connect({ host: '127.0.0.1', port: server.port, unit: 1 });
    await actor.write(addressOf('CMD'), 1);
    await actor.write(addressOf('CMD'), 0);
    await actor.write(addressOf('MODE'), 2);
    await actor.write(addressOf('SP'), 0.3);
    expect(plant.writes).toEqual([
      { point: 'CMD', value: 1 },
      { point: 'CMD', value: 0 },
      { point: 'MODE', value: 2 },
      { point: 'SP', value: Math.fround(0.3) },
    ]);
    expect(seen.map((request) => request.function)).toEqual([5, 5, 6, 16]);
    expect(actor.open).toBe(true);
  });

  it('scans: identity first, then the addresses', async () => {
    await using actor = await ModbusActor.connect({ host: '127.0.0.1', port: server.port, unit: 1 });
    const scan = await actor.scan(0, 99, 2);
    expect(scan.identity).toEqual({ 0: 'scadawatch', 1: 'SIM', 2: '1.0' });
    // holding 0–1 and input 0–1, 2–3, 10–11, 12–13 are whole blocks of two
    expect([scan.answered, scan.refused]).toEqual([10, 190]);
    expect(seen.map((request) => request.function)).toEqual([43, ...Array(50).fill(3), ...Array(50).fill(4)]);
  });

  it('restarts the controller, unless its plant refuses it', async () => {
    await using actor = await ModbusActor.connect({ host: '127.0.0.1', port: server.port, unit: 1 });
    await expect(actor.restart()).rejects.toMatchObject({ code: 'DEVICE_REFUSED' });
    const restarted: string[] = [];
    Object.assign(plant, { restart: (controller: string) => restarted.push(controller) });
    await actor.restart();
    expect(restarted).toEqual(['plc1']);
    expect(seen.map(({ function: code, address, exception }) => [code, address, exception])).toEqual([
      [8, 1, 1],
      [8, 1, undefined],
    ]);
  });

  it('reports rejections of the controller', async () => {
    await using actor = await ModbusActor.connect({ host: '127.0.0.1', port: server.port, unit: 1 });
    await expect(actor.write(addressOf('BEAT'), 1)).rejects.toMatchObject({ code: 'DEVICE_REFUSED' });
    await expect(actor.write(addressOf('LEVEL'), 1)).rejects.toThrow(/cannot be written/);
  });

  it.each(['192.0.2.1', '10.0.0.1', 'plc.example', '127.0.0.1.example', '::2'])('refuses to act on %s', async (host) => {
    await expect(ModbusActor.connect({ host, port: server.port, unit: 1 })).rejects.toMatchObject({ code: 'LAB_REFUSED' });
  });

  it('gives up on a silent peer, and fails after its connection has ended', async () => {
    await using silent = await startScriptedPeer((request) => (request.number === 0 ? request.socket.destroy() : undefined), {
      writers: true,
    });
    await using actor = await ModbusActor.connect({ host: '127.0.0.1', port: silent.port, unit: 1 });
    await expect(actor.write(addressOf('CMD'), 1)).rejects.toMatchObject({ kind: 'retryable' });
    expect(actor.open).toBe(false);
    await using waiting = await ModbusActor.connect({ host: '127.0.0.1', port: silent.port, unit: 1 });
    await expect(waiting.write(addressOf('CMD'), 1)).rejects.toMatchObject({ code: 'DEVICE_TIMEOUT' });
  });
});
