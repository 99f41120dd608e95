import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { acts } from './acts.ts';
import { act, plantAt, register, truth } from './testing.ts';

describe('the acts', () => {
  it('are all in the README', async () => {
    const text = await readFile(join(import.meta.dirname, 'README.md'), 'utf8');
    for (const name of Object.keys(acts)) expect(text.includes(`\`${name}\``), name).toBe(true);
  });

  it('all run with their standard value and leave a working plant', () => {
    const plant = plantAt(9);
    for (const name of Object.keys(acts)) {
      act(plant, name);
      plant.step(20);
    }
    for (const value of plant.registers) expect(Number.isFinite(value)).toBe(true);
    expect(() => act(plant, 'dance')).toThrow(/does not know the act dance/);
    expect(() => act(plant, 'line-fault', 7)).toThrow(/no feeder 7/);
  });

  it('without an end of their own are released together', () => {
    const plant = plantAt(9);
    for (const name of ['line-broken', 'gate-blocked', 'charger-off', 'fuel-closed', 'load-step']) act(plant, name);
    plant.act({ type: 'sensor-stuck', point: 'F2.P', value: 1 });
    plant.step(5);
    plant.act({ type: 'release', point: '*' });
    // the closing spring of the breaker is charged again
    plant.step(15);
    act(plant, 'restore');
    plant.step(15);
    expect(truth(plant, 'fault.power')).toBe(0);
    expect(register(plant, 'DC.CHG')).toBe(1);
    expect(register(plant, 'F2.P')).toBeGreaterThan(1000);
    expect(register(plant, 'QF1.POS')).toBe(1);
  });

  it('of a switching order and a relay test end by themselves', () => {
    const plant = plantAt(9);
    act(plant, 'switching-order', 3);
    act(plant, 'relay-test', 2);
    plant.step(60);
    expect(register(plant, 'QF3.OPN')).toBe(1);
    expect(register(plant, 'F2.TMS')).toBe(0.05);
    plant.step(3 * 3600);
    expect(register(plant, 'QF3.POS')).toBe(1);
    expect(register(plant, 'F2.TMS')).toBe(0.1);
  });
});
