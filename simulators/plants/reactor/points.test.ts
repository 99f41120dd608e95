import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { beyondRegisters } from '../../../test/support/registers.ts';
import { configText } from './config.ts';
import { at, points } from './points/index.ts';
import { sensors } from './sensors.ts';

describe('the points', () => {
  it.each([
    ['FT104.PV', 'plc1', 'input', 3, 'int16'],
    ['FT102.SP', 'plc1', 'holding', 4, 'int16'],
    ['R1.PT01C', 'plc1', 'input', 12, 'int16'],
    ['S1.QW', 'plc1', 'input', 25, 'int16'],
    ['C1.FSTM', 'plc1', 'input', 34, 'int16'],
    ['AT202.H', 'plc1', 'input', 63, 'int16'],
    ['XV12.CMD', 'plc1', 'holding', 51, 'int16'],
    ['XV12.FB', 'plc1', 'input', 81, 'int16'],
    ['TIC02.MODE', 'plc1', 'holding', 69, 'uint16'],
    ['AIC02.TI', 'plc1', 'holding', 113, 'uint16'],
    ['SIS.T3', 'sis2', 'input', 95, 'int16'],
    ['SIS.TRIP', 'sis2', 'discrete-input', 0, 'bit'],
    ['AUX.FLARE', 'plc1', 'input', 114, 'int16'],
  ])('%s has the address of the register map', (name, controller, table, address, type) => {
    expect(points[at(name)]?.modbus).toMatchObject({ controller, table, address, type });
  });

  it('fit into the registers of their type', () => {
    expect(beyondRegisters(points)).toEqual([]);
  });

  it('have a sensor, or are computed by the controller', () => {
    const sensed = new Set(sensors.map(({ point }) => point));
    const computed = points.flatMap(({ name, modbus: { table } }) =>
      (table === 'input' || table === 'discrete-input') && !sensed.has(name) ? [name] : [],
    );
    expect(computed).toEqual(['PRD.RATE', 'PRD.GH', 'PRD.COST', 'SIS.FIRST']);
    expect(points.length).toBeGreaterThanOrEqual(160);
  });

  it('are the tags of plant.yaml', async () => {
    const written = await readFile(join(import.meta.dirname, 'plant.yaml'), 'utf8');
    expect(written === configText(), 'run `node simulators/plants/reactor/write-config.ts`').toBe(true);
  });
});
