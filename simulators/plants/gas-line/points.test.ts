import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { beyondRegisters } from '../../../test/support/registers.ts';
import { configText } from './config.ts';
import { at, points } from './points/index.ts';
import { sensors } from './sensors.ts';

describe('the points', () => {
  it.each([
    ['SUP.WOBBE', 'plc1', 'input', 10, 'float32'],
    ['LB.PT5', 'plc1', 'input', 36, 'float32'],
    ['LV7.CMD', 'plc1', 'coil', 6, 'bit'],
    ['ST.PSP', 'plc1', 'holding', 0, 'float32'],
    ['K1.PS', 'plc1', 'input', 60, 'float32'],
    ['K2.N', 'plc1', 'input', 136, 'float32'],
    ['K3.ASVPOS', 'plc1', 'input', 224, 'float32'],
    ['K2.ASMODE', 'plc1', 'holding', 30, 'uint16'],
    ['K3.CMD', 'plc1', 'coil', 36, 'bit'],
    ['LK.PACK', 'plc1', 'input', 300, 'float32'],
    ['G3.DEM', 'rtu2', 'input', 52, 'float32'],
    ['G2.MODE', 'rtu2', 'holding', 6, 'uint16'],
  ])('%s has the address of the register map', (name, controller, table, address, type) => {
    expect(points[at(name)]?.modbus).toMatchObject({ controller, table, address, type });
  });

  it('fit into the registers of their type', () => {
    expect(beyondRegisters(points)).toEqual([]);
  });

  it('have a sensor, or are computed by the controller', () => {
    const sensed = new Set(sensors.map(({ point }) => point));
    const computed = points.flatMap(({ name, modbus: { table } }) =>
      (table === 'input' || table === 'discrete-input') && !sensed.has(name) ? [name.replace(/\d+/g, '#')] : [],
    );
    expect(new Set(computed)).toEqual(
      new Set(['LK.PACK', 'LK.BAL', 'LK.DPDT#', 'K#.Q', 'K#.SIG', 'K#.H', 'K#.NSP', 'K#.ASVCMD', 'K#.STATE', 'K#.FIRST']),
    );
    expect(points.length).toBeGreaterThanOrEqual(200);
  });

  it('are the tags of plant.yaml', async () => {
    const written = await readFile(join(import.meta.dirname, 'plant.yaml'), 'utf8');
    expect(written === configText(), 'run `node simulators/plants/gas-line/write-config.ts`').toBe(true);
  });
});
