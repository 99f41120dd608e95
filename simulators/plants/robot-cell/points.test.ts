import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configText } from './config.ts';
import { at, points } from './points/index.ts';

describe('the points', () => {
  it.each([
    ['CV1.SPD', 'input', 0, 'float32'],
    ['CV2.SP', 'holding', 2, 'float32'],
    ['PE3.BLK', 'discrete-input', 6, 'bit'],
    ['FX.FORCE', 'input', 20, 'float32'],
    ['CELL.STATE', 'holding', 20, 'uint16'],
    ['SS.CURT.EN', 'coil', 321, 'bit'],
    ['R1.A1.POS', 'input', 1000, 'float32'],
    ['R2.A6.LOAD', 'input', 2108, 'uint16'],
    ['R2.OVRSP', 'holding', 2000, 'uint16'],
    ['C1.PROG', 'holding', 1020, 'uint16'],
  ])('%s has the address of the register map', (name, table, address, type) => {
    expect(points[at(name)]?.modbus).toMatchObject({ controller: 'plc1', table, address, type });
  });

  it('fit into the registers of their type', () => {
    const widest = { bit: 1, int16: 32_767, uint16: 65_535, int32: 2 ** 31 - 1, uint32: 2 ** 32 - 1, float32: 1e30 };
    for (const { name, low, high, modbus } of points) {
      const most = Math.max(Math.abs(low), Math.abs(high)) / modbus.scale;
      expect(most, name).toBeLessThanOrEqual(widest[modbus.type]);
    }
  });

  it('are the tags of plant.yaml', async () => {
    const written = await readFile(join(import.meta.dirname, 'plant.yaml'), 'utf8');
    expect(written === configText(), 'run `node simulators/plants/robot-cell/write-config.ts`').toBe(true);
  });
});
