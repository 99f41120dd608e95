import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AttributeIds, type DataValue, OPCUAClient, TimestampsToReturn } from 'node-opcua-client';
import { afterEach, describe, expect, it } from 'vitest';
import { RawModbus } from '../../test/support/raw-modbus.ts';
import { testContext } from '../../test/support/tiny-plant.ts';
import { points } from '../plants/waterworks/points/index.ts';
import type { SimulatorConfig } from './messages.ts';
import { Simulator } from './simulator.ts';

const startTime = Date.UTC(2026, 10, 24, 6);
const config: SimulatorConfig = {
  plant: 'waterworks',
  seed: 3,
  startTime,
  speed: 60,
  life: 'none',
  modbus: [
    { controller: 'plc1', unit: 1, host: '127.0.0.1', port: 0 },
    { controller: 'rtu2', unit: 2, host: '127.0.0.1', port: 0 },
  ],
};

describe('the simulator', () => {
  let simulator: Simulator;
  afterEach(async () => simulator[Symbol.asyncDispose]());

  const open = async (rest: Partial<SimulatorConfig> = {}): Promise<void> => {
    simulator = await Simulator.open({ ...config, ...rest }, testContext(), { status: () => {}, beat: () => {} });
  };
  const texts = (): string[] => simulator.status().events.map(({ text }) => text);

  async function setpoint(): Promise<number> {
    const address = points.find(({ name }) => name === 'CL.SP')?.modbus.address ?? 0;
    await using client = await RawModbus.open(simulator.addresses.modbus['plc1'] ?? 0);
    return (await client.ask([3, address >> 8, address & 0xff, 0, 2]))?.readFloatBE(2) ?? Number.NaN;
  }

  it('runs a scenario on its servers, and a reset removes all effects of it', async () => {
    await open();
    const before = await setpoint();
    simulator.start('chlorine-setpoint');
    await expect.poll(setpoint, { timeout: 60_000 }).toBe(Math.fround(0.3));
    expect(simulator.status().running?.scenario).toBe('chlorine-setpoint');
    expect(simulator.status().events.find(({ lane }) => lane === 'inject')?.technique).toBe('T0836');
    expect(() => simulator.start('pumps-stopped')).toThrow(/is running/);
    const since = simulator.status().pace;
    await simulator.reset();
    await expect.poll(setpoint).toBe(before);
    expect(simulator.status().running).toBeUndefined();
    expect(simulator.status().pace).toEqual(since);
  });

  it('keeps its speed, pauses, and refuses impossible requests', async () => {
    await open();
    const time = async (): Promise<number> => {
      const address = 904;
      await using client = await RawModbus.open(simulator.addresses.modbus['plc1'] ?? 0);
      return (await client.ask([3, address >> 8, address & 0xff, 0, 2]))?.readUInt32BE(2) ?? 0;
    };
    const [from, wall] = [await time(), performance.now()];
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const passed = (await time()) - from;
    expect(passed / ((performance.now() - wall) / 1000)).toBeGreaterThan(45);
    expect(passed / ((performance.now() - wall) / 1000)).toBeLessThan(75);
    simulator.setSpeed(0);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const paused = await time();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await time()).toBe(paused);
    expect(() => simulator.setSpeed(61)).toThrow(/speed 61/);
    expect(() => simulator.setSpeed(Number.NaN)).toThrow();
    expect(() => simulator.start('no-such')).toThrow(/no scenario no-such/);
  });

  it('reports every second by OPC UA, also those that it computes at once', async () => {
    const pkiDir = await mkdtemp(join(tmpdir(), 'simulator-'));
    // weak: a client without a certificate
    const opcua = { host: '127.0.0.1', port: 0, pkiDir, users: [], weak: true };
    await open({ speed: 1, opcua });
    const client = OPCUAClient.create({ endpointMustExist: false, connectionStrategy: { maxRetry: 0 } });
    await client.connect(simulator.addresses.opcua?.endpoint ?? '');
    const session = await client.createSession();
    const subscription = await session.createSubscription2({ requestedPublishingInterval: 100, publishingEnabled: true });
    const item = await subscription.monitor(
      { nodeId: 'ns=1;s=CW.LT01', attributeId: AttributeIds.Value },
      { samplingInterval: 0, queueSize: 64 },
      TimestampsToReturn.Source,
    );
    const seconds: number[] = [];
    item.on('changed', ({ sourceTimestamp }: DataValue) => seconds.push(Math.round(Number(sourceTimestamp) / 1_000)));
    await expect.poll(() => seconds.length, { timeout: 30_000 }).toBeGreaterThan(1);
    simulator.setSpeed(60);
    // a machine that was busy for half a second, which is half a minute of the plant
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
    await expect.poll(() => seconds.length, { timeout: 30_000 }).toBeGreaterThan(60);
    // now and then the level has the same digits as a second before
    expect(Math.max(...seconds.slice(1).map((second, i) => second - (seconds[i] ?? 0)))).toBeLessThan(10);
    await client.disconnect();
    await rm(pkiDir, { recursive: true });
  });

  it('slows plant time down, and reports it, if the machine is too slow', async () => {
    await open({ speed: 1 });
    // simulates a machine that is far too slow for this speed
    simulator.setSpeed(60);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 6500);
    await expect.poll(texts).toContain('this machine is too slow for 60×: plant time is held back');
  });
});
