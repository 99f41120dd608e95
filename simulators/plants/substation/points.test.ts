import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { beyondRegisters } from '../../../test/support/registers.ts';
import { configText } from './config.ts';
import { at, points } from './points/index.ts';

describe('the points', () => {
  it.each([
    ['GRID.P', 'rtu1', 'input', 4, 'int32'],
    ['T2.TAP', 'rtu1', 'input', 41, 'uint16'],
    ['T2.USP', 'rtu1', 'holding', 9, 'uint16'],
    ['BUSB.F', 'rtu1', 'input', 71, 'uint16'],
    ['F3.P', 'rtu1', 'input', 108, 'int32'],
    ['F4.TMS', 'rtu1', 'holding', 65, 'uint16'],
    ['F2.LASTI', 'rtu1', 'input', 248, 'uint16'],
    ['QF1.CMD', 'rtu1', 'coil', 21, 'bit'],
    ['G1.N', 'plc2', 'input', 307, 'uint16'],
    ['G2.PSP', 'plc2', 'holding', 90, 'uint16'],
    ['SYNC.DDEL', 'plc2', 'input', 387, 'int16'],
  ])('%s has the address of the register map', (name, controller, table, address, type) => {
    expect(points[at(name)]?.modbus).toMatchObject({ controller, table, address, type });
  });

  it('fit into the registers of their type', () => {
    expect(beyondRegisters(points)).toEqual([]);
  });

  it('are the tags of plant.yaml', async () => {
    const written = await readFile(join(import.meta.dirname, 'plant.yaml'), 'utf8');
    expect(written === configText(), 'run `node simulators/plants/substation/write-config.ts`').toBe(true);
  });
});
