import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { beyondRegisters } from '../../../test/support/registers.ts';
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
    expect(beyondRegisters(points)).toEqual([]);
  });

  it('are the tags of plant.yaml', async () => {
    const written = await readFile(join(import.meta.dirname, 'plant.yaml'), 'utf8');
    expect(written === configText(), 'run `node simulators/plants/robot-cell/write-config.ts`').toBe(true);
  });
});
