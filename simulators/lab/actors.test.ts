import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TinyPlant, testContext, tinySimulator } from '../../test/support/tiny-plant.ts';
import { mbap, RawModbus } from '../../test/support/raw-modbus.ts';
import { type ModbusServer, startModbusServer } from '../servers/modbus/index.ts';
import { NetworkActors } from './actors.ts';

const host = '127.0.0.1';
const readLevel = Buffer.from([4, 0, 0, 0, 2]);
/** 0 into the two registers of SP. */
const writeSetpoint = Buffer.from([16, 0, 0, 0, 2, 4, 0, 0, 0, 0]);

describe('actors on the network', () => {
  let plant: TinyPlant;
  let server: ModbusServer;
  let actors: NetworkActors;
  beforeEach(async () => {
    plant = new TinyPlant();
    plant.set('LEVEL', 2.5);
    server = await startModbusServer({ plant, controller: 'plc1', unit: 1, host, port: 0 }, testContext());
    const addresses = { modbus: { plc1: server.port }, tap: undefined, opcua: undefined };
    actors = await NetworkActors.open(
      { config: tinySimulator, plant, addresses, controllers: new Map([['plc1', server]]), opcua: undefined },
      testContext(),
    );
  });
  afterEach(async () => {
    await actors.leave();
    await server[Symbol.asyncDispose]();
  });

  it('show points on the display of the operator station until it is blanked', async () => {
    await actors.perform({ type: 'modbus-display', controller: 'plc1', points: ['LEVEL'] }, 'operator');
    await expect.poll(() => actors.shownOf('plc1')?.get('LEVEL')).toBe(2.5);
    await actors.perform({ type: 'modbus-blank', controller: 'plc1' }, 'attacker');
    expect(actors.shownOf('plc1')).toBeUndefined();
    await expect.poll(() => server.clients).toBe(0);
  });

  it.runIf(process.platform === 'linux')('block the replies to everybody else, and end with the scenario', async () => {
    await using other = await RawModbus.open(server.port);
    await actors.perform({ type: 'modbus-connect', controller: 'plc1', connections: 100 }, 'attacker');
    // all places are taken, and the attacker has one for itself
    await expect.poll(() => server.clients).toBe(16);
    await actors.perform({ type: 'modbus-block', controller: 'plc1' }, 'attacker');
    other.socket.write(mbap(writeSetpoint, 1, 8));
    await actors.perform({ type: 'modbus-write', controller: 'plc1', point: 'SP', value: 3 }, 'attacker');
    await expect.poll(() => plant.writes.map(({ value }) => value).toSorted((a, b) => a - b)).toEqual([0, 3]);
    await actors.leave();
    await expect.poll(() => server.clients).toBe(1);
    other.socket.write(mbap(readLevel, 1, 9));
    expect((await other.frame())?.readUInt16BE(0)).toBe(9);
  });
});
