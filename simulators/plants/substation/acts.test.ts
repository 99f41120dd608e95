import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { acts } from './acts.ts';
import { act, operate, plantAt, register, truth } from './testing.ts';

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

  it('of a switching order select, operate and lock the breaker, and undo it; the others end by themselves', () => {
    const plant = plantAt(9);
    const load = truth(plant, 'load.power');
    act(plant, 'load-transfer', 2);
    act(plant, 'switching-order', 4);
    act(plant, 'relay-test', 2);
    plant.step(1);
    expect([register(plant, 'QF4.SEL'), register(plant, 'QF4.CMD'), register(plant, 'QF4.POS')]).toEqual([1, 1, 1]);
    plant.step(5);
    expect([register(plant, 'QF4.SEL'), register(plant, 'QF4.CMD'), register(plant, 'QF4.POS')]).toEqual([0, 0, 0]);
    expect(register(plant, 'F2.TMS')).toBe(0.05);
    plant.step(60);
    expect(register(plant, 'QF4.LR')).toBe(0);
    expect(plant.save()).toMatchObject({ state: { acts: { extraLoad: 2 } } });
    operate(plant, 'QF4', true);
    plant.step(2);
    expect(register(plant, 'QF4.OPN')).toBe(1);
    plant.step(2700);
    expect([register(plant, 'QF4.POS'), register(plant, 'QF4.LR'), register(plant, 'QF4.TRIP')]).toEqual([1, 1, 0]);
    expect(register(plant, 'F2.TMS')).toBe(0.1);
    // two writes for each order and for the test, and two of the client that was refused
    expect(register(plant, 'RTU1.SEQ')).toBe(8);
    plant.step(300);
    expect(truth(plant, 'load.power') - load).toBeLessThan(1);
  });

  it.each([
    { name: 'transformer-order', value: 2, workS: 1900, tags: ['QT2H.POS', 'QT2L.POS', 'QT2L.LR'] },
    { name: 'outage-order', value: 3, workS: 1300, tags: ['QF3.POS', 'QF3.CMD'] },
    { name: 'coupler-order', value: undefined, workS: 1300, tags: ['QC.POS', 'QC.LR'] },
    { name: 'capacitor-order', value: 2, workS: 1000, tags: ['QCB2.POS', 'CAP.MODE'] },
    { name: 'tap-order', value: 1, workS: 400, tags: ['T1.MODE'] },
  ])('of the $name change its tags, keep the supply, and undo the change', ({ name, value, workS, tags }) => {
    const plant = plantAt(9);
    const read = (): number[] => tags.map((tag) => register(plant, tag));
    const before = read();
    act(plant, name, value);
    act(plant, 'switching-order', 1);
    plant.step(150);
    expect(read()).toEqual(before.map((one) => 1 - one));
    for (const bus of ['BUSA', 'BUSB']) expect(Math.abs(register(plant, `${bus}.UAB`) / 20.4 - 1)).toBeLessThan(0.03);
    plant.step(workS - 150);
    expect(read()).toEqual(before);
    // one order at a time
    expect(register(plant, 'QF1.POS')).toBe(1);
  });

  it('of a version without orders end as it had planned', () => {
    const plant = plantAt(9);
    operate(plant, 'QF3', false);
    plant.step(1);
    const saved = JSON.parse(JSON.stringify(plant.save())) as { state: { acts: Record<string, unknown> } };
    const { orders: _, extraLoadLeft: __, ...old } = saved.state.acts;
    saved.state.acts = { ...old, order: 3, orderLeft: 20 };
    plant.restore(saved);
    plant.step(15);
    operate(plant, 'QF3', true);
    plant.step(1);
    expect(register(plant, 'QF3.POS')).toBe(0);
    plant.step(25);
    expect(register(plant, 'QF3.POS')).toBe(1);
  });
});
