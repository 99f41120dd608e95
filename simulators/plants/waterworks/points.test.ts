import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configText } from './config.ts';
import { at, points } from './points/index.ts';

describe('the points', () => {
  it('never share a register', () => {
    const taken = new Map<string, string>();
    for (const { name, modbus } of points) {
      for (let k = 0; k < (modbus.type.endsWith('32') ? 2 : 1); k++) {
        const place = `${modbus.controller} ${modbus.table} ${modbus.address + k}`;
        expect(taken.get(place), `${name} at ${place}`).toBeUndefined();
        taken.set(place, name);
      }
    }
  });

  it('have unique names, and only those that a client may change are writable', () => {
    expect(new Set(points.map((point) => point.name)).size).toBe(points.length);
    for (const point of points) {
      if (point.writable) expect(['coil', 'holding']).toContain(point.modbus.table);
      else expect(point.modbus.table).not.toBe('coil');
    }
  });

  it.each([
    ['RW.FT01', 'plc1', 'input', 2],
    ['FL3.TU', 'plc1', 'input', 58],
    ['CL.SP', 'plc1', 'holding', 2],
    ['PS.P4.CMD', 'plc1', 'coil', 24],
    ['PS.P2.TRIP', 'plc1', 'discrete-input', 32],
    ['PS.P3.VIB', 'plc1', 'input', 140],
    ['SP.T1OFF3', 'plc1', 'holding', 110],
    ['T2.AT', 'rtu2', 'input', 10],
    ['DN.PT.H4', 'rtu2', 'input', 44],
    ['PRV1.SP', 'rtu2', 'holding', 10],
    ['RTU2.HB', 'rtu2', 'holding', 900],
  ])('%s has the address of the register map', (name, controller, table, address) => {
    expect(points[at(name)]?.modbus).toMatchObject({ controller, table, address });
  });

  it('are the tags of plant.yaml', async () => {
    const written = await readFile(join(import.meta.dirname, 'plant.yaml'), 'utf8');
    expect(written === configText(), 'run `node simulators/plants/waterworks/write-config.ts`').toBe(true);
  });
});
